"""The index behind "search as you type": FTS5 with trigrams, SQLite's own, kept exact by every transaction.

Triggers of the schema, which any engine understands, note whose names, numbers or tags change in
`search_pending`; `bring_up_to_date` indexes them all at once before the commit. So an import costs one statement,
and whoever is erased leaves the index in the same transaction (`secure-delete` takes the terms out of its pages).

Every word begins with two marks, so that one or two letters at its beginning are found as a trigram too.
Without FTS5, or before SQLite 3.45 (a tokenizer that knows é for e), there is no index: `matching` is
then by the beginning of names, tags and numbers alone, which ordinary indexes know.

User ids are not in the index, because Meta tells one with every update: they are found by their beginning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from invite_core.store import engine
from invite_core.store.open_file import OpenFile

_MARK = "\x02\x02"

_RARE = 6
"""So many digits of a number are few people's."""

_MAY_BEGIN_ID = re.compile(r"[a-z]{2}\.([0-9]*)[a-z0-9.]*")

_MARKED = "char(2, 2) || replace({}, ' ', char(32, 2, 2))"

_IS_POSSIBLE = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"

_EXISTS = "SELECT 1 FROM sqlite_schema WHERE name = 'people_search'"

_MAKE = (
    """CREATE VIRTUAL TABLE people_search USING fts5 (words, columnsize = 0,
        tokenize = 'trigram remove_diacritics 1')""",
    "INSERT INTO people_search (people_search, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO search_pending (contact) SELECT id FROM contacts WHERE 1 = 1 ON CONFLICT DO NOTHING",
)

# CROSS: otherwise SQLite walks through everybody by name for the few that wait.
_BRING_UP_TO_DATE = (
    """DELETE FROM people_search WHERE rowid IN (SELECT contact FROM search_pending
        WHERE contact IN (SELECT id FROM people_search_content))""",
    f"""INSERT INTO people_search (rowid, words)
        SELECT contacts.id, {_MARKED.format("name_key")}
            || coalesce((SELECT group_concat(' ' || {_MARKED.format("tags.name_key")}, '') FROM contact_tags
                JOIN tags ON tags.id = contact_tags.tag WHERE contact_tags.contact = contacts.id), '')
            || coalesce((SELECT group_concat(' ' || char(2, 2) || replace(value, '+', ''), '')
                FROM contact_identities WHERE contact_identities.contact = contacts.id AND kind <> 'user_id'), '')
        FROM search_pending CROSS JOIN contacts ON contacts.id = search_pending.contact
        WHERE contacts.merged_into IS NULL AND contacts.erased_at IS NULL""",
    "DELETE FROM search_pending",
)


@dataclass(frozen=True, slots=True)
class Matching:
    """A SELECT with the id of every person in whom each word is found."""

    sql: str
    values: dict[str, object] = field(default_factory=dict)


def is_missing(connection: engine.Connection) -> bool:
    """Whether the file lacks an index that this engine could keep."""
    return engine.VERSION >= (3, 45) and _has(connection, _IS_POSSIBLE) and not _has(connection, _EXISTS)


def make(connection: engine.Connection) -> None:
    """Make the index, if it is missing, inside a write transaction; people are indexed with the next commit."""
    if is_missing(connection):
        for statement in _MAKE:
            connection.execute(statement)


def bring_up_to_date(connection: engine.Connection) -> None:
    """Index everyone who was changed, inside the write transaction that changed them."""
    if _has(connection, "SELECT 1 FROM search_pending LIMIT 1") and _has(connection, _EXISTS):
        for statement in _BRING_UP_TO_DATE:
            connection.execute(statement)


def matching(store: OpenFile, words: Sequence[str]) -> Matching:
    """Who is found by all of `words` (name keys of one word each, at least one): a part of the name, of a tag or of a
    number, in any notation; of one or two letters, the beginning of a word of them; or the beginning of a user id."""
    if store.value(_EXISTS) is None:
        return _by_beginnings(words)
    ids = [word for word in words if _MAY_BEGIN_ID.fullmatch(word)]
    plain = [word for word in words if word not in ids]
    found = [_in_index(plain)] if plain else []
    for n, word in enumerate(ids):
        named, known = _in_index([word], f"_{n}"), _by_id(word, n)
        found.append(
            Matching(f"SELECT * FROM ({named.sql} UNION {known.sql})", {**named.values, **known.values})
        )
    values = {name: value for each in found for name, value in each.values.items()}
    return Matching(" INTERSECT ".join(each.sql for each in found), values)


def _in_index(words: Sequence[str], ending: str = "") -> Matching:
    """Who is found by all of `words` in the index; the names of the values have this ending."""
    values: dict[str, object] = {}
    terms, kept = [], ""
    for n, word in enumerate(words):
        digits = digits_of(word)
        text = digits or word
        if len(digits) > _RARE:
            # The beginnings of numbers are the same for many, and each of their trigrams would be read.
            values[f"digits{n}{ending}"] = digits
            kept += f" AND instr(words, :digits{n}{ending}) > 0"
            text = digits[-_RARE:]
        terms.append(_quoted(text if len(text) > 2 else _MARK + text))
    values[f"found{ending}"] = " AND ".join(terms)
    return Matching(f"SELECT rowid FROM people_search WHERE people_search MATCH :found{ending}{kept}", values)


def _by_id(word: str, n: int) -> Matching:
    """Who has a user id that begins so; the word is in small letters, which an id need not be."""
    digits = _MAY_BEGIN_ID.fullmatch(word)
    begins = f"{word[:2].upper()}.{digits[1] if digits else ''}"
    return Matching(
        f"""SELECT contact FROM contact_identities WHERE match_key >= :id{n} AND match_key < :behind_id{n}
            AND substr(lower(match_key), 1, {len(word)}) = :whole_id{n}""",
        {f"id{n}": begins, f"behind_id{n}": f"{begins}\U0010ffff", f"whole_id{n}": word},
    )


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def digits_of(word: str) -> str:
    """The digits of a word that is a number or a part of one, in any notation; else ''."""
    digits = re.sub(r"[\s().+/-]", "", word)
    return digits if digits.isascii() and digits.isdecimal() else ""


def _by_beginnings(words: Sequence[str]) -> Matching:
    values: dict[str, object] = {}
    alone = []
    for n, word in enumerate(words):
        values |= {f"from{n}": word, f"to{n}": f"{word}\U0010ffff"}
        found = [
            f"SELECT id FROM contacts WHERE name_key >= :from{n} AND name_key < :to{n}",
            f"""SELECT contact_tags.contact FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
                WHERE tags.name_key >= :from{n} AND tags.name_key < :to{n}""",
        ]
        if digits := digits_of(word):
            values |= {f"digits{n}": digits, f"behind{n}": f"{digits}:"}
            found.append(
                f"SELECT contact FROM contact_identities WHERE match_key >= :digits{n} AND match_key < :behind{n}"
            )
        if _MAY_BEGIN_ID.fullmatch(word):
            known = _by_id(word, n)
            values |= known.values
            found.append(known.sql)
        alone.append(f"SELECT id FROM ({' UNION '.join(found)})")
    return Matching(" INTERSECT ".join(alone), values)


def _has(connection: engine.Connection, sql: str) -> bool:
    return connection.execute(sql).fetchone() is not None
