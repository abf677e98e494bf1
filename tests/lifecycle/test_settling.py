"""Unconfirmed messages: settled by hand, sent again knowingly, and corrected by what Meta says later."""

import pytest

from invite_core.invitations import freezing, runs
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import control
from invite_core.lifecycle.settling import SettlingFault, Verdict, resend, resolve
from invite_core.lifecycle.states import State
from invite_core.operators import ViewerMayNotAct
from invite_core.people import do_not_message
from invite_core.provider.outcome import Unknown
from tests.builders import NOW, ORGANISER, VIEWER, a_plan, a_run, later
from tests.lifecycle.conftest import Lifecycle

NO_ANSWER = Unknown(cause="ReadTimeout", detail="")


@pytest.fixture
def doubt(life: Lifecycle) -> tuple[Lifecycle, str, int]:
    """A message whose answer was lost, in a run that still has two to send: the run, attempt and message."""
    claim = life.claim(1)[0]
    life.answer(claim.attempt, NO_ANSWER)
    return life, claim.attempt, claim.message


def settle(life: Lifecycle, message: int, as_: Verdict, reason: str = "she told me") -> State:
    """The organiser's word."""
    return resolve(life.store, message, as_, reason=reason, by=ORGANISER, now=later(60))


def again(life: Lifecycle, message: int) -> runs.Run:
    """The organiser's order to send it again."""
    return resend(
        life.store, message, may_arrive_twice=True, reason="she has nothing", by=ORGANISER, now=later(90)
    )


