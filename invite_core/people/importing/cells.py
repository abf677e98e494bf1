"""What single cells say: several numbers in one, tags, places, dates."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from invite_core.people.contacts import MOST_PLACES
from invite_core.people.importing.header_words import plain_words
from invite_core.people.names import shown

_BETWEEN_NUMBERS = re.compile(r":::|[/;,|\n]|\s(?:or|and|ou|e|o|y|und|oder|et)\s", re.IGNORECASE)
_MAY_HOLD_SEVERAL = re.compile(r"[^\W\d]|[:/;,|\n]")
_BETWEEN_TAGS = re.compile(r"[,;|\n]")
_WITH_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_WITH_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def whole_name(name: str, first: str, middle: str, last: str) -> str:
    """A person's name of the four cells that may hold parts of it.

    A `name` beside both other parts is the whole name. Beside one of them alone it may be the other
    part (`Name, Surname`; `Vorname, Name`), which is joined unless the name holds it already.
    """
    if not name or (first and last):
        return name or shown(f"{first} {middle} {last}")
    before = first if first and not _holds(name, first) else ""
    behind = last if last and not _holds(name, last) else ""
    return shown(f"{before} {name} {behind}")


def _holds(name: str, part: str) -> bool:
    whole, sought = plain_words(name), plain_words(part)
    # Scripts that write names without spaces have no words to compare.
    return set(sought.split()) <= set(whole.split()) or (not sought.isascii() and sought in whole)


_MOST_NUMBERS = 20
"""Numbers in one cell; a person has far fewer, and a hostile file could hold millions of notes about them."""


def number_texts(cell: str) -> list[str]:
    """The numbers in a cell, where it may hold several; the whole cell where it does not split."""
    if not _MAY_HOLD_SEVERAL.search(cell):
        return [cell.strip()]
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(cell)]
    parts = [part for part in parts if part]
    return (
        parts
        if 1 < len(parts) <= _MOST_NUMBERS and all(_digits(part) >= 6 for part in parts)
        else [cell.strip()]
    )


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)


@lru_cache(maxsize=1024)
def tag_names(cell: str) -> tuple[str, ...]:
    """The tags in a cell; Google's own groups (`* myContacts`) without their star.

    Where `:::` separates them, as Google writes, a tag may hold commas.
    """
    parts = cell.split(":::") if ":::" in cell else _BETWEEN_TAGS.split(cell)
    names = (shown(part).removeprefix("* ") for part in parts)
    return tuple(name for name in names if name)


@lru_cache(maxsize=1024)
def places(cell: str) -> int | None:
    """How many seats a cell says, 1 to 99; None for anything else."""
    text = cell.strip().removesuffix(".0").removesuffix(",0")
    number = int(text) if re.fullmatch(r"\d{1,4}", text) else 0
    return number if 1 <= number <= MOST_PLACES else None


@lru_cache(maxsize=1024)
def moment(cell: str) -> datetime | None:
    """The moment that a cell names: ISO 8601, or day, month and year with dots or slashes.

    A date is midnight UTC. None for no date, and for one like 03/04/2026, in which nobody can tell the
    day from the month.
    """
    text = cell.strip()
    try:
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except ValueError:
        return _day(text)
    except OverflowError:  # a day before the calendar begins, or after its end, in UTC
        return None


def two_days(cell: str) -> tuple[datetime, datetime] | None:
    """Both days that a cell such as 03/04/2026 may mean, day first and month first; None for any other."""
    found = _WITH_SLASHES.fullmatch(cell.strip())
    if found is None:
        return None
    one, other, year = int(found[1]), int(found[2]), int(found[3])
    if not (1 <= one <= 12 and 1 <= other <= 12) or one == other or not year:
        return None
    return datetime(year, other, one, tzinfo=UTC), datetime(year, one, other, tzinfo=UTC)


def _day(text: str) -> datetime | None:
    found = _WITH_DOTS.fullmatch(text)
    if found is not None:
        day, month = int(found[1]), int(found[2])
    else:
        found = _WITH_SLASHES.fullmatch(text)
        if found is None:
            return None
        day, month = int(found[1]), int(found[2])
        if day <= 12 and month <= 12 and day != month:
            return None
        if month > 12:
            day, month = month, day
    try:
        return datetime(int(found[3]), month, day, tzinfo=UTC)
    except ValueError:
        return None
