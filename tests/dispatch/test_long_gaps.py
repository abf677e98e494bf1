"""After an absence that Meta does not make good, nothing is claimed before somebody has accepted that."""

import json
from datetime import datetime, timedelta

import pytest

from invite_core.delivery import listener_life
from invite_core.dispatch.gate import Rules
from invite_core.dispatch.listener_gap import accept_losses
from invite_core.invitations import long_gaps, runs
from invite_core.invitations.long_gaps import StopsMayBeLost
from invite_core.invitations.runs import PauseReason, Run
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_plan, a_run
from tests.dispatch.test_engine import Meta, send

pytestmark = pytest.mark.anyio

RULES = Rules(catch_up_minutes=15)
MONTH = NOW + timedelta(days=30)


def listens(store: Store, since: datetime, until: datetime) -> None:
    """A life of the listener."""
    with store.write():
        listener_life.end(
            store, listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=since), now=until
        )


@pytest.fixture
async def run(store: Store) -> Run:
    """A run whose first three messages left while somebody listened; nobody has since."""
    for n in range(8):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store, a_plan(store, first=3))
    listens(store, NOW - timedelta(hours=1), NOW + timedelta(minutes=5))
    await send(store, run, Meta(), rules=RULES)
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    return run


async def test_the_run_pauses_and_only_somebodys_word_lifts_it(store: Store, run: Run) -> None:
    meta = Meta()
    listens(store, MONTH - timedelta(hours=2), MONTH)
    for _ in range(2):
        settled = await send(store, run, meta, now=MONTH, rules=RULES)
        assert settled.paused_because is PauseReason.LISTENER_GAP
        assert "stops and answers may be lost" in settled.paused_detail
    assert meta.received.total() == 0
    (kept,) = long_gaps.all_known(store)
    assert (kept.away_since, kept.back_since) == ("2027-03-01T12:05:00.000Z", "2027-03-31T10:00:00.000Z")
    with pytest.raises(StopsMayBeLost, match="--stops-may-be-lost"):
        runs.resume(store, run.id, by=ORGANISER, now=MONTH)
    assert runs.get(store, run.id).status == "paused"

    assert accept_losses(store, reason="I asked everybody", by=ORGANISER, now=MONTH) == 1
    runs.resume(store, run.id, by=ORGANISER, now=MONTH)
    assert (await send(store, run, meta, now=MONTH, rules=RULES)).status == "finished"
    act = store.row("SELECT * FROM operator_acts WHERE act = 'accept that stops may be lost'")
    assert act is not None
    assert (act["by"], act["reason"], act["at"]) == ("Rita", "I asked everybody", "2027-03-31T12:00:00.000Z")
    assert json.loads(act["detail"]) == {"from": kept.away_since, "to": kept.back_since}


async def test_whoever_sends_without_a_listener_has_to_accept_it_too(store: Store, run: Run) -> None:
    meta, rules = Meta(), Rules(catch_up_minutes=15, without_listener=True)
    settled = await send(store, run, meta, now=MONTH, rules=rules)
    assert settled.paused_because is PauseReason.LISTENER_GAP
    assert long_gaps.all_known(store) == []
    assert accept_losses(store, reason="nobody answers here", by=ORGANISER, now=MONTH) == 1
    runs.resume(store, run.id, by=ORGANISER, now=MONTH)
    assert (await send(store, run, meta, now=MONTH, rules=rules)).status == "finished"


async def test_the_word_holds_for_one_absence_and_not_for_the_next(store: Store, run: Run) -> None:
    listens(store, MONTH - timedelta(hours=2), MONTH)
    await send(store, run, Meta(), now=MONTH, rules=RULES)
    accept_losses(store, reason="asked", by=ORGANISER, now=MONTH)
    later = MONTH + timedelta(days=20)
    listens(store, later - timedelta(hours=1), later)
    runs.resume(store, run.id, by=ORGANISER, now=later)
    meta = Meta()
    assert (await send(store, run, meta, now=later, rules=RULES)).paused_because is PauseReason.LISTENER_GAP
    assert meta.received.total() == 0
    assert [gap.accepted_by for gap in long_gaps.all_known(store)] == ["Rita", None]


async def test_an_absence_that_was_found_still_counts_when_the_clock_is_put_back(
    store: Store, run: Run
) -> None:
    listens(store, MONTH - timedelta(hours=2), MONTH)
    await send(store, run, Meta(), now=MONTH, rules=RULES)
    with pytest.raises(StopsMayBeLost):
        runs.resume(store, run.id, by=ORGANISER, now=NOW + timedelta(hours=1))


async def test_an_absence_is_accepted_by_an_organiser_with_a_reason_or_not_at_all(
    store: Store, run: Run
) -> None:
    with pytest.raises(StopsMayBeLost):
        accept_losses(store, reason=" ", by=ORGANISER, now=MONTH)
    with pytest.raises(ViewerMayNotAct):
        accept_losses(store, reason="so", by=VIEWER, now=MONTH)
    assert long_gaps.all_known(store) == []
    assert accept_losses(store, reason="no gap", by=ORGANISER, now=NOW) == 0


async def test_with_the_rule_turned_off_nothing_is_asked(store: Store, run: Run) -> None:
    assert (await send(store, run, Meta(), now=MONTH, rules=Rules())).status == "finished"
