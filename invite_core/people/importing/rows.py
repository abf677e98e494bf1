"""One row of the file becomes one person's data, or the reason why it cannot."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from invite_core.people.identity import Phone, parse_phone
from invite_core.people.importing import cells
from invite_core.people.importing.columns import Columns
from invite_core.people.importing.consent_cells import Agreement, Consent, Said, agreement
from invite_core.people.importing.header_words import truth
from invite_core.people.importing.phone_cells import phones_of, with_user_ids
from invite_core.people.importing.report import Note
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown
from invite_core.people.written_address import Address

_RELATIVES = ("mother", "father", "guardian")
"""Who is written to where a list names nobody else."""

_ABOUT_CONSENT = (
    "consent_given", "consent_source", "consent_at", "consent_scope", "consent_wording", "evidence_ref"
)  # fmt: skip
"""The fields in the order of `Said`."""

_FIELDS = (
    "name", "first_name", "middle_name", "last_name", "user_id", "language", "household", "places", "tags",
    *_ABOUT_CONSENT,
)  # fmt: skip
"""The fields of which a row has one cell."""

_MOST_KEPT = 2_048
"""So many different cells of a kind are kept as they were read."""


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
    phones: tuple[Address, ...]
    """At least one, each once: numbers, and user ids."""
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

    `said` counts what a consent column says: yes, no, unclear; empty where the file has none. What stands in
    many rows (a language, a tag, a town, the words of a consent) is read once.
    """

    def __init__(self, columns: Columns, defaults: Defaults) -> None:
        self._columns = columns
        self._defaults = defaults
        # A row is filled up to the place behind its last column, which is that of every column it has not.
        nowhere = columns.width
        places = {field: columns.fields.get(field, nowhere) for field in _FIELDS}
        self._name, *self._parts = (places[f"{part}name"] for part in ("", "first_", "middle_", "last_"))
        self._has_parts = any(place != nowhere for place in self._parts)
        self._user_id = places["user_id"]
        self._language, self._household = places["language"], places["household"]
        self._seats, self._tags = places["places"], places["tags"]
        self._cells_of_attributes = _cells_at(columns.attributes.values())
        self._cells_of_consent = _cells_at(places[field] for field in _ABOUT_CONSENT)
        self._cells_of_blocks = _cells_at(columns.blocks)
        self._has_answers = "consent_given" in columns.fields
        self._is_silent = all(places[field] == nowhere for field in _ABOUT_CONSENT)
        self.said: dict[str, int] = {"yes": 0, "no": 0, "unclear": 0} if self._has_answers else {}
        self._attributes_in = lru_cache(_MOST_KEPT)(self._read_attributes)
        self._agreement_in = lru_cache(_MOST_KEPT)(self._read_agreement)
        self._tags_in = lru_cache(_MOST_KEPT)(self._read_tags)

    def read(self, number: int, row: Sequence[str], warnings: list[Note]) -> ImportedRow | Note:
        """The row's data, or the note of its refusal; what is left out or looks odd goes to `warnings`."""
        columns = self._columns
        width = columns.width
        if len(row) > width and (extra := [text for text in row[width:] if text.strip()]):
            # A comma that is not quoted moves every cell behind it into another column.
            return Note(number, "too_many_cells", shown(extra[0]))
        row = [*row, ""] if len(row) == width else [*row[:width], *[""] * max(1, width + 1 - len(row))]
        notes: list[Note] = []
        phones = phones_of(number, row, columns.phones, self._defaults.region, notes)
        if row[self._user_id]:
            phones = with_user_ids(number, row[self._user_id], phones, notes)
        attributes = self._attributes_in(self._cells_of_attributes(row)) if columns.attributes else ()
        name = self._whole_name(row, attributes)
        if isinstance(phones, Note):
            return self._refused(phones, name)
        agreed = self._agreement(row)
        language, places = _language(row[self._language]), _places(row[self._seats])
        block, odd = _block(self._cells_of_blocks(row))
        if language is None:
            notes.append(Note(number, "unknown_language", shown(row[self._language])))
        if places is None and (text := shown(row[self._seats])):
            notes.append(Note(number, "bad_places", text))
        # Whatever else stands there, someone meant that this person is to be left alone.
        if odd or agreed.doubts:
            notes += [Note(number, "read_as_do_not_message", text) for text in odd]
            notes += [Note(number, reason, text) for reason, text in agreed.doubts]
        if notes:
            warnings += notes
        return ImportedRow(
            number,
            name,
            name_key(name),
            phones,
            language or "",
            shown(row[self._household]),
            places,
            self._tags_in(row[self._tags]),
            attributes,
            agreed.consent,
            agreed.refused,
            block,
        )

    def _refused(self, why: Note, name: str) -> Note:
        is_swapped = why.reason == "words_for_number" and isinstance(
            parse_phone(name, self._defaults.region), Phone
        )
        return Note(why.row, "mixed_up_columns", why.value) if is_swapped else why

    def _whole_name(self, row: Sequence[str], attributes: tuple[tuple[str, str], ...]) -> str:
        name = shown(row[self._name])
        if self._has_parts:
            name = cells.whole_name(name, *(shown(row[place]) for place in self._parts))
        if name or not attributes:
            return name
        return next((value for key, value in attributes if key in _RELATIVES), "")

    def _agreement(self, row: Sequence[str]) -> Agreement:
        if self._is_silent:
            return Agreement(self._defaults.consent)
        agreed = self._agreement_in(self._cells_of_consent(row))
        if self._has_answers:
            self.said[agreed.said] += 1
        return agreed

    def _read_agreement(self, found: Sequence[str]) -> Agreement:
        given, *others = map(shown, found)
        said = Said(given if self._has_answers else None, *others)
        return agreement(said, self._defaults.consent, self._defaults.now)

    def _read_attributes(self, found: Sequence[str]) -> tuple[tuple[str, str], ...]:
        named = zip(self._columns.attributes, found, strict=True)
        return tuple((key, shown(text)) for key, text in named if text.strip())

    def _read_tags(self, cell: str) -> tuple[str, ...]:
        return cells.tag_names(shown(cell)) + self._defaults.tags


def _cells_at(places: Iterable[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What gives the cells of a row at these places."""
    several = tuple(places)
    if not several:
        return lambda _: ()
    if len(several) == 1:
        return lambda row: (row[several[0]],)
    return itemgetter(*several)


@lru_cache(_MOST_KEPT)
def _language(cell: str) -> str | None:
    """The code of a language, '' for an empty cell; None for what is none."""
    text = shown(cell)
    return normalised_language(text) if text else ""


@lru_cache(_MOST_KEPT)
def _places(cell: str) -> int | None:
    return cells.places(shown(cell))


@lru_cache(_MOST_KEPT)
def _block(found: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Why the person must not be messaged ('' where no cell says so), and the cells that say neither yes nor no."""
    texts = [text for cell in found if (text := shown(cell))]
    odd = tuple(text for text in texts if truth(text) is None)
    said = [
        text if text in odd else "The imported file says so." for text in texts if truth(text) is not False
    ]
    return next(iter(said), ""), odd
