"""Phone numbers: what was written becomes E.164, and what all spellings of one number share.

WhatsApp knows some numbers by another spelling than the one people dial, so a block or an answer
must be matched by what the spellings have in common, never by the number as it was written.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from invite_core.errors import InviteError
from invite_core.people import number_plans
from invite_core.people.phone_notation import is_spreadsheet_damage, written_number


class FaultReason(StrEnum):
    """Why a text is not taken for a phone number."""

    MISSING_NUMBER = "missing_number"
    """There is no number."""
    DAMAGED_NUMBER = "damaged_number"
    """A spreadsheet has replaced digits (`3.51912E+11`); nobody can know them."""
    NEEDS_COUNTRY = "needs_country"
    """A national number, and no default country is set."""
    INVALID_NUMBER = "invalid_number"
    """No such number can exist, or nobody can be reached on it (premium, toll-free, emergency)."""


_TODO: dict[FaultReason, str] = {
    FaultReason.MISSING_NUMBER: "Give a number.",
    FaultReason.DAMAGED_NUMBER: "Format the column as text in the spreadsheet and fill the number in again.",
    FaultReason.NEEDS_COUNTRY: "Write it with + and the country code, or set INVITE_DEFAULT_REGION.",
    FaultReason.INVALID_NUMBER: "Correct it; write it with + and the country code.",
}


class Phone(NamedTuple):
    """A number that can be stored."""

    e164: str
    """With `+`, as it is dialled today."""
    match_key: str
    """What all spellings of the number share."""
    usable: bool
    """False for a landline or pager, on which WhatsApp reaches nobody."""
    warning: str = ""
    """'', or why the organiser should look at it: `unusual_number`, `assumed_country_code`."""

    @property
    def kind(self) -> str:
        """As the file knows it."""
        return "phone"

    @property
    def value(self) -> str:
        """As the file keeps it."""
        return self.e164


@dataclass(frozen=True, slots=True)
class PhoneFault:
    """A text that is no number that can be stored."""

    reason: FaultReason
    text: str

    def error(self) -> InviteError:
        """The refusal as a person reads it."""
        sentence = f"“{self.text}” is no phone number that can be used ({self.reason.replace('_', ' ')})."
        return InviteError(sentence, _TODO[self.reason])


_SPELLINGS: dict[tuple[str, int], int] = {
    ("549", 13): 1,
    ("521", 13): 1,
    ("22901", 13): 2,
}
"""Prefix and length of the longer spelling, and how many digits at the prefix's end the shorter one
lacks: Argentina's mobile 9, Mexico's former 1, Benin's 01 of 2024."""

_BRAZIL = "55"

_SPELT_IN_SEVERAL_WAYS = frozenset({52, 54, 55, 229})
"""The country codes of `match_key`."""

NOBODY_ANSWERS = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
"""Kinds of numbers that are no person's."""

_NO_MOBILE = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.PAGER})

_FOR_FICTION = re.compile(r"\+447700900\d{3}")
"""Ofcom's mobile range for drama, which the tables of numbers in use leave out."""


def match_key(address: str) -> str:
    """What every spelling of one address shares; for an E.164 number, a wa_id or a user id.

    A number's key is its digits without those that WhatsApp adds or leaves out: the 9 of Brazil and
    Argentina, the former 1 of Mexico, the 01 of Benin. Where two numbers could be meant they share
    the key, so that a block holds for both. A user id (`US.1349…`) is its own key.
    """
    digits = address.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        if any(character.isalpha() for character in address):
            return address.strip()
        digits = "".join(str(int(character)) for character in address if character.isdecimal())
    if digits.startswith(_BRAZIL) and len(digits) == 13 and digits[4] == "9":
        return digits[:4] + digits[5:]
    if digits.startswith("54") and len(digits) == 14:
        return _without_argentine_15(digits)
    for (prefix, length), extra in _SPELLINGS.items():
        if len(digits) == length and digits.startswith(prefix):
            return prefix[:-extra] + digits[len(prefix) :]
    return digits


