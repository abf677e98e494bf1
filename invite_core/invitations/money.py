"""Amounts of money: whole millionths of one currency (micros), never a float. Pure."""

import re
from decimal import Decimal

from invite_core.errors import InviteError

MICROS = 1_000_000
"""Millionths in one unit of a currency."""

_AMOUNT = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?")
_MAY_BE_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


class MoneyFault(InviteError):
    """An amount cannot be read."""


def micros_of(text: str) -> int:
    """`12.50`, `12,5` or `0.0529` in micros. Raises `MoneyFault`, also for `1,234`, which may be either."""
    written = text.strip()
    found = _AMOUNT.fullmatch(written)
    if found is None or not written.isascii() or _MAY_BE_THOUSANDS.fullmatch(written):
        raise MoneyFault(f"“{text}” is no amount of money.", "Write it like 12.50, with a point.")
    whole, part = found.groups()
    return int(whole) * MICROS + int((part or "").ljust(6, "0"))


def spoken(micros: int, currency: str) -> str:
    """An amount for a person: `1,234.50 EUR`, exact, with two decimals at least."""
    return f"{_plain(micros, ',')} {currency}"


def plain(micros: int) -> str:
    """An amount for a script: `1234.50`."""
    return _plain(micros, "")


def _plain(micros: int, thousands: str) -> str:
    digits = f"{Decimal(micros) / MICROS:{thousands}.6f}"
    whole, _, part = digits.partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"
