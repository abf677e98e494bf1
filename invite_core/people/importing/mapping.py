"""The fields that the organiser gave columns herself, and their memory: by the set of headers of a file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people.attributes import checked_attribute
from invite_core.people.importing.columns import IGNORE, fields
from invite_core.people.importing.header_words import plain_words
from invite_core.people.importing.table import FileFault
from invite_core.store import Store

AUTO = "auto"
"""What the organiser says to have a column recognised again, and her choice forgotten."""

Chosen = dict[str, tuple[str, str]]
"""By header in plain words: the field, and `organiser` or `remembered`."""


def choices(said: Iterable[str], header: Sequence[str], *, is_headless: bool = False) -> dict[str, str]:
    """The field by header in plain words, of options such as `Telefone da avó=phone`.

    Where the file has no header row (`is_headless`), columns are called by their numbers. Raises `FileFault`
    for an option without `=`, a header that the file has not, and an unknown field.
    """
    known = {plain_words(text): text for text in header if text.strip()}
    chosen: dict[str, str] = {}
    for option in said:
        text, equals, field = (part.strip() for part in option.rpartition("="))
        if not equals or not text or not field:
            raise FileFault(f"“{option}” gives no column a field.", "Write HEADER=FIELD, as in Mobile=phone.")
        if plain_words(text) not in known:
            if is_headless:
                raise FileFault(
                    "The file has no row that names its columns: the first one is a person already.",
                    f"Say the number of the column, 1 to {len(header)}, as in --column 2=phone; or put such a row "
                    "on top.",
                )
            headers = ", ".join(f"“{each}”" for each in list(known.values())[:20]) or "none"
            raise FileFault(f"The file has no column “{text}”.", f"Its columns are: {headers}.")
        chosen[plain_words(text)] = _checked(field)
    return chosen


def _checked(field: str) -> str:
    name = field.casefold()
    if name.startswith("attribute."):
        return f"attribute.{checked_attribute(field[len('attribute.') :].strip())}"
    if name not in (*fields(), IGNORE, AUTO):
        raise FileFault(
            f"“{field}” is no field.",
            f"Use one of {', '.join(fields())}, attribute.NAME, {IGNORE} or {AUTO}.",
        )
    return name


def remembered(store: Store, header: Sequence[str]) -> dict[str, str]:
    """What the organiser chose the last time a file had exactly these headers, in any order."""
    kept = store.value("SELECT fields FROM import_mappings WHERE headers = ?", (_set_of(header),))
    known: dict[str, str] = json.loads(kept) if kept else {}
    return known


def together(kept: Mapping[str, str], now_said: Mapping[str, str]) -> Chosen:
    """What holds: today's word before the remembered one."""
    chosen = {header: (field, "remembered") for header, field in kept.items()}
    chosen |= {header: (field, "organiser") for header, field in now_said.items()}
    return {header: each for header, each in chosen.items() if each[0] != AUTO}


def remember(store: Store, header: Sequence[str], chosen: Chosen, *, by: Operator, now: datetime) -> None:
    """Keep the choices for the next file with these headers, inside `Store.write`."""
    kept = {text: field for text, (field, _) in chosen.items()}
    store.execute(
        """INSERT INTO import_mappings (headers, fields, saved_at, saved_by)
           VALUES (:headers, :fields, :now, :by)
           ON CONFLICT (headers) DO UPDATE SET fields = excluded.fields, saved_at = excluded.saved_at,
               saved_by = excluded.saved_by""",
        {
            "headers": _set_of(header),
            "fields": json.dumps(kept, ensure_ascii=False),
            "now": stored(now),
            "by": by.name,
        },
    )


def forget(store: Store, ends: Iterable[str], names: Iterable[str]) -> None:
    """Forget the choices for headers that hold one of these ends of addresses, or every word of one of these
    names, inside `Store.write`: a person's row may have been taken for a header."""
    wanted = [words for name in names if (words := set(plain_words(name).split()))]
    telling = [
        row["headers"]
        for row in store.rows("SELECT headers, fields FROM import_mappings")
        if _tells(plain_words(f"{row['headers']} {row['fields']}"), ends, wanted)
    ]
    store.execute_many(
        "DELETE FROM import_mappings WHERE headers = :headers", [{"headers": each} for each in telling]
    )


def _tells(kept: str, ends: Iterable[str], names: Iterable[set[str]]) -> bool:
    words = kept.split()
    whole = "".join(words)
    return any("".join(plain_words(end).split()) in whole for end in ends) or any(
        name <= set(words) for name in names
    )


def _set_of(header: Sequence[str]) -> str:
    return json.dumps(sorted({plain_words(text) for text in header if text.strip()}), ensure_ascii=False)
