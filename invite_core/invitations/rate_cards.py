"""The rate cards that were imported: the newest counts for what is sent next, and each run keeps its own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations.rate_card import EVERYWHERE, Rate, RateCard
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store
from invite_core.store.dialect import members, together

Kind = tuple[str, str]
"""What has a price of its own: a country and a category."""


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card in the file."""

    id: int
    name: str
    """The imported file's."""
    currency: str
    imported_at: str
    imported_by: str
    rates: int
    """How many prices it has."""
    valid_from: str
    """The first day of its first price."""
    valid_until: str
    """The last day of its last price."""


def keep(store: Store, card: RateCard, name: str, *, by: Operator, now: datetime) -> KeptCard:
    """Keep a card as the newest; what was sent with an earlier one keeps its prices."""
    by.may_act("import prices")
    with store.write():
        new = store.insert(
            """INSERT INTO rate_cards (name, currency, imported_at, imported_by)
               VALUES (:name, :currency, :at, :by)""",
            {"name": name, "currency": card.currency, "at": stored(now), "by": by.name},
        )
        store.execute_many(
            """INSERT INTO rates (card, country, category, valid_from, valid_until, micros)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [
                (new, rate.country, rate.category, rate.valid_from, rate.valid_until, rate.micros)
                for rate in card.rates
            ],
        )
        acts.record(store, "import prices", "rate card", str(new), detail={"name": name}, by=by, now=now)
    return get(store, new)


def newest(store: Store) -> KeptCard | None:
    """The card that counts for what is sent next, or None where none was imported."""
    card = store.value("SELECT max(id) FROM rate_cards")
    return get(store, card) if card is not None else None


def get(store: Store, card: int) -> KeptCard:
    """The card with that id. Raises LookupError."""
    row = store.row(
        """SELECT id, name, currency, imported_at, imported_by,
               (SELECT count(*) FROM rates WHERE card = id) AS rates,
               (SELECT min(valid_from) FROM rates WHERE card = id) AS valid_from,
               (SELECT max(valid_until) FROM rates WHERE card = id) AS valid_until
           FROM rate_cards WHERE id = ?""",
        (card,),
    )
    if row is None:
        raise LookupError(f"there is no rate card {card}")
    return KeptCard(**dict(row))


def rates_of(store: Store, card: int) -> list[Rate]:
    """Every price of a card, by country and category."""
    rows = store.rows(
        """SELECT country, category, valid_from, valid_until, micros FROM rates WHERE card = ?
           ORDER BY country, category, valid_from""",
        (card,),
    )
    return [Rate(**dict(row)) for row in rows]


def prices(store: Store, card: int, kinds: Collection[Kind], *, day: str) -> Mapping[Kind, int]:
    """What one message of each kind costs on `day` (`2026-10-01`), in micros; a kind without a price is left out."""
    rows = store.rows(
        f"""SELECT country, category, micros FROM rates WHERE card = :card
            AND valid_from <= :day AND valid_until >= :day
            AND country IN ({members("countries")}) AND category IN ({members("categories")})""",
        {
            "card": card,
            "day": day,
            "countries": together(sorted({EVERYWHERE, *(country for country, _ in kinds)})),
            "categories": together(sorted({category for _, category in kinds})),
        },
    )
    known = {(row["country"], row["category"]): int(row["micros"]) for row in rows}
    found = {}
    for country, category in kinds:
        price = known.get((country, category), known.get((EVERYWHERE, category)))
        if price is not None:
            found[country, category] = price
    return found
