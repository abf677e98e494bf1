"""Changes of address and blocks, in every order in which they may come, end alike."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import permutations

import pytest

from invite_core.people import contacts, do_not_message, erasing, guard_entries
from invite_core.store import Store
from tests.builders import ORGANISER
from tests.delivery.rows import ANA, NOW, add_contact, payload, take

OLD, SECOND, THIRD, NEWEST = "447700900101", "447700900202", "447700900303", "447700900404"

Event = Callable[[Store], object]


class Undone(Exception):
    """Ends a history, so that the next one begins with the same file."""


@contextmanager
def history(store: Store) -> Iterator[None]:
    """What is done inside is undone afterwards; nothing is written between, so that nothing is left to a later
    transaction."""
    with suppress(Undone), store.write():
        yield
        raise Undone


def change(old: str, new: str, seconds: int, wamid: str = "wamid.system") -> Event:
    """WhatsApp tells that somebody changed their number, so many seconds after the first change."""
    document = json.loads(payload("user_changed_number"))
    message = document["entry"][0]["changes"][0]["value"]["messages"][0]
    message |= {"from": old, "id": f"{wamid}.{old}.{new}", "timestamp": str(1772366700 + seconds)}
    message["system"] = {"type": "user_changed_number", "wa_id": new, "body": "changed"}
    body = json.dumps(document).encode()
    return lambda store: take(store, body, now=NOW)


def stopped(store: Store) -> object:
    """She writes STOP from her old number, before the changes; it may come after them."""
    return take(store, payload("text_stop").replace(b"1772366700", b"1772366600"), now=NOW)


MOVES = (change(OLD, SECOND, 0), change(SECOND, THIRD, 10), change(THIRD, NEWEST, 20))


def numbers_in_use(store: Store, contact: int) -> list[str]:
    rows = store.rows(
        "SELECT value FROM contact_identities WHERE contact = ? AND kind = 'phone' AND retired_at IS NULL",
        (contact,),
    )
    return [row["value"] for row in rows]


def test_every_order_of_changes_and_a_stop_ends_with_the_newest_number_hers_and_blocked(
    store: Store,
) -> None:
    ana = add_contact(store)
    for order in permutations((*MOVES, stopped)):
        with history(store):
            for event in order:
                event(store)
            assert numbers_in_use(store, ana) == [f"+{NEWEST}"]
            for number in (OLD, SECOND, THIRD, NEWEST):
                assert do_not_message.is_blocked(store, number)
            blocks = store.rows(
                "SELECT match_key, source, at FROM do_not_message WHERE match_key LIKE '44%' ORDER BY match_key"
            )
            assert [tuple(row) for row in blocks] == [
                (OLD, "stop_word", "2026-03-01T12:03:20.000Z"),
                (SECOND, "stop_word", "2026-03-01T12:05:00.000Z"),
                (THIRD, "stop_word", "2026-03-01T12:05:10.000Z"),
                (NEWEST, "stop_word", "2026-03-01T12:05:20.000Z"),
            ]


@pytest.mark.parametrize("by_contact", [False, True])
def test_somebody_stored_and_blocked_after_the_changes_is_blocked_at_the_newest_number(
    store: Store, by_contact: bool
) -> None:
    for order in permutations(MOVES):
        with history(store):
            for event in order:
                event(store)
            ana = add_contact(store)
            assert numbers_in_use(store, ana) == [ANA]
            do_not_message.block(
                store, **({"contact": ana} if by_contact else {"address": ANA}), reason="She asked.",
                source="organiser", at=NOW, by=ORGANISER, now=NOW,
            )  # fmt: skip
            later = contacts.add(store, name="Ana", phones=[f"+{NEWEST}"], by=ORGANISER, now=NOW)
            assert contacts.show(store, later)["do_not_message"]


def test_a_lift_at_the_newest_number_is_undone_by_a_later_block_only(store: Store) -> None:
    add_contact(store)
    for event in (stopped, *MOVES[1:], MOVES[0]):
        event(store)
    do_not_message.lift(store, address=NEWEST, reason="She asked again.", by=ORGANISER, now=NOW)
    MOVES[0](store)
    change(OLD, SECOND, 0, "wamid.again")(store)
    take(
        store,
        payload("text_stop").replace(b"1772366700", b"1772366650").replace(b"wamid.reply", b"wamid.older"),
    )
    assert not do_not_message.is_blocked(store, NEWEST)
    take(store, payload("text_stop").replace(b"1772366700", b"1772373600").replace(b"wamid.reply", b"wamid.newer"),
         now=NOW + timedelta(hours=3))  # fmt: skip
    assert do_not_message.is_blocked(store, NEWEST)


def test_whoever_moves_round_in_a_circle_ends_where_they_went_last(store: Store) -> None:
    ana = add_contact(store)
    moves = (change(OLD, SECOND, 0), change(SECOND, THIRD, 10), change(THIRD, OLD, 20))
    for order in permutations((*moves, stopped)):
        with history(store):
            for event in order:
                event(store)
            assert numbers_in_use(store, ana) == [ANA]
            for number in (OLD, SECOND, THIRD):
                assert do_not_message.is_blocked(store, number)


def test_whoever_comes_to_a_number_does_not_go_on_with_those_who_had_left_it_before(store: Store) -> None:
    ana = add_contact(store)
    change(SECOND, THIRD, -10)(store)
    MOVES[0](store)
    assert numbers_in_use(store, ana) == [f"+{SECOND}"]


def test_every_order_of_changes_a_stop_and_an_erasure_leaves_hashes_that_block(store: Store) -> None:
    ana = add_contact(store)

    def erased(store: Store) -> object:
        return erasing.erase(store, ana, by=ORGANISER, now=NOW)

    for order in permutations((*MOVES[:2], stopped, erased)):
        with history(store):
            for event in order:
                event(store)
            for table in ("address_changes", "do_not_message", "contact_identities"):
                clear = store.rows(f"SELECT * FROM {table} WHERE match_key IS NOT NULL")
                assert [tuple(row) for row in clear] == []
            hashes = {store.keyed_hash(number) for number in (OLD, SECOND, THIRD)}
            rows = store.rows("SELECT DISTINCT key_hash FROM do_not_message WHERE act = 'block'")
            assert {row["key_hash"] for row in rows} >= hashes
            bob = contacts.add(store, name="Bob", by=ORGANISER, now=NOW)
            store.execute(
                """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
                   VALUES (?, 'phone', ?, ?, '')""",
                (bob, f"+{THIRD}", THIRD),
            )
            guard_entries.recognise(store, [THIRD], now=NOW)
            assert contacts.show(store, bob)["do_not_message"]
