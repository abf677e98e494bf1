"""No run spends more than its amount: at the claim, over restarts and two senders, the doubtful included."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from invite_core.invitations import rate_cards, run_bounds, runs
from invite_core.invitations.estimate import UnknownPrice
from invite_core.invitations.money import MICROS
from invite_core.invitations.plan import PlanFault
from invite_core.invitations.rate_card import RateCard, parse_card
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle import prices
from invite_core.lifecycle.prices import Pricing, Told
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.cost import run_cost
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, later
from tests.dispatch.test_engine import Answer, Meta, accept, counts, refuse, send

pytestmark = pytest.mark.anyio

HEADER = "country,category,price,currency,valid_from,valid_until\n"


def card(*lines: str) -> RateCard:
    """A card of these lines: country, category, price."""
    return parse_card((HEADER + "".join(f"{line},EUR,2027-01-01,2027-12-31\n" for line in lines)).encode())


def priced(store: Store, *lines: str) -> None:
    """A card in the file; a marketing message to a British number costs 1 EUR if nothing else is said."""
    rate_cards.keep(store, card(*(lines or ("GB,marketing,1.00",))), "rates.csv", by=ORGANISER, now=NOW)


def party(store: Store, n: int, amount: str) -> Run:
    """A run for `n` people that may cost `amount`."""
    for number in range(n):
        a_contact(store, f"Guest {number}", number)
    return a_run(store, a_plan(store, max_cost=amount))


@pytest.mark.parametrize("in_flight", [1, 64])
async def test_the_run_pauses_before_it_passes_the_amount_and_says_so(store: Store, in_flight: int) -> None:
    priced(store)
    run, meta = party(store, 9, "5.50"), Meta()
    settled = await send(store, run, meta, in_flight=in_flight)
    assert settled.paused_because is PauseReason.COST
    assert "5.00 EUR of 5.50 EUR" in settled.paused_detail
    assert "the next one costs 1.00 EUR" in settled.paused_detail
    assert meta.received.total() == 5

    with pytest.raises(PlanFault, match="in USD"):
        run_bounds.change(store, run.id, "7 USD", by=ORGANISER, now=NOW)
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    run_bounds.change(store, run.id, "7 EUR", by=ORGANISER, now=NOW)
    assert (await send(store, run, meta)).paused_because is PauseReason.COST
    assert meta.received.total() == 7  # what was spent before counts
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    assert (await send(store, run, meta)).status == "finished"
    assert set(meta.received.values()) == {1}


async def test_messages_in_doubt_are_spent_and_refused_ones_are_not(store: Store) -> None:
    priced(store)
    run = party(store, 8, "4")
    answers: Iterator[httpx.Response | Answer] = iter(
        [httpx.Response(502), refuse(131026), accept, httpx.Response(502), refuse(131026), accept, accept]
    )

    def answer(body: dict[str, object]) -> httpx.Response:
        found = next(answers)
        return found if isinstance(found, httpx.Response) else found(body)

    settled = await send(store, run, Meta(answer), in_flight=1)
    assert settled.paused_because is PauseReason.COST
    assert counts(store, run) == {"unconfirmed": 2, "failed": 2, "accepted": 2, "queued": 2}


async def test_cheap_messages_go_on_only_in_the_order_of_the_run(store: Store) -> None:
    priced(store, "GB,marketing,1.00", "PT,marketing,3.00")
    numbers: list[int | str] = [1, "+351910000001", 2]
    for n, number in enumerate(numbers, start=1):
        a_contact(store, f"Guest {n}", number)
    run = a_run(store, a_plan(store, max_cost="3.50"))
    settled = await send(store, run, Meta())
    assert "1.00 EUR of 3.50 EUR" in settled.paused_detail
    assert "the next one costs 3.00 EUR" in settled.paused_detail


async def test_the_amount_holds_over_a_restart_and_for_two_senders_at_once(
    store: Store, database: Path
) -> None:
    priced(store)
    run, meta, stop = party(store, 30, "12"), Meta(), asyncio.Event()

    async def stop_at_the_third(request: httpx.Request) -> httpx.Response:
        if meta.received.total() == 2:
            stop.set()
        return await meta(request)

    stopped = await send(store, run, stop_at_the_third, stop=stop, in_flight=1)
    assert stopped.paused_because is PauseReason.SENDER_STOPPED
    with Store.open(database) as other:
        runs.resume(other, run.id, by=ORGANISER, now=NOW)
        # Without the lock, which keeps two senders apart: the transaction must do alone.
        await asyncio.gather(send(store, run, meta, in_flight=4), send(other, run, meta, in_flight=4))
    assert runs.get(store, run.id).paused_because is PauseReason.COST
    assert meta.received.total() == 12


async def test_an_unknown_price_is_refused_before_the_run(store: Store) -> None:
    priced(store, "GB,marketing,1.00")
    a_contact(store, "Ana", 1)
    a_contact(store, "Rui", "+351910000001")
    with pytest.raises(UnknownPrice, match="no price today for marketing in PT"):
        a_run(store, a_plan(store, max_cost="50"))
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0
    assert a_run(store).max_cost is None  # without an amount to keep to, nothing has to be known


async def test_a_text_that_meta_moves_to_another_category_costs_what_it_is_now(store: Store) -> None:
    priced(store, "GB,marketing,1.00", "GB,utility,0.10")
    plan_before = a_plan(store)
    with store.write():
        store.execute("UPDATE templates SET category = 'UTILITY'")
    for n in range(4):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store, a_plan(store, plan_before.event, max_cost="2"))
    with store.write():
        store.execute("UPDATE templates SET category = 'MARKETING'")
    meta = Meta()
    assert (await send(store, run, meta)).paused_because is PauseReason.COST
    assert meta.received.total() == 2


async def test_what_it_cost_is_what_meta_tells_in_any_order(store: Store) -> None:
    priced(store, "GB,marketing,1.00", "GB,utility,0.25")
    run, meta = party(store, 4, "9"), Meta()
    await send(store, run, meta)
    one, two, three, four = sorted(meta.attempts)
    with store.write():
        store.execute(
            "UPDATE send_attempts SET delivered_at = '2027-03-01T12:00:05.000Z', state = 'delivered'"
        )
        told = [
            Told(one, run.id, State.SENT, Pricing("marketing", True, "PMP", "regular")),
            Told(one, run.id, State.DELIVERED, Pricing("utility", True, "PMP", "regular")),
            Told(two, run.id, State.READ, Pricing("marketing", None, "PMP", "free_entry_point")),
            Told(three, run.id, State.DELIVERED, Pricing("marketing_lite", True, "PMP", "regular")),
        ]
        prices.hear(store, told)
        for each in reversed(told):
            prices.hear(store, [each])
    cost = run_cost(store, run.id)
    assert cost is not None
    assert (cost.charged, cost.at_most) == (1_250_000, 4 * MICROS)
    assert (cost.charged_messages, cost.free_messages, cost.not_told) == (2, 1, 1)
    assert "1.25 EUR so far" in cost.sentence()
    assert four not in {each.attempt for each in told}


async def test_what_failed_is_given_back_unless_it_had_been_delivered(store: Store) -> None:
    priced(store)
    run = party(store, 3, "2")
    await send(store, run, Meta())
    with store.write():
        store.execute("UPDATE send_attempts SET state = 'failed', failed_at = '2027-03-01T12:00:09.000Z'")
        store.execute(
            """UPDATE send_attempts SET delivered_at = '2027-03-01T12:00:08.000Z'
               WHERE id = (SELECT min(id) FROM send_attempts)"""
        )
    runs.resume(store, run.id, by=ORGANISER, now=later(60))
    run_bounds.change(store, run.id, "2", by=ORGANISER, now=later(60))
    assert (await send(store, run, Meta(), now=later(60))).status == "finished"
    assert runs.get(store, run.id).claimed_cost == 2 * MICROS


async def test_a_dearer_category_that_only_the_statuses_tell_counts_for_what_was_sent_and_for_what_follows(
    store: Store,
) -> None:
    priced(store, "GB,marketing,1.00", "GB,utility,0.10", "*,marketing,7.00")
    plan_before = a_plan(store)
    with store.write():
        store.execute("UPDATE templates SET category = 'UTILITY'")
    for n in range(20):
        a_contact(store, f"Guest {n}", n)
    run, meta = a_run(store, a_plan(store, plan_before.event, max_cost="4.50", first=3)), Meta()
    await send(store, run, meta)
    one, two, free = sorted(meta.attempts)
    with store.write():
        prices.hear(
            store,
            [
                Told(one, run.id, State.SENT, Pricing("marketing", None, "PMP", "regular")),
                Told(two, run.id, State.DELIVERED, Pricing("marketing_lite", True, "PMP", "regular")),
                Told(free, run.id, State.SENT, Pricing("marketing", False, "PMP", "free_entry_point")),
            ],
        )
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    settled = await send(store, run, meta)
    assert "4.10 EUR of 4.50 EUR are spent" in settled.paused_detail
    assert "the next one costs 1.00 EUR" in settled.paused_detail
    assert meta.received.total() == 5
