"""What a run has cost so far: what Meta's updates tell, at the prices of the run's own card."""

from dataclasses import dataclass
from typing import Any

from invite_core.invitations import rate_cards, runs
from invite_core.invitations.money import plain, spoken
from invite_core.invitations.rate_cards import Kind
from invite_core.lifecycle import prices
from invite_core.store import Store

_SAME_PRICE = {"marketing_lite": "marketing"}
"""Words of Meta's updates for which a card has another: a marketing message that went another way."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a run as far as it is known."""

    currency: str | None
    """Of the run's card; None where it has none, and no amount is known."""
    charged: int
    """Micros: every delivered message that Meta charges for, as far as its price is known."""
    at_most: int | None
    """Micros: what is charged, and whatever is on its way or in doubt; None without a card."""
    max_cost: int | None
    """What may be spent, in micros; None: no bound."""
    charged_messages: int
    """Delivered messages that Meta charges for."""
    free_messages: int
    """Delivered messages that Meta says are free."""
    not_told: int
    """Delivered messages of which no update told the price."""
    without_price: int
    """Messages among those charged for which the card has no price."""

    def sentence(self) -> str:
        """The cost for a person, or '' where nothing was delivered yet and nothing is bounded."""
        parts = []
        if self.currency and (self.charged_messages or self.at_most):
            parts.append(f"{spoken(self.charged, self.currency)} so far")
            if self.at_most is not None and self.at_most > self.charged:
                parts.append(f"{spoken(self.at_most, self.currency)} with what is on its way or in doubt")
        if self.currency and self.max_cost is not None:
            parts.append(f"at most {spoken(self.max_cost, self.currency)}")
        if self.charged_messages and not self.currency:
            parts.append(f"{self.charged_messages:,} charged (no rate card says at what price)")
        if self.free_messages:
            parts.append(f"{self.free_messages:,} free")
        if self.without_price:
            parts.append(f"{self.without_price:,} at an unknown price")
        if self.not_told and (parts or self.charged_messages):
            parts.append(f"of {self.not_told:,} delivered Meta has not told the price")
        return f"Cost: {', '.join(parts)}." if parts else ""

    def as_json(self) -> dict[str, Any]:
        """The cost for a script; amounts are texts with a decimal point, null where there is no card."""
        known = self.currency is not None
        return {
            "currency": self.currency,
            "charged": plain(self.charged) if known else None,
            "at_most": None if self.at_most is None else plain(self.at_most),
            "max_cost": None if self.max_cost is None else plain(self.max_cost),
            "charged_messages": self.charged_messages,
            "free_messages": self.free_messages,
            "not_told": self.not_told,
            "without_price": self.without_price,
        }


@dataclass(frozen=True, slots=True)
class _Alike:
    """Delivered messages that cost the same."""

    country: str
    category: str | None
    """None: no update told it."""
    charged: bool
    day: str
    n: int

    @property
    def kind(self) -> Kind:
        category = self.category or ""
        return self.country, _SAME_PRICE.get(category, category)


def run_cost(store: Store, run: int) -> Cost | None:
    """What the run has cost, read in one moment; None where it has no rate card and no update told a price.

    Raises `RunFault` for an unknown id.
    """
    with store.snapshot():
        found = runs.get(store, run)
        told = store.value("SELECT 1 FROM message_prices WHERE run = ? LIMIT 1", (run,))
        if found.rate_card is None and told is None:
            return None
        delivered = _delivered(store, run)
        charged = [row for row in delivered if row.category is not None and row.charged]
        each = _prices(store, found.rate_card, charged)
        return Cost(
            currency=rate_cards.get(store, found.rate_card).currency if found.rate_card else None,
            charged=sum(price * row.n for row, price in zip(charged, each, strict=True) if price is not None),
            at_most=prices.spent(store, run)[0] if found.rate_card else None,
            max_cost=found.max_cost,
            charged_messages=sum(row.n for row in charged),
            free_messages=sum(row.n for row in delivered if row.category is not None and not row.charged),
            not_told=sum(row.n for row in delivered if row.category is None),
            without_price=sum(row.n for row, price in zip(charged, each, strict=True) if price is None),
        )


def _delivered(store: Store, run: int) -> list[_Alike]:
    # Meta is to leave out `billable`; then the kind tells (Meta, webhooks/reference/messages/status).
    rows = store.rows(
        """SELECT coalesce(prices.country, '') AS country, prices.category,
               coalesce(prices.billable, CASE coalesce(prices.kind, 'regular') WHEN 'regular' THEN 1 ELSE 0 END)
                   AS charged,
               substr(coalesce(attempts.delivered_at, attempts.read_at), 1, 10) AS day, count(*) AS n
           FROM invite_messages AS messages JOIN send_attempts AS attempts ON attempts.message = messages.id
           LEFT JOIN message_prices AS prices ON prices.attempt = attempts.id
           WHERE messages.run = :run AND coalesce(attempts.delivered_at, attempts.read_at) IS NOT NULL
           GROUP BY 1, 2, 3, 4""",
        {"run": run},
    )
    return [
        _Alike(row["country"], row["category"], bool(row["charged"]), row["day"], row["n"]) for row in rows
    ]


def _prices(store: Store, card: int | None, charged: list[_Alike]) -> list[int | None]:
    """The price of one message of each, by the card on the day of delivery."""
    days = {row.day: {each.kind for each in charged if each.day == row.day} for row in charged}
    known = {
        day: rate_cards.prices(store, card, kinds, day=day) for day, kinds in days.items() if card is not None
    }
    return [known.get(row.day, {}).get(row.kind) for row in charged]
