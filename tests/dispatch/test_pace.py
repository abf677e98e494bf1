"""The token bucket and the hold, on a clock that is passed in."""

from invite_core.dispatch.pace import Hold, TokenBucket


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
