import pytest

from proofs import clock

pytestmark = pytest.mark.long


def test_a_clock_that_jumps_sends_nothing_twice_and_no_run_sticks() -> None:
    said: list[str] = []
    assert clock.jumps(said.append, seeds=2) == []
    assert said == ["  10 sends by clocks that jump in 5 ways"]
