"""What a status says of its price, and what is odd in it."""

import pytest

from invite_core.delivery.pricing import pricing_of
from invite_core.instants import read
from invite_core.lifecycle import attempts
from invite_core.lifecycle.prices import Pricing
from invite_core.lifecycle.states import State, rank_of
from invite_core.provider.outcome import Accepted
from invite_core.store import Store
from tests.delivery.rows import ATTEMPT, invite, payload, take


def test_what_meta_says_of_the_price_is_read() -> None:
    told = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"}
    assert pricing_of(told) == Pricing("marketing", True, "PMP", "regular")
    without = {"type": "free_customer_service", "category": "SERVICE"}
    assert pricing_of(without) == Pricing("service", None, None, "free_customer_service")


@pytest.mark.parametrize(
    "raw", [None, [], "marketing", {}, {"category": 7}, {"category": "x" * 41}, {"category": "a b"}]
)
def test_what_is_no_price_is_none(raw: object) -> None:
    assert pricing_of(raw) is None


def test_odd_values_beside_a_category_are_left_out() -> None:
    odd = {"category": "utility", "billable": "yes", "pricing_model": {"a": 1}, "type": "\u0000"}
    assert pricing_of(odd) == Pricing("utility", None, None, None)


def told(store: Store) -> list[tuple[object, ...]]:
    """What the file knows of prices."""
    return [
        tuple(row) for row in store.rows("SELECT attempt, category, billable, told_rank FROM message_prices")
    ]


def let_runs_have_a_card(store: Store) -> None:
    """Give every run a rate card."""
    with store.write():
        card = store.insert(
            "INSERT INTO rate_cards (name, currency, imported_at, imported_by) VALUES ('card', 'EUR', '2026', 'me')"
        )
        store.execute("UPDATE invite_send_runs SET rate_card = ?", (card,))


def test_the_price_of_a_run_with_a_card_is_kept_as_the_highest_status_tells_it(store: Store) -> None:
    invite(store)
    take(store, "sent")
    assert told(store) == []  # without a card nobody asks for it
    let_runs_have_a_card(store)
    take(store, "delivered")
    assert told(store) == [(ATTEMPT, "marketing", 1, rank_of(State.DELIVERED))]
    take(store, payload("read").replace(b'"status": "read"', b'"status": "sent"'))
    assert told(store) == [(ATTEMPT, "marketing", 1, rank_of(State.DELIVERED))]


def test_the_price_of_what_waited_on_the_shelf_is_kept_once_its_message_is_known(store: Store) -> None:
    invite(store, provider_message_id=None)
    let_runs_have_a_card(store)
    early = payload("sent").replace(ATTEMPT.encode(), b"0" * 32)
    assert take(store, early).unmatched == 1
    assert told(store) == []
    with store.write():
        attempts.record_outcome(store, ATTEMPT, Accepted("wamid.ana"), now=read("2026-03-01T12:30:01.000Z"))
    assert told(store) == [(ATTEMPT, "marketing", 1, rank_of(State.SENT))]
