"""The time zones in which the owner of an address may be, by the number's prefix (libphonenumber's table). Pure."""

from collections.abc import Collection
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

TELLING = 1 + TIMEZONE_LONGEST_PREFIX
"""So many characters of an address tell its zones."""


def zones_of(address: str | None, otherwise: ZoneInfo) -> Collection[ZoneInfo]:
    """Every zone that the number's owner may be in: a country's mobile numbers may belong to all of its zones.
    `otherwise` where the address is a user id, or its prefix is not in the table."""
    found = _zones(address[:TELLING]) if address and address.startswith("+") else ()
    return found or (otherwise,)


@lru_cache(maxsize=65536)
def _zones(beginning: str) -> tuple[ZoneInfo, ...]:
    digits = beginning[1:]
    for length in range(len(digits), 0, -1):
        if names := TIMEZONE_DATA.get(digits[:length]):
            return tuple(zone for name in names if (zone := _zone(name)))
    return ()


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
