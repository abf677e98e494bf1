"""The country that Meta charges a message by: its number's calling code (Meta, pricing). Pure."""

from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException

TELLING = 5
"""So many characters of an address tell its country: `+1809`, or `PT.17` of a user id."""


def country_of(address: str | None) -> str:
    """The two letters of the country of a phone number with `+` or of a user id; '' where none can be told.

    Numbers that share a calling code count for its main country (`+44`: GB), but for +1 and +7, whose
    countries Meta charges apart.
    """
    return _country(address[:TELLING]) if address else ""


@lru_cache(maxsize=4096)
def _country(beginning: str) -> str:
    if not beginning.startswith("+"):
        letters, dot, _ = beginning.partition(".")
        return letters.upper() if dot and len(letters) == 2 and letters.isascii() else ""
    digits = beginning[1:]
    if not digits.isdecimal():
        return ""
    if digits[0] == "1":
        return _of_area_code(digits[1:])
    if digits[0] == "7":
        return "KZ" if digits[1:2] in ("6", "7") else "RU"
    for length in (2, 3):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]), ())
        if regions and regions[0] != "001":
            return regions[0]
    return ""


def _of_area_code(area: str) -> str:
    try:
        # Any number of the area will do: the library knows areas, not what they share with a number.
        number = phonenumbers.parse(f"+1{area}2345678")
    except NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""
