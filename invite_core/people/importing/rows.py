"""One row of the file becomes one person's data, or the reason why it cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.people.identity import Phone, parse_phone
from invite_core.people.importing import cells
from invite_core.people.importing.columns import Columns
from invite_core.people.importing.consent_cells import Agreement, Consent, Said, agreement
from invite_core.people.importing.header_words import truth
from invite_core.people.importing.phone_cells import phones_of
from invite_core.people.importing.report import Note
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown

_RELATIVES = ("mother", "father", "guardian")
"""Who is written to where a list names nobody else."""

_ABOUT_CONSENT = (
    "consent_given", "consent_source", "consent_at", "consent_scope", "consent_wording", "evidence_ref"
)  # fmt: skip
"""The fields in the order of `Said`."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every row that does not say otherwise."""

    region: str | None
    """The country of national numbers."""
    tags: tuple[str, ...]
    """Tags for everyone."""
    consent: Consent | None
    """The agreement of everyone whose row names none."""
    now: datetime
    """The time of the import."""


@dataclass(slots=True)
class ImportedRow:
    """What a row says of a person; '' and None where it says nothing."""

    row: int
    """As a spreadsheet numbers it."""
    name: str
    """As it is shown."""
    key: str
    """What equal names share."""
    phones: tuple[Phone, ...]
    """At least one, each number once."""
    language: str
    """A code."""
    household: str
    """Those with the same word live together."""
    places: int | None
    """1 to 99."""
    tags: tuple[str, ...]
    """As they are written."""
    attributes: tuple[tuple[str, str], ...]
    """Only those that are not empty."""
    consent: Consent | None
    """The row's own, or everybody's."""
    refused: bool
    """Whether the row says that the person does not agree."""
    block: str
    """Why the person must not be messaged; '' where the row does not say so."""


class RowReader:
    """Reads the rows of one file.

    `said` counts what a consent column says: yes, no, unclear; empty where the file has none.
    """

    def __init__(self, columns: Columns, defaults: Defaults) -> None:
        self._columns = columns
        self._defaults = defaults
        places = columns.fields
        self._name, *self._parts = (places.get(f"{part}name") for part in ("", "first_", "middle_", "last_"))
        self._has_parts = any(place is not None for place in self._parts)
        self._language, self._household = places.get("language"), places.get("household")
        self._seats, self._tags = places.get("places"), places.get("tags")
        self._consent = [places.get(field) for field in _ABOUT_CONSENT]
        self._is_silent = all(place is None for place in self._consent)
        has_answers = "consent_given" in places
        self.said: dict[str, int] = {"yes": 0, "no": 0, "unclear": 0} if has_answers else {}

    def read(self, number: int, row: Sequence[str], warnings: list[Note]) -> ImportedRow | Note:
        """The row's data, or the note of its refusal; what is left out or looks odd goes to `warnings`."""
        columns, defaults = self._columns, self._defaults
        if len(row) > columns.width and (extra := [text for text in row[columns.width :] if text.strip()]):
            # A comma that is not quoted moves every cell behind it into another column.
            return Note(number, "too_many_cells", shown(extra[0]))
        notes: list[Note] = []
        phones = phones_of(number, row, columns.phones, defaults.region, notes)
        attributes = tuple(
            (key, shown(row[place]))
            for key, place in columns.attributes.items()
            if place < len(row) and row[place].strip()
        )
        name = self._whole_name(row, attributes)
        if isinstance(phones, Note):
            swapped = phones.reason == "words_for_number" and isinstance(
                parse_phone(name, defaults.region), Phone
            )
            return Note(number, "mixed_up_columns", phones.value) if swapped else phones
        agreed = self._agreement(row)
        tags = _cell(row, self._tags)
        read = ImportedRow(
            row=number,
            name=name,
            key=name_key(name),
            phones=phones,
            language=_language(number, _cell(row, self._language), notes),
            household=_cell(row, self._household),
            places=_places(number, _cell(row, self._seats), notes),
            tags=cells.tag_names(tags) + defaults.tags if tags else defaults.tags,
            attributes=attributes,
            consent=agreed.consent,
            refused=agreed.refused,
            block=_block(number, row, columns.blocks, notes) if columns.blocks else "",
        )
        if agreed.doubts:
            notes += [Note(number, reason, text) for reason, text in agreed.doubts]
        if notes:
            warnings += notes
        return read

    def _whole_name(self, row: Sequence[str], attributes: tuple[tuple[str, str], ...]) -> str:
        name = _cell(row, self._name)
        if self._has_parts:
            name = cells.whole_name(name, *(_cell(row, place) for place in self._parts))
        if name or not attributes:
            return name
        return next((value for key, value in attributes if key in _RELATIVES), "")

    def _agreement(self, row: Sequence[str]) -> Agreement:
        defaults = self._defaults
        if self._is_silent:
            return Agreement(defaults.consent)
        given, *others = self._consent
        answer = None if given is None else _cell(row, given)
        said = Said(answer, *[_cell(row, place) for place in others])
        agreed = agreement(said, defaults.consent, defaults.now)
        if self.said:
            self.said[agreed.said] += 1
        return agreed


def _cell(row: Sequence[str], place: int | None) -> str:
    return shown(row[place]) if place is not None and place < len(row) and row[place] else ""


def _language(number: int, text: str, notes: list[Note]) -> str:
    language = normalised_language(text) if text else ""
    if language is None:
        notes.append(Note(number, "unknown_language", text))
    return language or ""


def _places(number: int, text: str, notes: list[Note]) -> int | None:
    places = cells.places(text) if text else None
    if text and places is None:
        notes.append(Note(number, "bad_places", text))
    return places


def _block(number: int, row: Sequence[str], columns: Sequence[int], notes: list[Note]) -> str:
    reason = ""
    for place in columns:
        text = shown(row[place]) if place < len(row) and row[place] else ""
        said = truth(text) if text else False
        if said is None:
            # Whatever else stands there, someone meant that this person is to be left alone.
            notes.append(Note(number, "read_as_do_not_message", text))
        if said is not False:
            reason = reason or (text if said is None else "The imported file says so.")
    return reason
