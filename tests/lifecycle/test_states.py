"""The join is a maximum: any order and any repetition of the same evidence ends in the same record."""

from functools import reduce
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invite_core.lifecycle.states import RANK, Evidence, State, joined, rank_of, seen, shown

AT = {state: f"2027-03-01T12:00:{second:02d}.000Z" for second, state in enumerate(RANK)}
FAILED_EARLY = seen(State.FAILED, AT[State.SENT], error_code=131026, error_detail="not on WhatsApp")
FAILED_LATE = seen(State.FAILED, "2027-03-02T12:00:00.000Z", error_code=131049, error_detail="too many")


def _evidence(state: State) -> Evidence:
    return seen(state, AT[state])


def test_every_order_of_the_same_updates_ends_in_the_same_record() -> None:
    updates = [_evidence(state) for state in (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ)]
    updates += [FAILED_LATE, FAILED_EARLY, _evidence(State.SENT)]
    ends = {reduce(joined, order, Evidence(State.SENDING)) for order in permutations(updates)}
    assert len(ends) == 1
    (end,) = ends
    assert end.state is State.FAILED
    assert end.read_at == AT[State.READ]
    assert (end.error_code, end.failed_at) == (131026, AT[State.SENT])


_ANY_EVIDENCE = st.builds(
    seen,
    st.sampled_from([State.ACCEPTED, State.SENT, State.DELIVERED, State.READ]),
    st.sampled_from(sorted(AT.values())),
) | st.sampled_from([FAILED_EARLY, FAILED_LATE])


@given(st.lists(_ANY_EVIDENCE, max_size=8), st.randoms(use_true_random=False))
def test_repeats_and_shuffles_change_nothing(updates: list[Evidence], random: Random) -> None:
    start = Evidence(State.SENDING)
    once = reduce(joined, updates, start)
    again = [*updates, *updates]
    random.shuffle(again)
    assert reduce(joined, again, start) == once


@pytest.mark.parametrize("before", [State.SENDING, State.UNCONFIRMED, State.CANCELLED])
def test_any_evidence_of_metas_outranks_every_state_before_meta(before: State) -> None:
    for state in RANK:
        assert joined(Evidence(before), _evidence(state)).state is state


def test_failed_ends_it_from_any_state_and_nothing_leaves_failed() -> None:
    for state in RANK:
        assert joined(_evidence(state), FAILED_LATE).state is State.FAILED
        assert joined(FAILED_LATE, _evidence(state)).state is State.FAILED


def test_read_then_failed_keeps_the_read_milestone() -> None:
    end = joined(_evidence(State.READ), FAILED_LATE)
    assert (end.state, end.read_at, end.error_code) == (State.FAILED, AT[State.READ], 131049)


def test_held_is_shown_only_while_accepted() -> None:
    held = Evidence(State.ACCEPTED, accepted_at=AT[State.ACCEPTED], held=True)
    assert joined(held, _evidence(State.ACCEPTED)).held
    assert not joined(held, _evidence(State.SENT)).held


def test_a_milestone_is_the_earliest_seen() -> None:
    late = seen(State.DELIVERED, "2027-03-05T00:00:00.000Z")
    assert joined(late, _evidence(State.DELIVERED)).delivered_at == AT[State.DELIVERED]


def test_states_before_meta_have_no_rank() -> None:
    assert {state for state in State if rank_of(state) < 0} == {
        State.BLOCKED, State.QUEUED, State.SENDING, State.UNCONFIRMED, State.CANCELLED
    }  # fmt: skip


class TestShown:
    """What a message shows of its attempts, newest first."""

    def test_the_newest_open_attempt_speaks(self) -> None:
        attempts = [(Evidence(State.SENDING), True), (_evidence(State.ACCEPTED), False)]
        assert shown(State.QUEUED, attempts).state is State.SENDING

    @pytest.mark.parametrize("newest", [State.FAILED, State.UNCONFIRMED])
    def test_a_failed_or_unconfirmed_newest_attempt_yields_to_an_older_one_that_was_sent(
        self, newest: State
    ) -> None:
        attempts = [(Evidence(newest), True), (_evidence(State.DELIVERED), False)]
        assert shown(State.QUEUED, attempts).state is State.DELIVERED

    def test_a_failed_newest_attempt_does_not_yield_to_one_that_was_only_accepted(self) -> None:
        attempts = [(FAILED_LATE, True), (_evidence(State.ACCEPTED), False)]
        assert shown(State.QUEUED, attempts).state is State.FAILED

    def test_a_message_taken_for_not_sent_shows_that_it_was_accepted_after_all(self) -> None:
        assert shown(State.CANCELLED, [(_evidence(State.ACCEPTED), False)]).state is State.ACCEPTED

    def test_a_waiting_message_is_not_moved_by_a_refused_attempt(self) -> None:
        assert shown(State.QUEUED, [(Evidence(State.CANCELLED), False)]).state is State.QUEUED

    def test_a_waiting_message_says_why_its_newest_attempt_was_refused(self) -> None:
        newest = Evidence(State.CANCELLED, error_code=131056, error_detail="too fast")
        older = Evidence(State.CANCELLED, error_code=130429)
        waits = shown(State.QUEUED, [(newest, False), (older, False)])
        assert (waits.state, waits.error_code, waits.error_detail) == (State.QUEUED, 131056, "too fast")
        assert shown(State.CANCELLED, [(newest, False)]).error_code is None

    def test_milestones_are_the_earliest_over_all_attempts(self) -> None:
        older = _evidence(State.DELIVERED)
        newer = seen(State.DELIVERED, "2027-03-05T00:00:00.000Z")
        assert shown(State.QUEUED, [(newer, True), (older, False)]).delivered_at == AT[State.DELIVERED]
