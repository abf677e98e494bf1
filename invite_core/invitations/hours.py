"""The hours of the day in which messages may leave, in one time zone or in several at once. Pure."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from invite_core.errors import InviteError

_DAY = 24 * 60
_WRITTEN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")
_LOOK_AHEAD_DAYS = 4
"""A clock change leaves out one opening at most."""


class HoursFault(InviteError):
    """Hours cannot be read."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` until before `end`, in minutes after midnight by the wall clock; over midnight if `end` is
    the smaller."""

    begin: int
    """0 to 1439."""
    end: int
    """1 to 1440, never the same as `begin`."""
    theirs: bool = False
    """Whether the clock is each person's own, not the event's."""

    def __str__(self) -> str:
        return f"{_clock(self.begin)}-{_clock(self.end)}"

    @property
    def minutes(self) -> int:
        """How long they are on an ordinary day."""
        return (self.end - self.begin) % _DAY or _DAY

    def hold(self, minute: int) -> bool:
        """Whether so many minutes after midnight are within them."""
        if self.begin < self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def parse_hours(text: str, *, theirs: bool = False) -> Hours:
    """`9-20`, `09:30-20:15` or `21-2`. Raises `HoursFault`."""
    found = _WRITTEN.fullmatch(text.strip())
    if found and text.isprintable():
        parts = [int(part or 0) for part in found.groups()]
        begin, end = parts[0] * 60 + parts[1], parts[2] * 60 + parts[3]
        fits = max(parts[1], parts[3]) < 60 and begin < _DAY and 0 < end <= _DAY
        if fits and begin != end and end - begin != _DAY:
            return Hours(begin, end, theirs)
        if end == 0 and parts[3] == 0 and 0 < begin < _DAY and parts[1] < 60:
            return Hours(begin, _DAY, theirs)
    raise HoursFault(
        f"“{text}” are no hours for sending.", "Write them like 9-20 or 9:30-20, on a clock of 24 hours."
    )


def are_open(hours: Hours, zones: Collection[ZoneInfo], now: datetime) -> bool:
    """Whether it is within the hours in every one of the zones."""
    return all(hours.hold(_minute(now.astimezone(zone))) for zone in zones)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def next_opening(hours: Hours, zones: Collection[ZoneInfo], now: datetime) -> datetime | None:
    """The first moment from `now` on at which the hours are open in every zone, in UTC; None where there is
    none within days, because the zones lie too far apart."""
    if are_open(hours, zones, now):
        return now.astimezone(UTC)
    # The hours begin to be open everywhere at a moment at which they begin to be so somewhere.
    candidates = sorted({moment for zone in zones for moment in _openings(hours, zone, now)})
    return next((moment for moment in candidates if are_open(hours, zones, moment)), None)


def _openings(hours: Hours, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """The moments after `now` at which the hours begin in a zone, and those at which its clock is put forward or
    back, in UTC."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for day in range(_LOOK_AHEAD_DAYS):
        wall = midnight + timedelta(days=day, minutes=hours.begin)
        for fold in (0, 1):
            moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if moment > now:
                yield moment
        yield from _changes(midnight + timedelta(days=day), zone, now)


def _changes(midnight: datetime, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """The moment of this local day, if there is one after `now`, at which the zone's clock is changed."""
    begin = midnight.replace(tzinfo=zone).astimezone(UTC)
    offset = begin.astimezone(zone).utcoffset()
    if (begin + timedelta(days=1)).astimezone(zone).utcoffset() == offset:
        return
    for minute in range(0, _DAY, 15):
        moment = begin + timedelta(minutes=minute)
        if moment.astimezone(zone).utcoffset() != offset:
            if moment > now:
                yield moment
            return
