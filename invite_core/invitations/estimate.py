"""What sending a plan will cost at most, by the prices that hold on the day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import rate_cards
from invite_core.invitations.money import plain, spoken
from invite_core.invitations.plan import Plan
from invite_core.invitations.price_countries import TELLING, country_of
from invite_core.invitations.rate_cards import KeptCard, Kind
from invite_core.store import Store


class UnknownPrice(InviteError):
    """Somebody's message has no price, so that no amount can be kept to."""


@dataclass(frozen=True, slots=True)
class Line:
    """The messages of one country and category."""

    country: str
    """Two letters; '' where the number's country cannot be told."""
    category: str
    """Meta's, in small letters."""
    people: int
    """How many messages."""
    each: int | None
    """The price of one in micros, or None where the card has none for the day."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the eligible people of a plan cost. An upper bound: Meta charges for what is delivered."""

    card: KeptCard
    """Where the prices are from."""
    lines: tuple[Line, ...]
    """By country and category, the dearest first, those without a price last."""

    @property
    def micros(self) -> int:
        """The sum of what has a price."""
        return sum(line.people * line.each for line in self.lines if line.each is not None)

    @property
    def without_price(self) -> tuple[Line, ...]:
        """What the card has no price for."""
        return tuple(line for line in self.lines if line.each is None)

    def sentence(self) -> str:
        """The estimate for a person."""
        told = f"Costs up to {spoken(self.micros, self.card.currency)} by {self.card.name}"
        if not self.without_price:
            return f"{told}."
        missing = sum(line.people for line in self.without_price)
        return f"{told}, and {missing:,} {'message has' if missing == 1 else 'messages have'} no price in it."

    def as_json(self) -> dict[str, Any]:
        """The estimate for a script; amounts are texts with a decimal point."""
        return {
            "currency": self.card.currency,
            "amount": plain(self.micros),
            "card": self.card.name,
            "valid_until": self.card.valid_until,
            "lines": [
                {
                    "country": line.country,
                    "category": line.category,
                    "people": line.people,
                    "price": None if line.each is None else plain(line.each),
                }
                for line in self.lines
            ],
            "without_price": sum(line.people for line in self.without_price),
        }


def beginnings(people: Iterable[tuple[str | None, str | None]]) -> dict[tuple[str, str], int]:
    """How many of `people` (an address and the language of its text each) there are by what tells a price."""
    counted: dict[tuple[str, str], int] = {}
    for address, language in people:
        key = ((address or "")[:TELLING], language or "")
        counted[key] = counted.get(key, 0) + 1
    return counted


def estimate(
    store: Store, plan: Plan, counted: Mapping[tuple[str, str], int], *, now: datetime
) -> Estimate | None:
    """What so many messages of the plan cost, counted by `beginnings`; None where no prices were imported."""
    if plan.rate_card is None:
        return None
    category = {variant.language: variant.category.casefold() for variant in plan.variants}
    people: dict[Kind, int] = {}
    for (beginning, language), n in counted.items():
        kind = (country_of(beginning), category.get(language, ""))
        people[kind] = people.get(kind, 0) + n
    known = rate_cards.prices(store, plan.rate_card, people, day=stored(now)[:10])
    lines = [Line(country, of, n, known.get((country, of))) for (country, of), n in people.items()]
    lines.sort(key=lambda line: (line.each is None, -(line.each or 0) * line.people, line.country))
    return Estimate(rate_cards.get(store, plan.rate_card), tuple(lines))


def require_prices(plan: Plan, found: Estimate | None) -> None:
    """Raise `UnknownPrice` if the plan has an amount to keep to and a message has no price."""
    if plan.max_cost is None or found is None or not found.without_price:
        return
    kinds = [f"{line.category} in {line.country or 'an unknown country'}" for line in found.without_price]
    more = f" and {len(kinds) - 1} more" if len(kinds) > 1 else ""
    raise UnknownPrice(
        f"{found.card.name} has no price today for {kinds[0]}{more}, so --max-cost cannot be kept to.",
        "Import a rate card that has it (`invite-tui prices import FILE`), or leave out --max-cost.",
    )
