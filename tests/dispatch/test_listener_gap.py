"""After an absence of the listener, what Meta still holds comes in before more goes out."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invite_core.delivery import listener_life
from invite_core.dispatch.listener_gap import Gap, Life, find_gap, find_losses, listener_gap
from invite_core.store import Store
from tests.builders import NOW, SENDER_NUMBER, a_contact, a_run

CATCH_UP = timedelta(minutes=15)
WEEK = 7 * 24 * 60
"""In minutes."""


def ago(minutes: float) -> datetime:
    """A moment so many minutes before now."""
    return NOW - timedelta(minutes=minutes)


def life(began: float, seen: float = 0, heard: float | None = None) -> Life:
    """A life in minutes before now."""
    return Life(ago(began), ago(seen), None if heard is None else ago(heard))


def gap(*lives: Life, first_out: float | None = 600) -> Gap | None:
    """The gap now; `first_out` in minutes before now."""
    out = None if first_out is None else ago(first_out)
    return find_gap(lives, out, catch_up=CATCH_UP, now=NOW)


def test_where_nothing_is_out_nothing_can_have_been_missed() -> None:
    assert gap(first_out=None) is None
    assert gap(life(1), first_out=None) is None


def test_a_listener_that_was_there_all_the_time_keeps_nothing_back() -> None:
    assert gap(life(700)) is None


def test_a_short_absence_keeps_nothing_back() -> None:
    assert gap(life(60), life(700, seen=70)) is None


def test_after_a_long_absence_nothing_is_claimed_until_it_has_been_back_for_as_long() -> None:
    found = gap(life(5), life(700, seen=65))
    assert found is not None
    assert (found.away_since, found.back_since, found.claims_from) == (ago(65), ago(5), ago(-10))
    assert gap(life(16), life(700, seen=65)) is None


def test_what_it_hears_after_its_return_begins_the_quiet_time_anew() -> None:
    found = gap(life(30, heard=2), life(700, seen=65))
    assert found is not None
    assert found.claims_from == ago(2) + CATCH_UP


def test_a_restart_soon_after_the_return_hides_nothing() -> None:
    found = gap(life(2), life(6, seen=3), life(700, seen=65))
    assert found is not None
    assert (found.away_since, found.back_since) == (ago(65), ago(6))
    assert found.claims_from == ago(2) + CATCH_UP


def test_a_listener_that_came_back_for_a_moment_and_ended_has_not_caught_up() -> None:
    found = gap(life(15, seen=14), life(700, seen=65))
    assert found is not None
    assert (found.away_since, found.claims_from) == (ago(65), NOW + CATCH_UP)
    assert gap(life(31, seen=14), life(700, seen=65)) is None


def test_a_listener_that_is_away_keeps_everything_back() -> None:
    found = gap(life(700, seen=20))
    assert found is not None
    assert (found.away_since, found.claims_from) == (ago(20), None)


def test_messages_sent_without_a_listener_count_from_the_first(store: Store) -> None:
    assert gap(first_out=10) is None
    assert gap(first_out=20) is not None
    assert gap(life(1), first_out=20) is not None


def test_an_absence_longer_than_meta_redelivers_may_have_lost_something() -> None:
    found = gap(life(5), life(3 * WEEK, seen=WEEK + 10), first_out=2 * WEEK)
    assert found is not None
    assert found.may_have_lost
    assert "away from" in found.sentence()
    assert "may be lost" in found.sentence()


@pytest.mark.parametrize("longer_by, lost", [(0, False), (1 / 60_000, True)])
def test_seven_days_to_the_millisecond_are_still_redelivered(longer_by: float, lost: bool) -> None:
    lives = [life(1), life(3 * WEEK, seen=WEEK + 1 + longer_by)]
    found = gap(*lives, first_out=2 * WEEK)
    assert found is not None
    assert found.may_have_lost is lost
    assert bool(find_losses(lives, ago(2 * WEEK), (), now=NOW)) is lost


def test_what_was_accepted_is_no_loss_any_more_but_the_next_absence_is() -> None:
    lives = [life(4 * WEEK, seen=3 * WEEK), life(1.5 * WEEK, seen=1.4 * WEEK), life(5)]
    first, second = find_losses(lives, ago(4 * WEEK), (), now=NOW)
    assert (first.since, first.until) == (ago(3 * WEEK), ago(1.5 * WEEK))
    assert find_losses(lives, ago(4 * WEEK), [Life(first.since, first.until, None)], now=NOW) == [second]


def test_an_absence_that_lasts_is_accepted_up_to_then_and_no_further() -> None:
    lives, accepted = [life(4 * WEEK, seen=3 * WEEK)], [life(3 * WEEK, seen=WEEK)]
    assert find_losses(lives, ago(4 * WEEK), accepted, now=NOW) == []
    (more,) = find_losses(lives, ago(4 * WEEK), accepted, now=NOW + timedelta(seconds=1))
    assert (more.since, more.over) == (ago(WEEK), False)


def test_however_often_the_listener_was_started_anew_nothing_is_made_up() -> None:
    lives = [life(n + 1, seen=n) for n in range(500)]
    assert gap(*lives, first_out=500) is None
    assert find_losses(lives, ago(500), (), now=NOW) == []


def test_a_heartbeat_from_before_the_clock_was_put_back_hides_no_absence() -> None:
    """A listener that ended while the clock was a month ahead was not there for the month that comes."""
    ended_ahead = life(60, seen=-30 * 24 * 60)
    found = gap(ended_ahead)
    assert found is not None
    assert (found.away_since, found.back_since) == (ago(60), None)
    began_ahead = life(-30 * 24 * 60, seen=-31 * 24 * 60)
    assert gap(life(700, seen=65), began_ahead) == gap(life(700, seen=65))


def test_a_living_listener_whose_start_lies_ahead_since_the_clock_was_put_back_is_there() -> None:
    assert gap(life(-60, seen=0), life(700, seen=10)) is None


def test_the_rule_can_be_turned_off() -> None:
    assert find_gap([], ago(600), catch_up=timedelta(0), now=NOW) is None


@given(
    st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), max_size=5),
    st.none() | st.floats(0, 900),
)
def test_a_gap_is_longer_than_the_catch_up_time_and_ends_in_the_future(
    spans: list[tuple[float, float]], first_out: float | None
) -> None:
    lives = [life(max(span), seen=min(span)) for span in spans]
    found = gap(*sorted(lives, key=lambda each: each.last_seen, reverse=True), first_out=first_out)
    if found is not None and found.back_since is not None:
        assert found.back_since - found.away_since > CATCH_UP
        assert found.claims_from is not None
        assert found.claims_from > NOW


def test_the_gap_is_read_from_the_file(store: Store) -> None:
    a_contact(store)
    a_run(store)
    assert listener_gap(store, catch_up_minutes=15, now=NOW) is None
    with store.write():
        store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state)
               VALUES (:id, 1, 1, :number, :at, 'accepted')""",
            {
                "id": f"{int(ago(60).timestamp() * 1000):012x}00000000000000000000",
                "number": SENDER_NUMBER,
                "at": "2027-03-01T11:00:00.000Z",
            },
        )
        listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=ago(5))
    found = listener_gap(store, catch_up_minutes=15, now=NOW)
    assert found is not None
    assert (found.away_since, found.back_since) == (ago(60), ago(5))
