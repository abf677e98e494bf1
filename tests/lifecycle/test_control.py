"""Giving up the rest, and trying the failed again."""

from collections.abc import Iterable

import pytest

from invite_core.invitations import freezing, runs
from invite_core.invitations.runs import PauseReason, RunFault
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.provider.outcome import Fault, Refused
from invite_core.store import Store, Values
from tests.builders import NOW, ORGANISER, a_plan, a_run, later
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


def test_what_meta_held_back_for_now_is_not_tried_again_within_a_day(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=131049)
    with pytest.raises(RunFault, match="may be tried again"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))
    _, queued = control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(25 * 3600))
    assert queued == 1


def test_what_may_be_tried_again_later_says_from_when(life: Lifecycle) -> None:
    first, second = life.claim(2)
    for claim, code in ((first, 131049), (second, 132005)):
        life.accepted(claim.attempt, f"wamid.{code}")
        life.status(f"wamid.{code}", State.FAILED, code=code)
    run, queued = control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))
    assert queued == 1
    assert "1 may be tried again only from 2027-03-02 12:00 UTC on." in run.paused_detail
    with pytest.raises(RunFault, match=r"yet.* only from 2027-03-02 12:00 UTC on"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))


def test_nothing_of_a_cancelled_run_is_tried_again(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, MAY_BE_TRIED_AGAIN)
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    with pytest.raises(RunFault, match=r"is cancelled; nothing in it is tried again"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))
    assert life.counts() == {"failed": 1, "cancelled": 2}


def test_what_one_of_the_attempts_brought_to_the_person_is_not_tried_again(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.answer(claim.attempt, MAY_BE_TRIED_AGAIN)
    with life.store.write():
        life.store.execute("UPDATE send_attempts SET read_at = '2027-03-01T12:00:09.000Z'")
    with pytest.raises(RunFault, match="may be tried again"):
        control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))


def test_cancelling_leaves_a_transition_for_each_and_gives_every_slot_back(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, Refused(Fault.PACE, "too fast", 130429, 429, wait_seconds=5))
    life.accepted(life.claim(1)[0].attempt, "wamid.B")
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=later(9))
    assert life.counts() == {"accepted": 1, "cancelled": 2}
    given_up = life.store.rows("SELECT * FROM message_transitions WHERE to_state = 'cancelled' ORDER BY id")
    assert [(row["from_state"], row["cause"], row["at"]) for row in given_up] == [
        ("queued", "cancelled by Rita", "2027-03-01T12:00:09.000Z")
    ] * 2
    slots = life.store.rows("SELECT state FROM invite_messages WHERE slot_person IS NOT NULL")
    assert [row["state"] for row in slots] == ["accepted"]


def test_a_big_run_is_cancelled_in_as_many_statements_as_a_small_one(
    life: Lifecycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with life.store.write():
        life.store.execute(
            """WITH RECURSIVE n (n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM n WHERE n < 20099)
               INSERT INTO contacts (id, name, created_at, changed_at) SELECT n, 'x', '', '' FROM n"""
        )
        life.store.execute(
            """INSERT INTO invite_messages (run, event, purpose, occasion, contact, verdict, state,
                   next_attempt_at, slot_person, changed_at)
               SELECT 1, 1, 'invitation', 'invitation', id, 'eligible', 'queued', '', id, ''
               FROM contacts WHERE id >= 100"""
        )
        life.store.execute("UPDATE run_counters SET n = n + 20000 WHERE name = 'queued'")
    statements: list[str] = []
    execute, execute_many = Store.execute, Store.execute_many

    def counted(store: Store, sql: str, values: Values = ()) -> int:
        statements.append(sql)
        return execute(store, sql, values)

    def counted_many(store: Store, sql: str, rows: Iterable[Values]) -> int:
        each = list(rows)
        statements.extend([sql] * len(each))
        return execute_many(store, sql, each)

    monkeypatch.setattr(Store, "execute", counted)
    monkeypatch.setattr(Store, "execute_many", counted_many)
    control.cancel_rest(life.store, life.run.id, by=ORGANISER, now=NOW)
    assert len(statements) < 20
    assert life.counts() == {"cancelled": 20_003}
    assert life.store.value("SELECT count(*) FROM message_transitions WHERE to_state = 'cancelled'") == 20_003
    assert life.store.value("SELECT count(slot_person) FROM invite_messages") == 0


def test_a_retry_does_not_lift_the_pause_of_a_run_out_of_a_backup(life: Lifecycle) -> None:
    life.answer(life.claim(1)[0].attempt, MAY_BE_TRIED_AGAIN)
    runs.pause(life.store, life.run.id, PauseReason.RESTORED, by=ORGANISER, now=NOW)
    run, queued = control.retry_failed(life.store, life.run.id, by=ORGANISER, now=later(60))
    assert (queued, run.paused_because) == (1, "restored")
