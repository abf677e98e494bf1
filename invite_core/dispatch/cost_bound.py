"""Claiming within an amount of money: in the claim's own transaction, so that no two senders share a bound.

`claimed_cost` of a run is never less than what its attempts may cost: every claim adds to it. Only where it
leaves no room are the attempts looked through, and those that were certainly not charged given back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from invite_core.dispatch.gate import Hindrance
from invite_core.instants import stored
from invite_core.invitations import rate_cards
from invite_core.invitations.money import spoken
from invite_core.invitations.plan import Plan
from invite_core.invitations.price_countries import country_of
from invite_core.invitations.rate_cards import Kind
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle import attempts, prices
from invite_core.lifecycle.attempts import Claim
from invite_core.lifecycle.due import due
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together

Asked = tuple[str | None, str | None]
"""What has a price: an address, and the language of the text."""


def claim(
    store: Store,
    run: Run,
    plan: Plan,
    *,
    limit: int,
    phone_number_id: str,
    on_the_wire: int,
    now: datetime,
) -> list[Claim] | Hindrance:
    """`attempts.claim`, of no more messages than the run may still pay for; or what forbids even one.

    While requests are on the wire none is forbidden: they may turn out to cost nothing.
    """
    if run.rate_card is None:
        return attempts.claim(store, run.id, plan, limit=limit, phone_number_id=phone_number_id, now=now)
    rows = due(store, run.id, limit=limit, now=now)
    costs = _costs(store, run.rate_card, plan, [(row["address"], row["language"]) for row in rows], now=now)
    before = run.claimed_cost
    if run.max_cost is not None:
        before, fitting = _fitting(store, run, plan, costs, now=now)
        if rows and not fitting:
            if on_the_wire:
                return []
            return Hindrance(PauseReason.COST, _sentence(store, run, before, rows[0], costs[0]))
        limit = fitting
    claims = attempts.claim(store, run.id, plan, limit=limit, phone_number_id=phone_number_id, now=now)
    _keep(store, run, before, dict(zip((row["id"] for row in rows), costs, strict=True)), claims)
    return claims


def _fitting(
    store: Store, run: Run, plan: Plan, costs: Sequence[int | None], *, now: datetime
) -> tuple[int, int]:
    """What is spent, and how many of the next messages may be paid for besides."""
    spent = run.claimed_cost
    fitting = 0 if spent is None else _how_many(costs, (run.max_cost or 0) - spent)
    if spent is None or fitting < len(costs):
        spent = _counted(store, run, plan, now=now)
        fitting = _how_many(costs, (run.max_cost or 0) - spent)
    return spent, fitting


def _how_many(costs: Sequence[int | None], left: int) -> int:
    """How many of the first messages fit into `left`; one without a known price never does."""
    for n, cost in enumerate(costs):
        if cost is None or cost > left:
            return n
        left -= cost
    return len(costs)


def _counted(store: Store, run: Run, plan: Plan, *, now: datetime) -> int:
    """What the run's attempts may cost. Those without a price of their own, which only the guard knew say, cost
    what they would today; one that has none today leaves nothing to spend."""
    known, unpriced = prices.spent(store, run.id)
    for cost in _costs(store, run.rate_card or 0, plan, unpriced, now=now):
        known += cost if cost is not None else run.max_cost or 0
    return known


def _costs(store: Store, card: int, plan: Plan, asked: Sequence[Asked], *, now: datetime) -> list[int | None]:
    if not asked:
        return []
    # Meta may have moved a text to another category since the run was made; it charges the one of today.
    category = _categories(store, plan)
    kinds: list[Kind] = [
        (country_of(address), category.get(language or "", "")) for address, language in asked
    ]
    known = rate_cards.prices(store, card, set(kinds), day=stored(now)[:10])
    return [known.get(kind) for kind in kinds]


def _categories(store: Store, plan: Plan) -> Mapping[str, str]:
    rows = store.rows("SELECT language, category FROM templates WHERE name = ?", (plan.template,))
    today = {row["language"]: row["category"].casefold() for row in rows}
    return {each.language: today.get(each.language, each.category.casefold()) for each in plan.variants}


def _keep(
    store: Store,
    run: Run,
    before: int | None,
    costs: Mapping[int, int | None],
    claims: Sequence[Claim],
) -> None:
    """Keep what the claimed attempts cost. Without an amount to keep to nothing is added up."""
    prices.expect(
        store,
        run.id,
        [
            prices.Expected(claim.attempt, country_of(claim.address), costs.get(claim.message))
            for claim in claims
        ],
    )
    if run.max_cost is not None and before is not None:
        spent = before + sum(costs.get(claim.message) or 0 for claim in claims)
        store.execute(
            "UPDATE invite_send_runs SET claimed_cost = :spent WHERE id = :run",
            {"run": run.id, "spent": None if _any_lost(store, costs) else spent},
        )


def _any_lost(store: Store, messages: Iterable[int]) -> bool:
    """Whether one of the messages turned out to have been sent when the file was a newer one."""
    found = store.value(
        f"SELECT 1 FROM invite_messages WHERE id IN ({members('messages')}) AND state = 'unconfirmed' LIMIT 1",
        {"messages": together(list(messages))},
    )
    return found is not None


def _sentence(store: Store, run: Run, spent: int, row: Row, cost: int | None) -> str:
    currency = rate_cards.get(store, run.rate_card or 0).currency
    if cost is None:
        where = country_of(row["address"]) or "an unknown country"
        return f"The prices of this run say nothing for a message to {where} today."
    return (
        f"{spoken(spent, currency)} of {spoken(run.max_cost or 0, currency)} are spent, messages in doubt "
        f"included, and the next one costs {spoken(cost, currency)}."
    )