def _without_argentine_15(digits: str) -> str:
    # +54 11 15 1234 5678: how Argentines dial a mobile at home, written after the country code.
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except NumberParseException:
        return digits
    return f"54{str(number.national_number).removeprefix('9')}"


def parse_phone(text: str, region: str | None) -> Phone | PhoneFault:
    """The number that `text` writes in any notation, or why there is none.

    `region` (ISO code, as INVITE_DEFAULT_REGION) is the country of numbers written without a country
    code; without it they are refused. A landline is given as not usable. A number of a mobile's
    length that the tables do not know is given with a warning, because new ranges reach the tables late.
    """
    written = written_number(text)
    if not written:
        return PhoneFault(FaultReason.MISSING_NUMBER, text)
    if not written.lstrip("+").isdecimal():
        is_damage = is_spreadsheet_damage(written)
        return PhoneFault(FaultReason.DAMAGED_NUMBER if is_damage else FaultReason.INVALID_NUMBER, text)
    if written.startswith("+"):
        return plain_phone(written) or _international(written) or PhoneFault(FaultReason.INVALID_NUMBER, text)
    if not region:
        reason = FaultReason.NEEDS_COUNTRY if len(written) >= 5 else FaultReason.INVALID_NUMBER
        return PhoneFault(reason, text)
    return _national(written, region.upper()) or PhoneFault(FaultReason.INVALID_NUMBER, text)


def plain_phone(text: str) -> Phone | None:
    """What `parse_phone` gives for the common case, in a quarter of its time: a number of a known kind, spelt in
    one way alone, in which nothing but spaces and hyphens stands between `+` and digits. None for any other."""
    written = text.replace(" ", "").replace("-", "")
    parts = number_plans.plain_parts(written[1:]) if written[:1] == "+" else None
    if parts is None or parts[0] in _SPELT_IN_SEVERAL_WAYS or not 8 <= len(written) <= 16:
        return None
    kind = number_plans.kind_of_parts(*parts)
    if kind == PhoneNumberType.UNKNOWN or kind in NOBODY_ANSWERS:
        return None
    return Phone(written, written[1:], usable=kind not in _NO_MOBILE)


def _international(written: str) -> Phone | None:
    try:
        return _phone(number_plans.parsed(written))
    except NumberParseException:
        return None


def _national(written: str, region: str) -> Phone | None:
    try:
        phone = _phone(phonenumbers.parse(written, region))
    except NumberParseException:
        phone = None
    if phone is not None or len(written) < 11 or written.startswith("0"):
        return phone
    # Spreadsheets drop the + of +351912345678; it is put back only where the tables know the number.
    whole = _international(f"+{written}")
    if whole is None or whole.warning or not whole.usable:
        return None
    return Phone(whole.e164, whole.match_key, usable=True, warning="assumed_country_code")


def _phone(number: PhoneNumber) -> Phone | None:
    number = _as_dialled_today(number)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    kind = number_plans.kind_of(number)
    if kind in NOBODY_ANSWERS or not 8 <= len(e164) <= 16:
        return None
    key = match_key(e164)
    if kind == PhoneNumberType.UNKNOWN:
        possible = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
        if possible != ValidationResult.IS_POSSIBLE:
            return None
        warning = "" if _FOR_FICTION.fullmatch(e164) else "unusual_number"
        return Phone(e164, key, usable=True, warning=warning)
    if kind == PhoneNumberType.FIXED_LINE and number.country_code == 54:
        # Without its 9 an Argentine mobile looks like a landline, and is often written so.
        return Phone(e164, key, usable=True, warning="unusual_number")
    return Phone(e164, key, usable=kind not in _NO_MOBILE)


def _as_dialled_today(number: PhoneNumber) -> PhoneNumber:
    """`number` with the mobile 9 that Brazil added by 2016, without the 1 that Mexico dropped in 2019."""
    national = str(number.national_number)
    if number.country_code == 55 and len(national) == 10 and national[2] in "6789":
        national = f"{national[:2]}9{national[2:]}"
    elif number.country_code == 52 and len(national) == 11 and national[0] == "1":
        national = national[1:]
    else:
        return number
    return PhoneNumber(country_code=number.country_code, national_number=int(national))
