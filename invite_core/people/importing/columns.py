"""Which column of a file holds what: by its header, by what stands in it, or as the organiser says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from invite_core.people.importing.header_words import headers, plain_words
from invite_core.people.importing.phone_headers import Rank, label_of, phone_header, relation
from invite_core.people.names import shown

_ATTRIBUTE = re.compile(r"\s*attribute\s*[.:]\s*(.+)", re.IGNORECASE)

IGNORE = "ignore"
"""What the organiser says of a column that is not to be used."""


@dataclass(slots=True)
class Assigned:
    """What one column is taken for."""

    header: str
    """As the file has it."""
    field: str
    """A field, `attribute.X`, or '' where the column is not used."""
    by: str
    """`header`, `content`, `organiser` or `remembered`; '' where nobody knows it."""
    place: int
    """Which column it is, counted from 0."""
    sample: str = ""
    """The first cell of it that holds anything, as it would be shown; '' until the rows were looked at."""

    def as_json(self) -> dict[str, str | None]:
        """`column, field, by`; null where the column is not used."""
        return {"column": self.header, "field": self.field or None, "by": self.by or None}


@dataclass(frozen=True, slots=True)
class PhoneColumn:
    """A column of numbers."""

    place: int
    rank: Rank = Rank.PHONE
    """Which of a person's numbers comes first."""
    label: int | None = None
    """The column that says, row by row, which kind of number it is."""


@dataclass(slots=True)
class Columns:
    """Where in a row each field stands; a field that no header names has no place."""

    width: int = 0
    """How many columns the header names."""
    fields: dict[str, int] = field(default_factory=dict)
    """The column of each field but `phone`; of two headers for one field, the first (but see `blocks`)."""
    phones: list[PhoneColumn] = field(default_factory=list)
    """The columns that hold a number, the one to be written to first."""
    blocks: list[int] = field(default_factory=list)
    """The columns that say who must not be messaged; each of them does."""
    attributes: dict[str, int] = field(default_factory=dict)
    """The column of each `attribute.X`, by X as it is written."""
    assigned: list[Assigned] = field(default_factory=list)
    """Every column that has a header, as it was taken."""

    @property
    def recognised(self) -> int:
        """How many headers mean something."""
        return len(self.fields) + len(self.phones) + len(self.attributes)

    @property
    def ignored(self) -> list[str]:
        """Headers that mean nothing to us."""
        return [each.header for each in self.assigned if not each.field]


def fields() -> list[str]:
    """The fields that a column can be taken for, besides `attribute.X`."""
    return [*dict.fromkeys(headers().values())]


def recognise(
    header: Sequence[str],
    chosen: Mapping[str, tuple[str, str]] | None = None,
    found: Mapping[int, str] | None = None,
) -> Columns:
    """The columns of a file with this header.

    `chosen` has, by header in plain words, the field that the organiser gave a column and by what she
    did (`organiser`, `remembered`); `found` the fields that were told by content, by place.
    """
    columns = Columns(width=len(header))
    labels: dict[str, int] = {}
    numbered: dict[int, str] = {}
    for place, text in enumerate(header):
        plain = plain_words(text)
        meaning, by = (chosen or {}).get(plain, ("", "")) if plain else ("", "")
        if not by and place in (found or {}):
            meaning, by = (found or {})[place], "content"
        if not by:
            meaning, by = _meaning(text, plain), "header"
        taken = _take(columns, place, plain, meaning, labels, numbered)
        if taken or text.strip() or by == "content":
            known_by = by if taken or by not in ("header", "content") else ""
            columns.assigned.append(Assigned(shown(text), taken, known_by, place))
    columns.phones = sorted(
        (
            PhoneColumn(each.place, each.rank, labels.get(numbered.get(each.place, "")))
            for each in columns.phones
        ),
        key=lambda each: (each.rank, each.place),
    )
    return columns


def _take(
    columns: Columns, place: int, plain: str, meaning: str, labels: dict[str, int], numbered: dict[int, str]
) -> str:
    """Give the column its place; gives the field, or '' where it is not used."""
    if meaning.startswith("attribute."):
        columns.attributes.setdefault(meaning.removeprefix("attribute."), place)
    elif meaning == "do_not_message":
        columns.blocks.append(place)
        columns.fields.setdefault(meaning, place)
    elif meaning == "phone":
        known = phone_header(plain)
        columns.phones.append(PhoneColumn(place, known.rank if known else Rank.PHONE))
        numbered[place] = known.number if known else ""
    elif number := label_of(plain):
        labels[number] = place
        return "phone_label"
    elif meaning in ("", IGNORE) or meaning in columns.fields:
        return ""
    else:
        columns.fields[meaning] = place
    return meaning


def _meaning(text: str, plain: str) -> str:
    attribute = _ATTRIBUTE.fullmatch(text)
    if attribute is not None:
        return f"attribute.{shown(attribute[1])}"
    known = headers().get(plain)
    if known is not None:
        return known
    if phone_header(plain) is not None:
        return "phone"
    related = relation(plain)
    return f"attribute.{related}" if related else ""
