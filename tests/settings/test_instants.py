from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from invite_core import instants
from invite_core.errors import InviteError


def test_moment_is_stored_in_utc_with_milliseconds() -> None:
    lisbon = timezone(timedelta(hours=1))
    assert instants.stored(datetime(2026, 7, 1, 0, 30, 5, 7_999, lisbon)) == "2026-06-30T23:30:05.007Z"


def test_moment_without_a_zone_is_not_stored() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instants.stored(datetime(2026, 7, 1))  # noqa: DTZ001 - what the test is about


def test_stored_moment_is_read_back() -> None:
    moment = datetime(2026, 7, 1, 0, 30, 5, 7_000, UTC)
    assert instants.read(instants.stored(moment)) == moment


@pytest.mark.parametrize(
    "moment", [datetime(year, 12, 31, 23, 59, 59, 999_999, UTC) for year in (1, 999, 1970, 2026, 9999)]
)
def test_every_stored_moment_has_24_characters(moment: datetime) -> None:
    assert len(instants.stored(moment)) == 24


def test_order_of_the_text_is_the_order_of_the_moments() -> None:
    start = datetime(2026, 12, 31, 23, 59, 59, 900_000, UTC)
    moments = [start + timedelta(milliseconds=37 * step) for step in range(200)]
    texts = [instants.stored(moment) for moment in moments]
    assert texts == sorted(texts)


def test_seconds_are_added_and_taken_away() -> None:
    assert instants.after("2026-12-31T23:59:59.500Z", 1.5) == "2027-01-01T00:00:01.000Z"
    assert instants.after("2026-03-01T00:00:00.000Z", -0.001) == "2026-02-28T23:59:59.999Z"


def test_unix_time_of_a_webhook_is_stored() -> None:
    assert instants.from_unix(1_764_059_400) == "2025-11-25T08:30:00.000Z"


@pytest.mark.parametrize("seconds", [10**12, 10**20, -(10**20)])
def test_number_that_is_no_date_is_refused(seconds: int) -> None:
    with pytest.raises((OverflowError, OSError, ValueError)):
        instants.from_unix(seconds)


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2026-05-01", "2026-05-01T00:00:00.000Z"),
        ("2026-05-01T18:30", "2026-05-01T18:30:00.000Z"),
        ("2026-05-01T18:30+02:00", "2026-05-01T16:30:00.000Z"),
        ("2026-05-01T18:30Z", "2026-05-01T18:30:00.000Z"),
    ],
)
def test_day_or_moment_is_read(text: str, moment: str) -> None:
    assert instants.stored(instants.day_or_moment(text)) == moment


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "01/05/2026", "2026-05-01T25:00"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(InviteError) as refused:
        instants.day_or_moment(text)
    assert refused.value.todo


def test_now_is_aware() -> None:
    assert instants.now().utcoffset() == timedelta(0)


def test_moment_is_read_in_the_zone_where_it_names_no_offset() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    assert instants.stored(instants.moment_in("2026-07-01T10:00", lisbon)) == "2026-07-01T09:00:00.000Z"
    assert instants.stored(instants.moment_in("2026-07-01T10:00+02:00", lisbon)) == "2026-07-01T08:00:00.000Z"


@pytest.mark.parametrize("text", ["soon", "0001-01-01T00:00+14:00"])
def test_what_no_zone_makes_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"soon|calendar"):
        instants.moment_in(text, UTC)


def test_moment_as_a_sentence_tells_it() -> None:
    assert instants.spoken("2026-11-25T08:30:00.000Z") == "2026-11-25 08:30 UTC"
