"""Updates find their attempt, in any order, and what matches nothing waits on the shelf."""

import json
from itertools import permutations

import pytest

from invite_core.lifecycle import attempts, shelf
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.provider.outcome import Accepted, Fault, Refused
from invite_core.store import Store
from tests.builders import SENDER_NUMBER, later
from tests.lifecycle.conftest import Lifecycle

STATUSES = (State.SENT, State.DELIVERED, State.READ)


def _on_the_shelf(store: Store, wamid: str, status: State) -> None:
    update = StatusUpdate(wamid, status, "2027-03-01T12:00:05.000Z")
    with store.write():
        store.insert(
            """INSERT INTO webhook_receipts (key, kind, phone_number_id, provider_message_id, outcome, update_json,
                   received_at) VALUES (:key, 'status', :number, :wamid, 'unmatched', :update, '2027')""",
            {
                "key": f"{wamid}{status}".encode(),
                "number": SENDER_NUMBER,
                "wamid": wamid,
                "update": shelf.as_json(update),
            },
        )


@pytest.mark.parametrize("order", list(permutations(["answer", *STATUSES])))
def test_the_answer_and_the_statuses_end_alike_in_every_order(
    life: Lifecycle, order: tuple[str, ...]
) -> None:
    claim = life.claim(1)[0]
    for step in order:
        if step == "answer":
            life.accepted(claim.attempt, "wamid.A")
        else:
            life.status("wamid.A", State(step), attempt=claim.attempt)
    row = life.message(life.people[0])
    assert row["state"] == "read"
    assert row["provider_message_id"] == "wamid.A"
    assert all(row[f"{status}_at"] for status in ("accepted", *STATUSES) if status != "accepted")
    assert life.counts() == {"read": 1, "queued": 2}


def test_a_status_is_matched_by_message_id_where_it_carries_no_attempt(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    assert life.status("wamid.A", State.DELIVERED) is UpdateOutcome.APPLIED
    assert life.message(life.people[0])["state"] == "delivered"


def test_a_late_delivered_tells_its_moment_and_does_not_undo_read(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.READ)
    assert life.status("wamid.A", State.DELIVERED) is UpdateOutcome.APPLIED
    row = life.message(life.people[0])
    assert row["state"] == "read"
    assert row["delivered_at"] is not None


@pytest.mark.parametrize("at", ["2027-03-01T12:00:05.000Z", "2027-03-01T12:00:09.000Z"])
def test_an_update_that_adds_nothing_is_stale(life: Lifecycle, at: str) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    for state in (State.READ, State.DELIVERED):
        life.status("wamid.A", state)
    before = dict(life.message(life.people[0]))
    assert life.status("wamid.A", State.DELIVERED, at=at) is UpdateOutcome.STALE
    assert dict(life.message(life.people[0])) == before


def test_a_status_of_an_unknown_message_is_unmatched(life: Lifecycle) -> None:
    assert life.status("wamid.unknown", State.SENT) is UpdateOutcome.UNMATCHED


def test_a_status_of_another_number_is_not_ours(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    with life.store.write():
        life.store.execute("UPDATE send_attempts SET phone_number_id = 'another'")
    assert life.status("wamid.A", State.SENT) is UpdateOutcome.UNMATCHED


def test_what_waited_on_the_shelf_is_applied_when_the_id_appears(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    _on_the_shelf(life.store, "wamid.A", State.SENT)
    _on_the_shelf(life.store, "wamid.A", State.READ)
    life.accepted(claim.attempt, "wamid.A")
    assert life.message(life.people[0])["state"] == "read"
    receipts = life.store.rows("SELECT outcome, message, update_json FROM webhook_receipts")
    for row in receipts:
        assert (row["outcome"], row["message"], row["update_json"]) == ("applied", claim.message, None)
    assert len(receipts) == 2


def test_two_message_ids_for_one_attempt_raise_an_alarm_and_keep_the_first(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.B", State.SENT, attempt=claim.attempt)
    assert life.alarms() == ["two_provider_ids"]
    assert life.message(life.people[0])["provider_message_id"] == "wamid.A"


def test_one_message_id_for_two_attempts_raises_an_alarm_and_breaks_nothing(life: Lifecycle) -> None:
    first, second = life.claim(2)
    life.accepted(first.attempt, "wamid.A")
    life.accepted(second.attempt, "wamid.A")
    assert life.alarms() == ["one_provider_id"]
    assert "one message id for two attempts" in life.store.value("SELECT detail FROM alarms")
    assert life.counts() == {"accepted": 2, "queued": 1}


def test_a_failure_that_says_the_person_stopped_us_writes_do_not_message(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=131050)
    row = life.store.row("SELECT scope, source, recorded_by FROM do_not_message")
    assert row is not None
    assert tuple(row) == ("marketing", "error_131050", "listener")
    assert life.message(life.people[0])["error_code"] == 131050


def test_a_stop_in_the_answer_of_the_api_is_recorded_by_the_sender(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, Refused(Fault.RECIPIENT, "opted out", 131050, 400))
    assert life.store.value("SELECT recorded_by FROM do_not_message") == "sender"


def test_two_attempts_that_were_both_sent_raise_the_duplicate_alarm(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.SENT)
    with life.store.write():
        life.store.execute("UPDATE send_attempts SET superseded_at = '2027'")
        life.store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state)
               VALUES ('second', :message, 2, :number, '2027', 'sending')""",
            {"message": claim.message, "number": SENDER_NUMBER},
        )
    life.status("wamid.B", State.DELIVERED, attempt="second")
    assert life.alarms() == ["sent_twice"]


def test_evidence_for_a_released_slot_raises_an_alarm_and_violates_nothing(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    with life.store.write():
        attempts.record_outcome(life.store, claim.attempt, Accepted("wamid.A"), now=later(1))
        life.store.execute("UPDATE invite_messages SET slot_person = NULL, slot_address = NULL")
    life.status("wamid.A", State.SENT)
    assert life.alarms() == ["released_slot"]
    assert life.message(life.people[0])["state"] == "sent"


def test_every_change_of_state_leaves_its_transition_with_both_times(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.DELIVERED, at="2027-03-01T12:00:04.000Z")
    rows = life.store.rows(
        "SELECT from_state, to_state, provider_at FROM message_transitions WHERE message = ?",
        (claim.message,),
    )
    assert [tuple(row) for row in rows] == [
        ("queued", "sending", None),
        ("sending", "accepted", None),
        ("accepted", "delivered", "2027-03-01T12:00:04.000Z"),
    ]


def test_a_shelved_update_survives_its_json() -> None:
    update = StatusUpdate("wamid.A", State.FAILED, "2027", attempt="a", error_code=131026, error_detail="é")
    kept = json.loads(shelf.as_json(update))
    assert StatusUpdate(**{**kept, "status": State(kept["status"])}) == update
