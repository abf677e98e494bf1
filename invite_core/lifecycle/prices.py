"""What attempts cost: as it was expected when they were claimed, and as Meta's updates tell it.

Meta charges for messages that are delivered, by the category that its update names (Meta, pricing).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from invite_core.invitations import template_standing
from invite_core.invitations.template_standing import Aspect, Named
from invite_core.lifecycle.states import State, rank_of
from invite_core.store import Store
from invite_core.store.dialect import members, together


class Expected(NamedTuple):
    """What a claimed attempt will cost if it is charged."""

    attempt: str
    """The attempt."""
    country: str
    """The country of its address; '' where that cannot be told."""
    micros: int | None
    """Its price, or None where none is known."""


class Pricing(NamedTuple):
    """`pricing` of a status of Meta's (webhooks/reference/messages/status)."""

    category: str
    """`marketing`, `utility`, `marketing_lite` …"""
    billable: bool | None
    """Whether it is charged; Meta will leave this out one day."""
    model: str | None
    """`PMP`: for each message."""
    kind: str | None
    """`regular`, or one of the words that begin with `free_`."""

    @property
    def is_charged(self) -> bool:
        """Whether Meta charges for the message once it is delivered."""
        return self.kind in (None, "regular") if self.billable is None else self.billable


class Told(NamedTuple):
    """What an update of Meta's says of an attempt's price."""

    attempt: str
    """The attempt that the update is of."""
    run: int
    """Its run."""
    status: State
    """The update's own status: `sent`, `delivered` or `read`."""
    pricing: Pricing
    """What it says."""


def expect(store: Store, run: int, claimed: Sequence[Expected]) -> None:
    """Keep what newly claimed attempts of `run` will cost, inside the transaction that claims them."""
    store.execute_rows(
        "INSERT INTO message_prices (attempt, run, country, expected) {rows}",
        [(each.attempt, run, each.country, each.micros) for each in claimed],
    )


def hear(store: Store, told: Sequence[Told]) -> None:
    """Keep what Meta's updates tell of prices, inside the transaction that takes them in. In any order and any
    number of times: what the highest state tells stands. Nothing is kept of runs without a rate card, which have no
    use for it.

    What costs a run with a bound more than was expected counts as much from now on, and so do its next messages."""
    runs = _with_a_card(store, {each.run for each in told})
    highest: dict[str, Told] = {}
    for each in told:
        known = highest.get(each.attempt)
        if each.run in runs and (known is None or rank_of(each.status) > rank_of(known.status)):
            highest[each.attempt] = each
    store.execute_many(
        """INSERT INTO message_prices (attempt, run, category, billable, model, kind, told_rank)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (attempt) DO UPDATE SET category = excluded.category,
               billable = excluded.billable, model = excluded.model, kind = excluded.kind,
               told_rank = excluded.told_rank
           WHERE excluded.told_rank > message_prices.told_rank""",
        [_row(each) for each in highest.values()],
    )
    _heed_dearer(store, [each.attempt for each in highest.values() if each.pricing.is_charged])


_OF_TEXTS = ("marketing", "utility", "authentication")

_DEARER = """SELECT prices.attempt, prices.run, told.category, coalesce(own.micros, others.micros) AS micros,
        runs.template, messages.language, attempts.claimed_at AS at
    FROM (SELECT attempt, CASE category WHEN 'marketing_lite' THEN 'marketing' ELSE category END AS category
        FROM message_prices WHERE attempt IN ({attempts})) AS told
    JOIN message_prices AS prices ON prices.attempt = told.attempt
    JOIN invite_send_runs AS runs ON runs.id = prices.run AND runs.max_cost IS NOT NULL
    JOIN send_attempts AS attempts ON attempts.id = prices.attempt
    JOIN invite_messages AS messages ON messages.id = attempts.message
    LEFT JOIN rates AS own ON own.card = runs.rate_card AND own.category = told.category
        AND own.country = prices.country AND substr(claimed_at, 1, 10) BETWEEN own.valid_from AND own.valid_until
    LEFT JOIN rates AS others ON others.card = runs.rate_card AND others.category = told.category
        AND others.country = '*' AND substr(claimed_at, 1, 10) BETWEEN others.valid_from AND others.valid_until
    WHERE coalesce(own.micros, others.micros) > prices.expected"""


def _heed_dearer(store: Store, charged: Sequence[str]) -> None:
    """Expect of these attempts what they cost by the category that was told, where that is more, and of their texts
    that they have it: the webhook about that may never come."""
    if not charged:
        return
    rows = store.rows(_DEARER.format(attempts=members("attempts")), {"attempts": together(charged)})
    for row in rows:
        store.execute(
            "UPDATE message_prices SET expected = :micros WHERE attempt = :attempt",
            {"micros": row["micros"], "attempt": row["attempt"]},
        )
        store.execute("UPDATE invite_send_runs SET claimed_cost = NULL WHERE id = ?", (row["run"],))
        if row["category"] in _OF_TEXTS:
            text = Named(None, row["template"], row["language"])
            template_standing.hear(store, text, Aspect.CATEGORY, row["category"].upper(), at=row["at"])


def _with_a_card(store: Store, runs: Collection[int]) -> set[int]:
    if not runs:
        return set()
    rows = store.rows(
        f"SELECT id FROM invite_send_runs WHERE rate_card IS NOT NULL AND id IN ({members('runs')})",
        {"runs": together(runs)},
    )
    return {row["id"] for row in rows}


def _row(told: Told) -> tuple[object, ...]:
    pricing = told.pricing
    billable = None if pricing.billable is None else int(pricing.billable)
    return (
        told.attempt, told.run, pricing.category, billable, pricing.model, pricing.kind, rank_of(told.status)
    )  # fmt: skip


MAY_BE_CHARGED = """(attempts.state NOT IN ('cancelled', 'failed')
    OR attempts.delivered_at IS NOT NULL OR attempts.read_at IS NOT NULL)"""
"""Whether an attempt was, or still may be, delivered: those in doubt are, whatever was taken for not sent is not."""


class Unpriced(NamedTuple):
    """An attempt that may be charged, and whose price was not kept when it was claimed."""

    address: str | None
    """Where it went."""
    language: str | None
    """Of its text."""


def spent(store: Store, run: int) -> tuple[int, list[Unpriced]]:
    """What the attempts of `run` cost that may be charged, in micros, and those of whom no price was kept."""
    known = store.value(
        f"""SELECT coalesce(sum(prices.expected), 0) FROM message_prices AS prices
            JOIN send_attempts AS attempts ON attempts.id = prices.attempt
            WHERE prices.run = :run AND {MAY_BE_CHARGED}""",
        {"run": run},
    )
    rows = store.rows(
        f"""SELECT messages.address, messages.language FROM invite_messages AS messages
            JOIN send_attempts AS attempts ON attempts.message = messages.id
            WHERE messages.run = :run AND {MAY_BE_CHARGED} AND NOT EXISTS (
                SELECT 1 FROM message_prices AS prices
                WHERE prices.attempt = attempts.id AND prices.expected IS NOT NULL)""",
        {"run": run},
    )
    return int(known), [Unpriced(row["address"], row["language"]) for row in rows]
