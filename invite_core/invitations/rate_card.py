"""A rate card: what Meta asks for one message, by country and category, from one day to another. Pure.

A CSV file with the columns `country` (two letters, or `*` for every country without a line of its own),
`category`, `price`, `currency`, `valid_from` and `valid_until`; lines that begin with `#` are remarks.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from phonenumbers import SUPPORTED_REGIONS

from invite_core.errors import InviteError
from invite_core.invitations.money import MoneyFault, micros_of
from invite_core.people.importing.encodings import decoded

EVERYWHERE = "*"
"""In the place of a country: every one without a line of its own."""

COLUMNS = ("country", "category", "price", "currency", "valid_from", "valid_until")

_LARGEST = 2_000_000
_CATEGORY = re.compile(r"[a-z][a-z_-]{2,39}")


class RateCardFault(InviteError):
    """A rate card cannot be used."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a card."""

    country: str
    """Two letters, or `*`."""
    category: str
    """As Meta's updates tell it, in small letters."""
    valid_from: str
    """The first day, `2026-10-01`."""
    valid_until: str
    """The last day."""
    micros: int
    """Millionths of the card's currency, for one message."""


@dataclass(frozen=True, slots=True)
class RateCard:
    """Every price of one file, all in one currency."""

    currency: str
    """Three letters."""
    rates: tuple[Rate, ...]
    """In the file's order."""


def parse_card(content: bytes) -> RateCard:
    """The card in a CSV file. Raises `RateCardFault` naming the line that cannot be used, and what
    `decoded` raises for bytes that are no text."""
    if len(content) > _LARGEST:
        raise RateCardFault("The file is too large for a rate card.", f"At most {_LARGEST:,} bytes are read.")
    lines = [(n, line) for n, line in enumerate(decoded(content).splitlines(), 1) if _says_something(line)]
    if not lines:
        raise _fault("is empty", f"It needs a line of headers ({', '.join(COLUMNS)}) and prices below it.")
    header = lines[0][1]
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().casefold() for name in _cells(header, delimiter)]
    if missing := [name for name in COLUMNS if name not in names]:
        raise _fault(f"has no column {' and none '.join(missing)}", f"Its columns are {', '.join(COLUMNS)}.")
    currencies: dict[str, int] = {}
    rates = []
    for n, line in lines[1:]:
        row = dict(zip(names, (cell.strip() for cell in _cells(line, delimiter)), strict=False))
        rates.append(_rate(n, row))
        currencies.setdefault(_currency(n, row), n)
    if len(currencies) != 1:
        several = f"has prices in {' and '.join(currencies)}" if currencies else "has no prices"
        raise _fault(several, "A card has prices, all in one currency.")
    _require_one_price_a_day(rates)
    return RateCard(next(iter(currencies)), tuple(rates))


def _says_something(line: str) -> bool:
    return bool(line.strip(" ,;\t\"'")) and not line.lstrip(" \"'").startswith("#")


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])


def _fault(what: str, todo: str) -> RateCardFault:
    return RateCardFault(f"The rate card {what}.", todo)


def _wrong(n: int, row: Mapping[str, str], column: str, todo: str) -> RateCardFault:
    return RateCardFault(f"Line {n} of the rate card: “{row.get(column, '')}” is no {column}.", todo)


def _rate(n: int, row: Mapping[str, str]) -> Rate:
    country, category = row.get("country", "").upper(), row.get("category", "").casefold()
    if country != EVERYWHERE and country not in SUPPORTED_REGIONS:
        raise _wrong(n, row, "country", "Write its two letters, such as PT, or * for all others.")
    if not _CATEGORY.fullmatch(category):
        raise _wrong(n, row, "category", "Write marketing, utility or another category of Meta's.")
    try:
        micros = micros_of(row.get("price", ""))
    except MoneyFault:
        raise _wrong(n, row, "price", "Write it like 0.0529, with a point, for one message.") from None
    first, last = _day(n, row, "valid_from"), _day(n, row, "valid_until")
    if first > last:
        raise _wrong(n, row, "valid_until", "A price ends no sooner than it begins.")
    return Rate(country, category, first, last, micros)


def _currency(n: int, row: Mapping[str, str]) -> str:
    currency = row.get("currency", "").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise _wrong(n, row, "currency", "Write its three letters, such as EUR.")
    return currency


def _day(n: int, row: Mapping[str, str], column: str) -> str:
    try:
        return date.fromisoformat(row.get(column, "")).isoformat()
    except ValueError:
        raise _wrong(n, row, column, "Write the day like 2026-10-01.") from None


def _require_one_price_a_day(rates: list[Rate]) -> None:
    for one, next_one in _neighbours(rates):
        if next_one.valid_from <= one.valid_until:
            raise _fault(
                f"has two prices of {one.category} for {one.country} on {next_one.valid_from}",
                "Let one end on the day before the other begins.",
            )


def _neighbours(rates: list[Rate]) -> Iterator[tuple[Rate, Rate]]:
    ordered = sorted(rates, key=lambda rate: (rate.country, rate.category, rate.valid_from))
    for one, next_one in pairwise(ordered):
        if (one.country, one.category) == (next_one.country, next_one.category):
            yield one, next_one
