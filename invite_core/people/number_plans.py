"""The numbering plans of `phonenumbers`, asked in the short way that a list of many numbers needs.

The library's own `parse` and `number_type` take 40 µs a number, nearly all of it for notations that
`phone_notation` has brought to digits before. What is asked here gives the same answers (a test
compares them for every country); whatever is not plain is left to the library.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberDesc, PhoneNumberType

_FIRST = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
)
"""The kinds in the order in which the library asks for them, before landline and mobile."""


Matches = Callable[[str], object | None]
"""Whether a national number is one of a range: `re.Pattern.fullmatch`."""


_MOST_DIGITS = 17
"""The most that the library takes for a national number."""


class _OfLength(NamedTuple):
    """What a country's numbers with so many digits may be."""

    any_kind: Matches | None
    is_first: Matches | None
    """Whether it is one of the kinds that are asked for first."""
    first: tuple[tuple[int, Matches], ...]
    """Those kinds."""
    landline: Matches | None
    mobile: Matches | None


class _Region(NamedTuple):
    """One country's part of a country code."""

    leading: re.Pattern[str] | None
    """How its numbers begin, where that alone tells it from the others of its code."""
    mixed: bool
    """Whether landlines and mobiles cannot be told apart."""
    by_length: tuple[_OfLength, ...]
    """By how many digits the national number has."""

    def kind(self, digits: str) -> int:
        """The `PhoneNumberType` of a national number."""
        any_kind, is_first, first, landline, mobile = self.by_length[len(digits)]
        if any_kind is None or any_kind(digits) is None:
            return PhoneNumberType.UNKNOWN
        if is_first is not None and is_first(digits) is not None:
            return next(kind for kind, matches in first if matches(digits) is not None)
        if landline is not None and landline(digits) is not None:
            both = self.mixed or (mobile is not None and mobile(digits) is not None)
            return PhoneNumberType.FIXED_LINE_OR_MOBILE if both else PhoneNumberType.FIXED_LINE
        is_mobile = not self.mixed and mobile is not None and mobile(digits) is not None
        return PhoneNumberType.MOBILE if is_mobile else PhoneNumberType.UNKNOWN


def parsed(written: str) -> PhoneNumber:
    """The number that `+` and digits are, as `phonenumbers.parse` gives it.

    Raises `phonenumbers.NumberParseException` where it does.
    """
    plain = plain_parts(written[1:])
    if plain is not None:
        return PhoneNumber(country_code=plain[0], national_number=int(plain[1]))
    return phonenumbers.parse(written, None)


def plain_parts(digits: str) -> tuple[int, str] | None:
    """The country code and the national number of an international one's digits, where the library would
    take them as they stand; else None."""
    if not (digits.isascii() and digits.isdecimal()):
        return None
    for length in (1, 2, 3):
        if (found := _codes().get(digits[:length])) is not None:
            code, prefix = found
            rest = digits[length:]
            is_plain = 5 <= len(rest) <= 15 and rest[0] != "0" and (prefix is None or prefix(rest) is None)
            return (code, rest) if is_plain else None
    return None


def kind_of(number: PhoneNumber) -> int:
    """The `PhoneNumberType` of a number, as `phonenumbers.number_type` gives it."""
    return kind_of_parts(number.country_code or 0, phonenumbers.national_significant_number(number))


def kind_of_parts(code: int, digits: str) -> int:
    """The same for a country code and a national number."""
    regions = _regions(code)
    if len(regions) == 1:
        return regions[0].kind(digits)
    for region in regions:
        if region.leading is None:
            if (kind := region.kind(digits)) != PhoneNumberType.UNKNOWN:
                return kind
        elif region.leading.match(digits):
            return region.kind(digits)
    return PhoneNumberType.UNKNOWN


def _metadata(code: int, region: str) -> PhoneMetadata | None:
    return PhoneMetadata.metadata_for_region_or_calling_code(code, region)


@cache
def _codes() -> dict[str, tuple[int, Matches | None]]:
    """Every country code by its digits, with what finds the prefix that is dialled before a number inside the
    country, and may stand behind the code by mistake."""
    return {str(code): (code, _national_prefix(code)) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}


def _national_prefix(code: int) -> Matches | None:
    plan = _metadata(code, phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0])
    prefix = plan.national_prefix_for_parsing if plan is not None else None
    return re.compile(prefix).match if prefix else None


@cache
def _regions(code: int) -> tuple[_Region, ...]:
    names = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    plans = [(name, _metadata(code, name)) for name in names]
    return tuple(_region(plan) for _, plan in plans if plan is not None)


def _region(plan: PhoneMetadata) -> _Region:
    return _Region(
        leading=re.compile(plan.leading_digits) if plan.leading_digits else None,
        mixed=bool(plan.same_mobile_and_fixed_line_pattern),
        by_length=tuple(_of_length(plan, length) for length in range(_MOST_DIGITS + 1)),
    )


def _of_length(plan: PhoneMetadata, length: int) -> _OfLength:
    ranges = (
        plan.premium_rate, plan.toll_free, plan.shared_cost, plan.voip,
        plan.personal_number, plan.pager, plan.uan, plan.voicemail,
    )  # fmt: skip
    found = [(kind, _pattern(desc, length)) for kind, desc in zip(_FIRST, ranges, strict=True)]
    first = [(kind, pattern) for kind, pattern in found if pattern]
    any_first = "|".join(f"(?:{pattern})" for _, pattern in first)
    return _OfLength(
        any_kind=_matches(plan.general_desc, length),
        is_first=re.compile(any_first).fullmatch if first else None,
        first=tuple((kind, re.compile(pattern).fullmatch) for kind, pattern in first),
        landline=_matches(plan.fixed_line, length),
        mobile=_matches(plan.mobile, length),
    )


def _matches(desc: PhoneNumberDesc | None, length: int) -> Matches | None:
    pattern = _pattern(desc, length)
    return re.compile(pattern).fullmatch if pattern else None


def _pattern(desc: PhoneNumberDesc | None, length: int) -> str:
    """The pattern of the range's numbers with so many digits; '' where there are none."""
    if desc is None or (desc.possible_length and length not in desc.possible_length):
        return ""
    return desc.national_number_pattern or ""
