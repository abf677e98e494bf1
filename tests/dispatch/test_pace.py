"""The token bucket and the hold, on a clock that is passed in."""

import pytest

from invite_core.dispatch.pace import RECOVERY_S, Hold, TokenBucket, backoff
from invite_core.lifecycle.due import LONGEST_WAIT_S


def test_a_new_bucket_lets_one_message_leave() -> None:
    assert TokenBucket(80).take(64, 0.0) == 1


def test_over_a_minute_no_more_leave_than_the_rate_allows() -> None:
    bucket, sent = TokenBucket(80), 0
    for tick in range(6001):
        sent += bucket.take(64, tick / 100)
    assert 4790 <= sent <= 4801


def test_after_a_long_rest_only_a_quarter_second_is_saved_up() -> None:
    bucket = TokenBucket(80)
    bucket.take(1, 0.0)
    assert bucket.take(1000, 3600.0) == 20


def test_what_was_granted_and_not_used_comes_back() -> None:
    bucket = TokenBucket(10)
    granted = bucket.take(5, 0.0)
    bucket.give_back(granted)
    assert bucket.take(5, 0.0) == granted


def test_the_wait_is_until_one_message_may_leave() -> None:
    bucket = TokenBucket(2)
    bucket.take(1, 0.0)
    assert bucket.wait(0.0) == 0.5


def test_a_clock_that_stands_still_or_steps_back_grants_nothing() -> None:
    bucket = TokenBucket(80)
    bucket.take(1, 10.0)
    assert bucket.take(1, 10.0) == 0
    assert bucket.take(1, 5.0) == 0


def test_a_longer_hold_is_not_shortened_by_a_shorter_one() -> None:
    hold = Hold()
    hold.extend(0.0, 60)
    hold.extend(1.0, 5)
    assert hold.remaining(10.0) == 50
    assert hold.remaining(61.0) == 0


def test_a_refusal_for_the_pace_halves_the_rate_and_refusals_of_one_second_count_once() -> None:
    bucket = TokenBucket(80)
    bucket.take(1, 0.0)
    for _ in range(5):
        bucket.slow_down(0.5)
    assert bucket.rate == 40
    bucket.slow_down(1.6)
    assert bucket.rate == 20


def test_the_rate_never_falls_below_one_a_second() -> None:
    bucket = TokenBucket(20)
    for second in range(50):
        bucket.slow_down(second * 2.0)
    assert bucket.rate == 1


def test_the_full_rate_comes_back_a_tenth_at_a_time_and_no_further() -> None:
    bucket = TokenBucket(80)
    bucket.slow_down(0.0)
    rates = []
    for step in range(1, 9):
        bucket.take(0, step * RECOVERY_S)
        rates.append(bucket.rate)
    assert rates == [48, 56, 64, 72, 80, 80, 80, 80]


def test_after_slowing_down_nothing_saved_up_leaves_at_once() -> None:
    bucket = TokenBucket(80)
    bucket.take(0, 0.0)
    bucket.take(0, 10.0)
    bucket.slow_down(10.0)
    assert bucket.take(64, 10.0) == 0


@pytest.mark.parametrize(
    "code, base, waits",
    [
        (130429, 5, [5, 10, 20, 40]),
        (131056, 4, [4, 16, 64, 256]),
        (4, 600, [600, 1200, 2400, LONGEST_WAIT_S]),
    ],
)
def test_waits_grow_with_every_try_up_to_an_hour(code: int, base: float, waits: list[float]) -> None:
    assert [backoff(code, base, tries, 0.0) for tries in (1, 2, 3, 4)] == waits


def test_chance_adds_at_most_a_quarter_and_never_passes_the_longest_wait() -> None:
    assert backoff(130429, 8, 1, 0.999) < 10
    assert backoff(130429, 8, 500, 0.999) == LONGEST_WAIT_S
