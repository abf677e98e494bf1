"""Another amount that a run may spend, or none, by the newest rate card."""

from dataclasses import replace
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import freezing, rate_cards, runs
from invite_core.invitations.plan import PlanFault, amount_of
from invite_core.invitations.runs import Run, RunFault
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

NO_BOUND = "none"
"""The word for: whatever it costs."""


def change(store: Store, run: int, max_cost: str, *, by: Operator, now: datetime) -> Run:
    """Let the run spend `max_cost` in all (`25`, `25.00 EUR`), what it has spent included, or whatever it costs
    (`none`). The newest card counts from now on.

    Raises `RunFault` for a run that is over, `PlanFault` where there is no card or it is in another currency,
    `UnknownPrice` where somebody who waits has no price in it.
    """
    by.may_act("change what a run may cost")
    with store.write():
        found = runs.get(store, run)
        if found.status not in runs.UNFINISHED:
            raise RunFault(f"Run {run} is {found.status}; it costs nothing more.", "")
        card = rate_cards.newest(store)
        amount = None if max_cost.strip().casefold() == NO_BOUND else amount_of(max_cost, card)
        if amount is not None and card is not None:
            _require_same_currency(store, found, card.currency)
            plan = replace(freezing.plan_of(store, found), rate_card=card.id, max_cost=amount)
            freezing.require_prices_of(store, plan, run, now)
        store.execute(
            """UPDATE invite_send_runs SET max_cost = :amount, claimed_cost = NULL, changed_at = :at,
                   rate_card = CASE WHEN :amount IS NULL THEN rate_card ELSE :card END WHERE id = :run""",
            {"amount": amount, "card": card.id if card else None, "at": stored(now), "run": run},
        )
        acts.record(store, "change cost of run", "run", str(run), reason=max_cost, by=by, now=now)
    return runs.get(store, run)


def _require_same_currency(store: Store, run: Run, currency: str) -> None:
    if run.rate_card is None:
        return
    before = rate_cards.get(store, run.rate_card).currency
    if before != currency:
        raise PlanFault(
            f"Run {run.id} has counted in {before}, and the newest prices are in {currency}.",
            f"Import prices in {before}, or say --max-cost {NO_BOUND}.",
        )
