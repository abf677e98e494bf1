"""Which column of a file holds what, by its header."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from invite_core.people.names import name_key, shown

_ATTRIBUTE = re.compile(r"\s*attribute\s*[.:]\s*(.+)", re.IGNORECASE)
_BEHIND_PHONE = re.compile(r"\s*\d+\s*(?=value$|$)")


@dataclass(slots=True)
class Columns:
    """Where in a row each field stands; a field that no header names has no place."""

    width: int = 0
    """How many columns the header names."""
    fields: dict[str, int] = field(default_factory=dict)
    """The column of each field but `phone`; of two headers for one field, the first (but see `blocks`)."""
    phones: list[int] = field(default_factory=list)
    """The columns that hold a number."""
    blocks: list[int] = field(default_factory=list)
    """The columns that say who must not be messaged; each of them does."""
    attributes: dict[str, int] = field(default_factory=dict)
    """The column of each `attribute.X`, by X as it is written."""
    ignored: list[str] = field(default_factory=list)
    """Headers that mean nothing to us."""

    @property
    def recognised(self) -> int:
        """How many headers mean something."""
        return len(self.fields) + len(self.phones) + len(self.attributes)


def recognise(header: Sequence[str]) -> Columns:
    """The columns of a file with this header."""
    columns = Columns(width=len(header))
    for place, text in enumerate(header):
        attribute = _ATTRIBUTE.fullmatch(text)
        if attribute is not None:
            columns.attributes.setdefault(shown(attribute[1]), place)
            continue
        meaning = _meaning(text)
        if meaning == "do_not_message":
            columns.blocks.append(place)
            columns.fields.setdefault(meaning, place)
        elif meaning == "phone":
            columns.phones.append(place)
        elif meaning is None or meaning in columns.fields:
            if text.strip():
                columns.ignored.append(shown(text))
        else:
            columns.fields[meaning] = place
    return columns


def _meaning(header: str) -> str | None:
    plain = plain_words(header)
    known = _headers()
    if plain in known:
        return known[plain]
    without_number = _BEHIND_PHONE.sub(" ", plain).strip()
    return "phone" if known.get(without_number) == "phone" else None


def plain_words(text: str) -> str:
    """`text` case-folded, without accents, with punctuation and underscores as single spaces."""
    parts = unicodedata.normalize("NFKD", name_key(text))
    letters = "".join(each for each in parts if not unicodedata.combining(each))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def truth(text: str) -> bool | None:
    """What a yes-or-no cell says, in several languages; None where it is neither."""
    parts = unicodedata.normalize("NFKD", name_key(text))
    word = "".join(each for each in parts if not unicodedata.combining(each)).rstrip(".! ")
    words = _tables()["words"]
    return True if word in words["yes"] else False if word in words["no"] else None


@cache
def _headers() -> dict[str, str]:
    return {
        header: meaning for meaning, headers in _tables().items() if meaning != "words" for header in headers
    }


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
