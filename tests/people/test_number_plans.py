"""The short way through the numbering plans gives what the library's long way gives."""

import random

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

from invite_core.people import number_plans
from invite_core.people.identity import NOBODY_ANSWERS, match_key, plain_phone


def library(written: str) -> PhoneNumber | str:
    try:
        return phonenumbers.parse(written, None)
    except NumberParseException as error:
        return str(error)


def ours(written: str) -> PhoneNumber | str:
    try:
        return number_plans.parsed(written)
    except NumberParseException as error:
        return str(error)


def numbers() -> list[str]:
    """Real and broken numbers of every country code: each kind's example, cut, changed and lengthened."""
    chance = random.Random(7)  # noqa: S311 - made-up numbers; nothing here is secret
    written = []
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            for kind in range(11):
                example = phonenumbers.example_number_for_type(region, kind) if region != "001" else None
                if example is None:
                    continue
                digits = phonenumbers.national_significant_number(example)
                kept = chance.randrange(len(digits) + 1)
                end = "".join(chance.choices("0123456789", k=len(digits) - kept + chance.choice((0, 0, 1))))
                written += [f"+{code}{digits}", f"+{code}0{digits}", f"+{code}{digits[:kept]}{end}"]
        written += [f"+{code}" + "".join(chance.choices("0123456789", k=n)) for n in (1, 3, 7, 10, 14, 18)]
    return [*written, "+0441234567890", "+", "+999999999999", "+04", "+1", "+٤٤٧٤٠٠١٢٣٤٥٦"]


def test_reading_and_kind_are_those_of_the_library_in_every_country() -> None:
    differing = []
    for written in numbers():
        expected, found = library(written), ours(written)
        if expected != found or (
            isinstance(found, PhoneNumber)
            and (phonenumbers.number_type(found) != number_plans.kind_of(found))
        ):
            differing.append(written)
    assert differing == []


def test_the_short_way_for_plain_numbers_gives_what_the_long_one_would() -> None:
    taken = 0
    for written in numbers():
        phone = plain_phone(written)
        if phone is None:
            continue
        number = phonenumbers.parse(written, None)
        taken += 1
        assert phone.e164 == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        assert phone.match_key == match_key(phone.e164)
        kind = phonenumbers.number_type(number)
        assert kind not in (*NOBODY_ANSWERS, phonenumbers.PhoneNumberType.UNKNOWN)
        assert phone.usable == (
            kind not in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.PAGER)
        )
    assert taken > 500
