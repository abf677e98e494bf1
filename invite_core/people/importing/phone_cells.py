"""The numbers of a row, the one to be written to first, or why the row has none that can be used."""

import re
from collections.abc import Sequence

import phonenumbers
from phonenumbers import NumberParseException, ValidationResult

from invite_core.people import number_plans
from invite_core.people.identity import (
    NOBODY_ANSWERS,
    FaultReason,
    PhoneFault,
    plain_phone,
)
from invite_core.people.importing import cells
from invite_core.people.importing.columns import PhoneColumn
from invite_core.people.importing.header_words import plain_words
from invite_core.people.importing.phone_headers import is_no_phone, rank
from invite_core.people.importing.report import Note
from invite_core.people.names import shown
from invite_core.people.phone_notation import written_number
from invite_core.people.written_address import Address, parse_address, parse_user_id

_EMERGENCY = ("112", "911", "999", "000", "110", "118", "119", "190", "192", "193")
"""The emergency numbers that lists hold most; others are told where the country is known."""

_BETWEEN_IDS = re.compile(r"[\s,;|]+")


def phones_of(
    number: int, row: Sequence[str], columns: Sequence[PhoneColumn], region: str | None, notes: list[Note]
) -> tuple[Address, ...] | Note:
    """The row's numbers, each once, or the note of its refusal; the cells that are left out go to `notes`.
    A user id stands for a number.

    The row has a cell for each of `columns`.
    """
    if len(columns) == 1 and columns[0].label is None:
        only = plain_phone(row[columns[0].place])
        if only is not None and only.usable:
            return (only,)
    found: dict[str, Address] = {}
    faults: list[PhoneFault] = []
    for text in _in_order(row, columns, number, notes):
        for part in cells.number_texts(text):
            phone = parse_address(part, region)
            if isinstance(phone, PhoneFault):
                faults.append(phone)
                continue
            found.setdefault(phone.match_key, phone)
            if phone.warning or not phone.usable:
                notes.append(Note(number, phone.warning or "landline", shown(part)))
    if found:
        notes += [Note(number, why(fault, region), shown(fault.text)) for fault in faults]
        return tuple(found.values())
    if faults:
        return Note(number, why(faults[0], region), shown(faults[0].text))
    return Note(number, "missing_number", "")


def with_user_ids(
    number: int, cell: str, phones: tuple[Address, ...] | Note, notes: list[Note]
) -> tuple[Address, ...] | Note:
    """The row's addresses, with the user ids in the cell of its own column: one, or several between spaces or
    commas. A row that has one needs no number."""
    found: dict[str, Address] = {} if isinstance(phones, Note) else {each.match_key: each for each in phones}
    unknown = ""
    for part in filter(None, _BETWEEN_IDS.split(cell)):
        user_id = parse_user_id(part)
        if user_id is None:
            unknown = unknown or shown(cell)
        else:
            found.setdefault(user_id.match_key, user_id)
    is_missing = isinstance(phones, Note) and phones.reason == "missing_number"
    if not found:
        return Note(number, "no_user_id", unknown) if is_missing and unknown else phones
    if isinstance(phones, Note) and not is_missing:
        notes.append(phones)
    if unknown:
        notes.append(Note(number, "no_user_id", unknown))
    return tuple(found.values())


def _in_order(
    row: Sequence[str], columns: Sequence[PhoneColumn], number: int, notes: list[Note]
) -> list[str]:
    """The cells that hold something, by rank: of the row's own word for the number where there is one."""
    filled = [(each, row[each.place]) for each in columns if row[each.place].strip()]
    if all(each.label is None for each, _ in filled):
        return [text for _, text in filled]
    ranked = []
    for each, text in filled:
        label = row[each.label] if each.label is not None else ""
        words = plain_words(label).split()
        if is_no_phone(words):
            notes.append(Note(number, "fax_or_pager", shown(text)))
            continue
        ranked.append((rank(words) if words else each.rank, text))
    ranked.sort(key=lambda each: each[0])
    return [text for _, text in ranked]


def why(fault: PhoneFault, region: str | None) -> str:
    """The reason of a refusal, as exactly as it can be told."""
    if fault.reason is not FaultReason.INVALID_NUMBER:
        return fault.reason.value
    written = written_number(fault.text)
    digits = written.removeprefix("+")
    if not digits.isdecimal():
        words = sum(character.isalpha() for character in digits)
        return "words_for_number" if words * 2 >= len(digits) else "invalid_number"
    if digits in _EMERGENCY or (region and phonenumbers.is_emergency_number(digits, region.upper())):
        return "emergency_number"
    try:
        parsed = phonenumbers.parse(written, region.upper() if region else None)
    except NumberParseException as error:
        return _unreadable(error.error_type, digits)
    if number_plans.kind_of(parsed) in NOBODY_ANSWERS:
        return "premium_number"
    length = phonenumbers.is_possible_number_with_reason(parsed)
    return {
        ValidationResult.TOO_SHORT: "too_short",
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too_short",
        ValidationResult.TOO_LONG: "too_long",
        ValidationResult.INVALID_COUNTRY_CODE: "unknown_country_code",
    }.get(length, "invalid_number")


def _unreadable(kind: int, digits: str) -> str:
    if kind == NumberParseException.TOO_LONG:
        return "too_long"
    if kind == NumberParseException.INVALID_COUNTRY_CODE and len(digits) >= 7:
        return "unknown_country_code"
    return "too_short" if len(digits) < 7 else "invalid_number"
