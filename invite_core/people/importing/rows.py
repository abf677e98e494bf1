"""One row of the file becomes one person's data, or the reason why it cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from invite_core.instants import stored
from invite_core.people.consent import INVITATIONS
from invite_core.people.identity import Phone, PhoneFault, parse_phone
from invite_core.people.importing import cells
from invite_core.people.importing.columns import Columns, plain_words, truth
from invite_core.people.importing.report import Note
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown

_SCOPES = frozenset({"", "invitation", "invitations", "invite", "invites", "event", "events"})
_ALL_SCOPES = frozenset({"all", "everything", "any"})


@dataclass(frozen=True, slots=True)
class Consent:
    """An agreement that the file tells of."""

    source: str
    """How the person agreed."""
    at: str
    """When, as it is stored."""
    scope: str = INVITATIONS
    """To what."""
    wording: str = ""
    """The words agreed to."""
    evidence_ref: str = ""
    """Where the evidence is."""


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


@dataclass(frozen=True, slots=True)
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
    block: str
    """Why the person must not be messaged; '' where the row does not say so."""


def read_row(
    number: int, row: Sequence[str], columns: Columns, defaults: Defaults, warnings: list[Note]
) -> ImportedRow | Note:
    """The row's data, or the note of its refusal; what is left out or looks odd goes to `warnings`."""

    def cell(field: str) -> str:
        place = columns.fields.get(field)
        return shown(row[place]) if place is not None and place < len(row) else ""

    extra = [text for text in row[columns.width :] if text.strip()]
    if extra:
        # A comma that is not quoted moves every cell behind it into another column.
        return Note(number, "too_many_cells", shown(extra[0]))
    name = cells.whole_name(cell("name"), cell("first_name"), cell("middle_name"), cell("last_name"))
    notes: list[Note] = []
    phones = _phones(number, row, columns, defaults.region, notes)
    if isinstance(phones, Note):
        return phones
    given = {field: cell(f"consent_{field}") for field in ("source", "at", "scope", "wording", "given")} | {
        "evidence_ref": cell("evidence_ref")
    }
    read = ImportedRow(
        row=number,
        name=name,
        key=name_key(name),
        phones=phones,
        language=_language(number, cell("language"), notes),
        household=cell("household"),
        places=_places(number, cell("places"), notes),
        tags=(*cells.tag_names(cell("tags")), *defaults.tags) if "tags" in columns.fields else defaults.tags,
        attributes=tuple(
            (key, shown(row[place]))
            for key, place in columns.attributes.items()
            if place < len(row) and row[place].strip()
        ),
        consent=_consent(number, given, defaults, notes),
        block=_block(number, [row[place] for place in columns.blocks if place < len(row)], notes),
    )
    warnings += notes
    return read


def _phones(
    number: int, row: Sequence[str], columns: Columns, region: str | None, notes: list[Note]
) -> tuple[Phone, ...] | Note:
    found: dict[str, Phone] = {}
    faults: list[PhoneFault] = []
    for place in columns.phones:
        text = row[place] if place < len(row) else ""
        if not text.strip():
            continue
        for part in cells.number_texts(text):
            phone = parse_phone(part, region)
            if isinstance(phone, PhoneFault):
                faults.append(phone)
                continue
            found.setdefault(phone.match_key, phone)
            if phone.warning or not phone.usable:
                notes.append(Note(number, phone.warning or "landline", shown(part)))
    if not found:
        reason = faults[0].reason.value if faults else "missing_number"
        return Note(number, reason, shown(faults[0].text) if faults else "")
    notes += [Note(number, fault.reason.value, shown(fault.text)) for fault in faults]
    return tuple(found.values())


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


def _consent(number: int, given: dict[str, str], defaults: Defaults, notes: list[Note]) -> Consent | None:
    """The agreement that counts; one that cannot be relied on is left out with a warning."""
    source, date, refusal = given["source"], given["at"], given["given"]
    if refusal and truth(refusal) is False:
        if source or date or defaults.consent:
            notes.append(Note(number, "consent_refused", refusal))
        return None
    if not source and not date:
        return defaults.consent
    at = cells.moment(date)
    doubt = (
        "consent_without_source" if not source
        else "consent_without_date" if not date
        else "unreadable_date" if at is None
        else "consent_in_future" if at > defaults.now + timedelta(days=1)
        else ""
    )  # fmt: skip
    if doubt or at is None:
        notes.append(Note(number, doubt, date or source))
        return None
    return Consent(
        source=source,
        at=stored(min(at, defaults.now)),
        scope=_scope(number, given["scope"], notes),
        wording=given["wording"],
        evidence_ref=given["evidence_ref"],
    )


def _scope(number: int, text: str, notes: list[Note]) -> str:
    scope = plain_words(text)
    if scope in _SCOPES or scope in _ALL_SCOPES:
        return INVITATIONS if scope in _SCOPES else "all"
    notes.append(Note(number, "other_consent_scope", text))
    return scope


def _block(number: int, texts: Sequence[str], notes: list[Note]) -> str:
    reason = ""
    for text in map(shown, texts):
        said = truth(text)
        if said is None:
            # Whatever else stands there, someone meant that this person is to be left alone.
            notes.append(Note(number, "read_as_do_not_message", text))
        if said is not False:
            reason = reason or (text if said is None else "The imported file says so.")
    return reason
