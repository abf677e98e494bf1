"""The listener's state and the gap that counts, as screens and scripts are told of them."""

from datetime import datetime, timedelta

import pytest

from invite_core.dispatch.listener_gap import accept_losses
from invite_core.invitations import freezing, runs
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Unknown
from invite_core.store import Store
from invite_core.views.hearing import Hearing, hearing
from invite_core.views.run_report import run_report
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_contact, a_run
from tests.views.test_health import a_life

DAY = 24 * 3600.0


def heard(store: Store, now: datetime = NOW) -> Hearing:
    """How it is now."""
    return hearing(store, catch_up_minutes=15, now=now)


@pytest.fixture
def out(store: Store) -> int:
    """A message that left ten days ago, and has had no answer; its run."""
    a_contact(store)
    run = a_run(store).id
    with store.write():
        store.execute("UPDATE invite_send_runs SET status = 'sending'")
        plan = freezing.plan_of(store, runs.get(store, run))
        (claim,) = attempts.claim(
            store, run, plan, limit=1, phone_number_id=SENDER_NUMBER, now=NOW - timedelta(days=10)
        )
        attempts.record_outcome(
            store, claim.attempt, Unknown("ReadTimeout", ""), now=NOW - timedelta(days=10)
        )
    return run


def test_where_somebody_listens_there_is_no_gap(store: Store, out: int) -> None:
    a_life(store, started=-11 * DAY, beat=-1)
    found = heard(store)
    assert not found.holds
    told = found.as_json()
    assert (told["alive"], told["last_seen"], told["gap"]) == (True, "2027-03-01T11:59:59.000Z", None)


def test_a_gap_tells_from_when_to_when_and_how_long_to_wait(store: Store, out: int) -> None:
    a_life(store, started=-11 * DAY, beat=-3600, stopped=-3600)
    a_life(store, started=-60, beat=-1)
    found = heard(store)
    assert found.holds
    assert found.as_json()["gap"] == {
        "from": "2027-03-01T11:00:00.000Z",
        "to": "2027-03-01T11:59:00.000Z",
        "minutes": 59,
        "quiet_until": "2027-03-01T12:14:00.000Z",
        "may_have_lost": False,
        "acknowledged_by": None,
    }


def test_a_listener_that_is_away_has_no_end_of_its_gap(store: Store, out: int) -> None:
    a_life(store, started=-11 * DAY, beat=-3600)
    found = heard(store)
    assert found.holds
    gap = found.as_json()["gap"]
    assert (gap["to"], gap["quiet_until"], gap["minutes"]) == (None, None, 60)


def test_a_loss_that_was_accepted_is_told_with_who_did(store: Store, out: int) -> None:
    a_life(store, started=-11 * DAY, beat=-9 * DAY, stopped=-9 * DAY)
    a_life(store, started=-3600, beat=-1)
    before = heard(store)
    assert (before.holds, before.as_json()["gap"]["acknowledged_by"]) == (True, None)
    accept_losses(store, reason="asked", by=ORGANISER, now=NOW)
    after = heard(store)
    assert not after.holds
    told, expected = after.as_json()["gap"], {**before.as_json()["gap"], "acknowledged_by": "Rita"}
    assert {**told, "quiet_until": None} == {**expected, "quiet_until": None}


def test_a_runs_document_has_the_listener_and_every_doubt(store: Store, out: int) -> None:
    a_life(store, started=-11 * DAY, beat=-5 * DAY, stopped=-5 * DAY)
    report = run_report(store, out, catch_up_minutes=15, now=NOW).as_json()
    assert report["listener"]["gap"]["minutes"] == 5 * 24 * 60
    (doubt,) = report["unconfirmed"]
    assert (doubt["name"], doubt["phone"]) == ("Ana Example", "+447700900001")
    assert (doubt["cause"], doubt["age_s"], doubt["listener_up"]) == ("ReadTimeout", 10 * DAY, 0.5)
