"""Hours for sending: by the wall clock, whatever the zone and its clock changes do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from invite_core.invitations.hours import Hours, HoursFault, are_open, next_opening, parse_hours
from invite_core.invitations.time_zones import zones_of


def zones(*names: str) -> Sequence[ZoneInfo]:
    """The zones of these names."""
    return [ZoneInfo(name) for name in names]


def opening(hours: str, at: str, *names: str) -> str | None:
    """When `hours` are open next from the UTC moment `at` on, as UTC."""
    found = next_opening(parse_hours(hours), zones(*names), datetime.fromisoformat(at).replace(tzinfo=UTC))
    return f"{found:%Y-%m-%dT%H:%M}" if found else None


@pytest.mark.parametrize(
    ("text", "shown", "minutes"),
    [
        ("9-20", "09:00-20:00", 660),
        ("09:30 - 20:15", "09:30-20:15", 645),
        ("21-2", "21:00-02:00", 300),
        ("18-24", "18:00-24:00", 360),
        ("18-0", "18:00-24:00", 360),
        ("0-24:00", None, 0),
        ("9–20", "09:00-20:00", 660),  # a dash that people write
    ],
)
def test_hours_are_read_as_people_write_them(text: str, shown: str | None, minutes: int) -> None:
    if shown is None:
        with pytest.raises(HoursFault, match="9-20"):
            parse_hours(text)
        return
    read = parse_hours(text)
    assert (str(read), read.minutes) == (shown, minutes)
    assert parse_hours(str(read)) == read


@pytest.mark.parametrize(
    "text", ["", "9", "9-9", "25-26", "9:60-10", "9-24:01", "-1-5", "nine-five", "9-20-21"]
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(HoursFault):
        parse_hours(text)


@pytest.mark.parametrize(
    ("hours", "at", "zone", "opens"),
    [
        ("9-20", "2027-03-01T09:00", "Europe/Lisbon", "2027-03-01T09:00"),  # the first minute is within them
        ("9-20", "2027-03-01T20:00", "Europe/Lisbon", "2027-03-02T09:00"),  # the last is not
        ("9-20", "2027-03-01T03:29", "Asia/Kolkata", "2027-03-01T03:30"),  # half an hour
        ("9-20", "2027-03-01T03:14", "Asia/Kathmandu", "2027-03-01T03:15"),  # a quarter of an hour
        ("9-20", "2027-03-01T19:30", "Pacific/Kiritimati", "2027-03-01T19:30"),  # tomorrow already
        ("21-2", "2027-03-01T01:59", "Europe/London", "2027-03-01T01:59"),  # over midnight
        ("21-2", "2027-03-01T02:00", "Europe/London", "2027-03-01T21:00"),
        ("2:30-4", "2027-03-28T00:50", "Europe/Berlin", "2027-03-28T01:00"),  # 2:30 is left out: from 3:00
        ("2-3", "2027-03-28T00:50", "Europe/Berlin", "2027-03-29T00:00"),  # left out whole: the next day
        ("2:15-2:45", "2027-10-31T00:50", "Europe/Berlin", "2027-10-31T01:15"),  # comes a second time
        ("9-20", "2027-03-27T20:00", "Europe/Berlin", "2027-03-28T07:00"),  # 9:00 is an hour earlier in UTC
        ("9-20", "2027-04-03T09:31", "Australia/Lord_Howe", "2027-04-03T22:30"),  # a change of half an hour
    ],
)
def test_the_next_opening_is_by_the_wall_clock(hours: str, at: str, zone: str, opens: str) -> None:
    assert opening(hours, at, zone) == opens


def test_hours_in_several_zones_are_those_in_which_all_are_awake() -> None:
    both = ("Europe/Lisbon", "Atlantic/Azores")
    assert opening("9-20", "2027-03-01T09:30", *both) == "2027-03-01T10:00"
    assert opening("9-10", "2027-03-01T09:30", *both) is None
    assert not are_open(Hours(540, 600), zones(*both), datetime(2027, 3, 1, 10, tzinfo=UTC))


def test_a_number_tells_every_zone_that_its_owner_may_be_in() -> None:
    event = ZoneInfo("Europe/Lisbon")
    assert {zone.key for zone in zones_of("+12025550101", event)} == {"America/New_York"}
    assert "Europe/London" in {zone.key for zone in zones_of("+447700900001", event)}
    assert zones_of("GB.1349", event) == (event,)
    assert zones_of(None, event) == (event,)
