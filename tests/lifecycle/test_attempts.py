"""Attempts: written before the POST, their answers written forward only."""

import pytest

from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import attempts, control
from invite_core.lifecycle.attempts import attempt_id
from invite_core.lifecycle.states import State
from invite_core.people import consent, do_not_message
from invite_core.provider.outcome import Fault, Refused, Unknown
from invite_core.store import IntegrityError
from tests.builders import NOW, ORGANISER, later
from tests.lifecycle.conftest import Lifecycle

NO_ANSWER = Unknown(cause="ReadTimeout", detail="Meta did not answer in time.")
NOT_ON_WHATSAPP = Refused(Fault.RECIPIENT, "not on WhatsApp", 131026, 400)
TOO_FAST = Refused(Fault.PACE, "too fast", 130429, 429, wait_seconds=5, holds_everyone=True)


def test_attempt_ids_are_ordered_by_time() -> None:
    ids = [attempt_id(later(seconds), bytes([255 - seconds] * 10)) for seconds in range(5)]
    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {32}


def test_a_claim_opens_an_attempt_for_each_message_and_no_second_claim_takes_it(life: Lifecycle) -> None:
    claims = life.claim()
    assert [claim.address for claim in claims] == ["+447700900001", "+447700900002", "+447700900003"]
    assert life.counts() == {"sending": 3}
    assert life.claim() == []


def test_the_claim_takes_no_more_than_asked(life: Lifecycle) -> None:
    assert len(life.claim(2)) == 2
    assert life.counts() == {"sending": 2, "queued": 1}


def test_a_second_open_attempt_for_one_message_is_impossible(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    with pytest.raises(IntegrityError), life.store.write():
        life.store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state)
               VALUES ('second', ?, 2, '1', '2027', 'sending')""",
            (claim.message,),
        )


def test_a_block_after_freezing_stops_the_message_at_the_claim(life: Lifecycle) -> None:
    ana, bea, _ = life.people
    do_not_message.block(
        life.store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    consent.revoke(life.store, bea, source="phone call", at=later(-1), by=ORGANISER, now=NOW)
    assert [claim.address for claim in life.claim()] == ["+447700900003"]
    assert life.message(ana)["state"] == "blocked"
    assert life.message(ana)["block_reasons"] == "do_not_message"
    assert life.message(bea)["block_reasons"] == "no_consent"
    assert life.counts() == {"blocked": 2, "sending": 1}


def test_a_template_that_lost_its_approval_stops_the_message_at_the_claim(life: Lifecycle) -> None:
    with life.store.write():
        life.store.execute("UPDATE templates SET status = 'PAUSED'")
    assert life.claim() == []
    assert {life.message(person)["block_reasons"] for person in life.people} == {"template_not_approved"}


def test_a_message_that_is_too_late_at_the_claim_is_blocked(life: Lifecycle) -> None:
    assert life.claim(seconds=300 * 86_400) == []
    assert life.message(life.people[0])["block_reasons"] == "too_late"


def test_a_refusal_of_the_person_fails_the_message_and_gives_its_slots_back(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, NOT_ON_WHATSAPP)
    row = life.message(life.people[0])
    assert (row["state"], row["error_code"], row["slot_person"]) == ("failed", 131026, None)


def test_a_retryable_refusal_waits_for_its_time_and_is_then_a_new_attempt(life: Lifecycle) -> None:
    first = life.claim(1)[0]
    life.answer(first.attempt, TOO_FAST)
    row = life.message(life.people[0])
    assert (row["state"], row["error_code"], row["error_detail"]) == ("queued", 130429, "too fast")
    waiting = [claim.message for claim in life.claim(seconds=2)]
    assert first.message not in waiting
    (second,) = life.claim(seconds=10)
    assert second.message == first.message
    assert second.attempt != first.attempt
    assert life.message(life.people[0])["error_code"] is None


def test_a_refusal_of_a_cancelled_run_does_not_put_the_message_back(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    life.answer(claim.attempt, TOO_FAST)
    row = life.message(life.people[0])
    assert (row["state"], row["slot_person"]) == ("cancelled", None)


def test_no_answer_leaves_the_message_unconfirmed_and_it_is_never_claimed_again(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, NO_ANSWER)
    row = life.message(life.people[0])
    assert (row["state"], row["slot_person"]) == ("unconfirmed", life.people[0])
    assert all(claim.message != row["id"] for claim in life.claim(seconds=86_400))


def test_an_update_settles_an_unconfirmed_message_and_tells_its_id(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.answer(claim.attempt, NO_ANSWER)
    life.status("wamid.A", State.DELIVERED, attempt=claim.attempt)
    row = life.message(life.people[0])
    assert (row["state"], row["provider_message_id"]) == ("delivered", "wamid.A")


def test_an_answer_that_comes_after_the_update_takes_nothing_back(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.status("wamid.A", State.READ, attempt=claim.attempt)
    life.accepted(claim.attempt, "wamid.A")
    assert life.message(life.people[0])["state"] == "read"
    assert life.alarms() == []


@pytest.mark.parametrize("late", [NO_ANSWER, NOT_ON_WHATSAPP, TOO_FAST])
def test_a_late_error_does_not_undo_what_meta_said_by_webhook(
    life: Lifecycle, late: Unknown | Refused
) -> None:
    claim = life.claim(1)[0]
    life.status("wamid.A", State.SENT, attempt=claim.attempt)
    life.answer(claim.attempt, late)
    assert life.message(life.people[0])["state"] == "sent"


def test_what_a_dead_sender_left_on_the_wire_becomes_unconfirmed(life: Lifecycle) -> None:
    claims = life.claim(2)
    with life.store.write():
        left = attempts.abandoned(life.store, now=later(60))
    assert sorted(left) == sorted(claim.message for claim in claims)
    assert life.counts() == {"unconfirmed": 2, "queued": 1}
    assert len(life.claim(seconds=86_400)) == 1
    assert life.counts()["unconfirmed"] == 2


def test_a_run_with_unconfirmed_messages_finishes(life: Lifecycle) -> None:
    for claim in life.claim():
        life.answer(claim.attempt, NO_ANSWER)
    with life.store.write():
        assert control.finish_if_done(life.store, life.run.id, now=later(9))
    assert runs.get(life.store, life.run.id).status == "finished"


def test_a_run_with_a_waiting_message_does_not_finish(life: Lifecycle) -> None:
    life.claim(2)
    with life.store.write():
        assert not control.finish_if_done(life.store, life.run.id, now=later(9))


def test_a_paused_run_is_not_finished_by_its_last_answer(life: Lifecycle) -> None:
    claims = life.claim()
    runs.pause(life.store, life.run.id, PauseReason.OPERATOR, by=ORGANISER, now=NOW)
    for claim in claims:
        life.answer(claim.attempt, NOT_ON_WHATSAPP)
    with life.store.write():
        assert not control.finish_if_done(life.store, life.run.id, now=later(9))