def test_resolved_as_sent_counts_as_accepted_without_a_message_id(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    assert settle(life, message, Verdict.SENT) == "accepted"
    row = life.message(life.people[0])
    assert (row["state"], row["provider_message_id"], row["error_detail"]) == ("accepted", None, None)
    assert row["slot_person"] is not None
    assert life.counts() == {"accepted": 1, "queued": 2}


def test_resolved_as_not_sent_is_cancelled_and_another_run_may_write(
    doubt: tuple[Lifecycle, str, int],
) -> None:
    life, _, message = doubt
    assert settle(life, message, Verdict.NOT_SENT) == "cancelled"
    assert life.counts() == {"cancelled": 1, "queued": 2}
    other = a_run(life.store, a_plan(life.store, freezing.plan_of(life.store, life.run).event))
    assert other.eligible == 1


def test_who_settled_it_and_why_is_on_record(doubt: tuple[Lifecycle, str, int]) -> None:
    life, attempt, message = doubt
    settle(life, message, Verdict.NOT_SENT, reason=" she never got it ")
    act = life.store.row("SELECT * FROM operator_acts WHERE act = 'resolve'")
    assert act is not None
    assert (act["by"], act["subject"], act["reason"]) == ("Rita", str(message), "she never got it")
    cause = life.store.value("SELECT cause FROM send_attempts WHERE id = ?", (attempt,))
    assert cause == "resolved as not sent by Rita: she never got it"
    because = life.store.value("SELECT superseded_because FROM send_attempts WHERE id = ?", (attempt,))
    assert because == cause
    assert life.store.value("SELECT cause FROM message_transitions ORDER BY id DESC") == cause


@pytest.mark.parametrize("as_", list(Verdict))
def test_what_meta_says_later_outranks_the_word(doubt: tuple[Lifecycle, str, int], as_: Verdict) -> None:
    life, attempt, message = doubt
    settle(life, message, as_)
    life.status("wamid.A", State.DELIVERED, attempt=attempt)
    row = life.message(life.people[0])
    assert (row["state"], row["provider_message_id"]) == ("delivered", "wamid.A")
    assert life.alarms() == (["released_slot"] if as_ is Verdict.NOT_SENT else [])


def test_a_failure_told_later_corrects_resolved_as_sent(doubt: tuple[Lifecycle, str, int]) -> None:
    life, attempt, message = doubt
    settle(life, message, Verdict.SENT)
    life.status("wamid.A", State.FAILED, attempt=attempt, code=131026)
    assert life.message(life.people[0])["state"] == "failed"


def test_a_message_without_doubt_cannot_be_settled(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    for message in (claim.message, claim.message + 1):
        with pytest.raises(SettlingFault, match="nothing to settle"):
            settle(life, message, Verdict.SENT)
        with pytest.raises(SettlingFault, match="no doubt"):
            again(life, message)
    with pytest.raises(SettlingFault, match="no message 99"):
        settle(life, 99, Verdict.SENT)


def test_settling_needs_a_reason_and_somebody_who_may_act(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    with pytest.raises(SettlingFault, match="reason"):
        settle(life, message, Verdict.SENT, reason=" ")
    with pytest.raises(ViewerMayNotAct):
        resolve(life.store, message, Verdict.SENT, reason="x", by=VIEWER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        resend(life.store, message, may_arrive_twice=True, reason="x", by=VIEWER, now=NOW)
    assert life.message(life.people[0])["state"] == "unconfirmed"


def test_a_resend_is_refused_unless_it_may_arrive_twice(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    with pytest.raises(SettlingFault, match="may get it twice"):
        resend(life.store, message, may_arrive_twice=False, reason="x", by=ORGANISER, now=NOW)
    assert life.message(life.people[0])["state"] == "unconfirmed"


@pytest.mark.parametrize("first", [None, *Verdict])
def test_a_resend_queues_the_message_and_leaves_its_run_paused(
    doubt: tuple[Lifecycle, str, int], first: Verdict | None
) -> None:
    life, attempt, message = doubt
    if first is not None:
        settle(life, message, first)
    run = again(life, message)
    assert (run.status, run.paused_because) == ("paused", "operator")
    row = life.message(life.people[0])
    assert (row["state"], row["accepted_at"], row["slot_person"]) == ("queued", None, life.people[0])
    assert life.counts() == {"queued": 3}
    runs.resume(life.store, life.run.id, by=ORGANISER, now=later(91))
    claims = {claim.message: claim.attempt for claim in life.claim(seconds=100)}
    assert claims[message] != attempt
    assert life.store.value("SELECT act FROM operator_acts WHERE subject_kind = 'message' ORDER BY id DESC")


def test_a_resend_does_not_lift_the_pause_of_a_run_out_of_a_backup(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    runs.pause(life.store, life.run.id, PauseReason.RESTORED, by=ORGANISER, now=NOW)
    assert again(life, message).paused_because == "restored"


def test_evidence_for_the_first_attempt_of_a_resend_raises_the_duplicate_alarm(
    doubt: tuple[Lifecycle, str, int],
) -> None:
    life, attempt, message = doubt
    again(life, message)
    runs.resume(life.store, life.run.id, by=ORGANISER, now=later(91))
    second = next(claim for claim in life.claim(seconds=100) if claim.message == message)
    life.accepted(second.attempt, "wamid.B")
    life.status("wamid.B", State.SENT)
    life.status("wamid.A", State.SENT, attempt=attempt)
    assert life.alarms() == ["sent_twice"]


def test_a_message_that_meta_confirms_before_its_resend_is_claimed_does_not_go_out_again(
    doubt: tuple[Lifecycle, str, int],
) -> None:
    life, attempt, message = doubt
    again(life, message)
    life.status("wamid.A", State.SENT, attempt=attempt)
    runs.resume(life.store, life.run.id, by=ORGANISER, now=later(91))
    assert message not in {claim.message for claim in life.claim(seconds=100)}
    assert life.message(life.people[0])["state"] == "sent"


def test_policy_judges_a_resend_once_more_at_its_claim(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    again(life, message)
    do_not_message.block(
        life.store, contact=life.people[0], reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    runs.resume(life.store, life.run.id, by=ORGANISER, now=later(91))
    assert message not in {claim.message for claim in life.claim(seconds=100)}
    assert life.message(life.people[0])["state"] == "blocked"


def test_a_resend_is_refused_where_another_run_has_written_since(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    settle(life, message, Verdict.NOT_SENT)
    a_run(life.store, a_plan(life.store, freezing.plan_of(life.store, life.run).event))
    with pytest.raises(SettlingFault, match="in the place of"):
        again(life, message)
    assert life.message(life.people[0])["state"] == "cancelled"


def test_nothing_of_a_cancelled_run_is_sent_again(doubt: tuple[Lifecycle, str, int]) -> None:
    life, _, message = doubt
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    with pytest.raises(SettlingFault, match="cancelled"):
        again(life, message)
