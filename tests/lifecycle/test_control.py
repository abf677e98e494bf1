"""Giving up the rest, and trying the failed again."""

import pytest

from invite_core.invitations import freezing
from invite_core.invitations.runs import RunFault
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.provider.outcome import Fault, Refused
from tests.builders import NOW, ORGANISER, a_plan, a_run
from tests.lifecycle.conftest import Lifecycle

MAY_BE_TRIED_AGAIN = Refused(Fault.RECIPIENT, "too long", 132005, 400)
NEVER_AGAIN = Refused(Fault.RECIPIENT, "not on WhatsApp", 131026, 400)


def test_cancelling_gives_up_what_waits_and_leaves_what_was_sent(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    run = control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    assert run.status == "cancelled"
    assert life.counts() == {"accepted": 1, "cancelled": 2}
    assert life.claim() == []


def test_people_of_a_cancelled_run_can_be_invited_by_the_next(life: Lifecycle) -> None:
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    event = str(life.run.event)
    again = a_run(life.store, a_plan(life.store, freezing.plan_of(life.store, life.run).event))
    assert (str(again.event), again.eligible) == (event, 3)


def test_a_finished_run_cannot_be_cancelled(life: Lifecycle) -> None:
    for claim in life.claim():
        life.answer(claim.attempt, NEVER_AGAIN)
    with life.store.write():
        control.finish_if_done(life.store, life.run.id, now=NOW)
    with pytest.raises(RunFault, match="finished"):
        control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)


def test_retry_queues_only_what_may_be_tried_again_and_leaves_the_run_paused(life: Lifecycle) -> None:
    first, second, third = life.claim()
    life.answer(first.attempt, MAY_BE_TRIED_AGAIN)
    life.answer(second.attempt, NEVER_AGAIN)
    life.accepted(third.attempt, "wamid.C")
    run, queued = control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    assert (queued, run.status, run.paused_because) == (1, "paused", "operator")
    assert life.counts() == {"queued": 1, "failed": 1, "accepted": 1}


def test_retry_is_not_offered_where_the_message_was_delivered_or_read(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.READ)
    life.status("wamid.A", State.FAILED, code=132005)
    assert life.message(life.people[0])["state"] == "failed"
    with pytest.raises(RunFault, match="may be tried again"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)


def test_retry_does_not_write_twice_to_someone_whom_another_run_has_reached(life: Lifecycle) -> None:
    for claim in life.claim():
        life.answer(claim.attempt, MAY_BE_TRIED_AGAIN)
    other = a_run(life.store, a_plan(life.store, freezing.plan_of(life.store, life.run).event))
    assert other.eligible == 3
    with pytest.raises(RunFault, match="may be tried again"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)


def test_what_was_delivered_after_all_is_not_sent_again_by_a_retry(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=132005)
    control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    life.status("wamid.A", State.DELIVERED)
    assert claim.message not in {again.message for again in life.claim(seconds=1)}
    row = life.message(life.people[0])
    assert (row["state"], row["error_code"], row["delivered_at"] is not None) == ("failed", 132005, True)


def test_a_message_delivered_by_its_failed_attempt_and_sent_again_raises_the_duplicate_alarm(
    life: Lifecycle,
) -> None:
    first = life.claim(1)[0]
    life.accepted(first.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=132005)
    control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    again = next(claim for claim in life.claim(seconds=1) if claim.message == first.message)
    life.status("wamid.A", State.DELIVERED)
    life.accepted(again.attempt, "wamid.B")
    life.status("wamid.B", State.SENT)
    assert life.alarms() == ["sent_twice"]
