"""What stops a run by itself: bursts, the daily limit, quality, the listener's absence; and what does not."""

from datetime import timedelta

import httpx
import pytest

from invite_core.delivery import listener_life
from invite_core.dispatch import gate
from invite_core.dispatch.daily_limit import people_per_day, remember_number, written_to
from invite_core.dispatch.failure_burst import IN_A_ROW
from invite_core.dispatch.gate import Rules
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle import join
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate
from invite_core.provider.template_node import PhoneNumberNode
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_contact, a_plan, a_run, later
from tests.dispatch.test_engine import Meta, counts, people, refuse, send

pytestmark = pytest.mark.anyio


def number(store: Store, *, limit: str = "TIER_250", quality: str = "GREEN") -> None:
    """What Meta says of the sender's number."""
    node = PhoneNumberNode(
        id=SENDER_NUMBER, quality_rating=quality, whatsapp_business_manager_messaging_limit=limit
    )
    remember_number(store, node, now=NOW)


def paused(run: Run) -> PauseReason | None:
    """Why the run is paused; it has to be."""
    assert run.status == "paused"
    return run.paused_because


async def test_an_outage_of_metas_stops_the_run_before_everyone_is_in_doubt(store: Store) -> None:
    run = people(store, 60)
    settled = await send(store, run, Meta(lambda _: httpx.Response(502, text="bad gateway")), in_flight=4)
    assert paused(settled) is PauseReason.FAILURE_BURST
    assert "no answer" in settled.paused_detail
    in_doubt = counts(store, run)["unconfirmed"]
    assert IN_A_ROW <= in_doubt <= IN_A_ROW + 4
    assert counts(store, run)["queued"] == 60 - in_doubt


async def test_one_refusal_for_everybody_stops_the_run(store: Store) -> None:
    run = people(store, 60)
    settled = await send(store, run, Meta(lambda _: refuse(131026)), in_flight=4)
    assert paused(settled) is PauseReason.FAILURE_BURST
    assert "131026" in settled.paused_detail


async def test_a_burst_at_the_very_end_lets_the_run_finish(store: Store) -> None:
    run = people(store, IN_A_ROW)
    settled = await send(store, run, Meta(lambda _: refuse(131026)))
    assert settled.status == "finished"
    assert counts(store, run) == {"failed": IN_A_ROW}


async def test_failures_by_webhook_that_are_all_alike_stop_the_run(store: Store) -> None:
    run = people(store, 30)
    before = store.value("SELECT coalesce(max(id), 0) FROM message_transitions")

    await send(store, run, Meta())
    rows = store.rows("SELECT provider_message_id FROM invite_messages WHERE run = ? ORDER BY id", (run.id,))
    for n, row in enumerate(rows[:20], start=1):
        assert gate.updates_fail_alike(store, run.id, after=before) is None
        update = StatusUpdate(row["provider_message_id"], State.FAILED, NOW.isoformat(), error_code=131049)
        with store.write():
            join.apply_status(store, update, phone_number_id=SENDER_NUMBER, now=later(n).isoformat())
    hindrance = gate.updates_fail_alike(store, run.id, after=before)
    assert hindrance is not None
    assert hindrance.because is PauseReason.FAILURE_BURST
    newest = store.value("SELECT max(id) FROM message_transitions")
    assert gate.updates_fail_alike(store, run.id, after=newest) is None


async def test_the_daily_limit_stops_the_run_exactly_there_and_the_next_day_it_goes_on(store: Store) -> None:
    for n in range(60):
        a_contact(store, f"Guest {n}", n)
    number(store, limit="TIER_50")
    run, meta = a_run(store), Meta()
    settled = await send(store, run, meta)
    assert paused(settled) is PauseReason.DAILY_LIMIT
    assert meta.received.total() == 50
    assert written_to(store, now=NOW) == 50
    assert gate.day_is_full(store, now=NOW)[0] == 0
    assert "from 2027-03-02 12:00 UTC on" in settled.paused_detail
    tomorrow = NOW + timedelta(hours=24, minutes=1)
    assert gate.day_is_full(store, now=tomorrow) == (50, None)
    runs.resume(store, run.id, by=ORGANISER, now=tomorrow)
    assert (await send(store, run, meta, now=tomorrow)).status == "finished"
    assert set(meta.received.values()) == {1}


async def test_a_refused_message_does_not_count_as_written(store: Store) -> None:
    run = people(store, 3)
    await send(store, run, Meta(lambda _: refuse(190)))
    assert written_to(store, now=NOW) == 0
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    await send(store, run, Meta())
    assert written_to(store, now=NOW) == 3


@pytest.mark.parametrize(
    "tier, people",
    [("TIER_250", 250), ("TIER_2K", 2000), ("TIER_UNLIMITED", None), (None, None), ("?", None)],
)
async def test_the_limit_of_a_tier(tier: str | None, people: int | None) -> None:
    assert people_per_day(tier) == people


@pytest.mark.parametrize("what", ["number", "template"])
async def test_a_fall_of_quality_stops_the_run_until_it_is_resumed(store: Store, what: str) -> None:
    for n in range(20):
        a_contact(store, f"Guest {n}", n)
    number(store)
    run = a_run(store, a_plan(store, first=5))
    meta = Meta()
    await send(store, run, meta)
    if what == "number":
        number(store, quality="YELLOW")
    else:
        with store.write():
            store.execute("UPDATE templates SET quality = 'RED' WHERE language = 'en'")
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    settled = await send(store, run, meta)
    assert paused(settled) is PauseReason.QUALITY
    assert meta.received.total() == 5
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    assert (await send(store, run, meta)).status == "finished"


async def test_better_or_unknown_quality_stops_nothing(store: Store) -> None:
    for n in range(3):
        a_contact(store, f"Guest {n}", n)
    number(store, quality="YELLOW")
    run = a_run(store)
    number(store, quality="UNKNOWN")
    with store.write():
        store.execute("UPDATE templates SET quality = 'GREEN'")
    assert (await send(store, run, Meta())).status == "finished"


async def test_after_the_listener_was_away_nothing_is_claimed_unless_the_organiser_wants_none(
    store: Store,
) -> None:
    for n in range(8):
        a_contact(store, f"Guest {n}", n)
    run, meta = a_run(store, a_plan(store, first=3)), Meta()
    await send(store, run, meta)
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    hours_later = NOW + timedelta(hours=2)
    with store.write():
        listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=hours_later - timedelta(minutes=1))
    rules = Rules(catch_up_minutes=15)
    settled = await send(store, run, meta, now=hours_later, rules=rules)
    assert paused(settled) is PauseReason.LISTENER_GAP
    assert "may still come in" in settled.paused_detail
    assert meta.received.total() == 3
    runs.resume(store, run.id, by=ORGANISER, now=hours_later)
    without = Rules(catch_up_minutes=15, without_listener=True)
    assert (await send(store, run, meta, now=hours_later, rules=without)).status == "finished"


async def test_a_first_slice_of_everybody_finishes(store: Store) -> None:
    for n in range(4):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store, a_plan(store, first=4))
    assert (await send(store, run, Meta())).status == "finished"


async def test_a_message_that_cannot_be_put_together_was_certainly_not_sent(store: Store) -> None:
    run, meta = people(store, 3), Meta()
    with store.write():
        store.execute("UPDATE invite_messages SET parameters = '{}' WHERE contact = 2")
    assert (await send(store, run, meta)).status == "finished"
    assert counts(store, run) == {"accepted": 2, "failed": 1}
    assert meta.received.total() == 2
