"""What is not kept for ever, and what is."""

from datetime import timedelta

import pytest

from invite_core.delivery import listener_life, pruning
from invite_core.delivery.tally import Tally
from invite_core.lifecycle import attempts
from invite_core.people import contacts, do_not_message, erasing
from invite_core.people.erased import ErasedPerson
from invite_core.provider.outcome import Accepted
from invite_core.store import Store
from tests.builders import ORGANISER
from tests.delivery.rows import ANA, ATTEMPT, NOW, add_contact, invite, message_row, take, the_receipt


def prune(store: Store, days: float) -> int:
    """Prune so many days later."""
    with store.write():
        return pruning.prune(store, now=NOW + timedelta(days=days))


def odd_bodies(store: Store, count: int) -> None:
    """So many bodies that nobody understands."""
    with store.write():
        store.execute_many(
            """INSERT INTO webhook_receipts (key, kind, outcome, body, note, received_at)
               VALUES (?, 'body', 'quarantined', ?, 'the body is not JSON', '2026-03-01T12:30:00.000Z')""",
            [(str(n).encode(), b"x" * 10) for n in range(count)],
        )


def bodies_kept(store: Store) -> int:
    """How many odd bodies are still there."""
    return int(store.value("SELECT count(body) FROM webhook_receipts"))


def test_update_waits_thirty_days_for_its_message(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    take(store, "status_without_recipient")
    assert prune(store, 29.9) == 0
    with store.write():
        attempts.record_outcome(store, ATTEMPT, Accepted("wamid.ana"), now=NOW)
    assert message_row(store, invited.message)["state"] == "delivered"


def test_update_that_waited_longer_is_ignored_and_still_known(store: Store) -> None:
    take(store, "status_without_recipient")
    assert prune(store, 30.1) == 1
    receipt = the_receipt(store)
    assert (receipt["outcome"], receipt["update_json"], receipt["note"]) == (
        "ignored",
        None,
        "no message in 30 days",
    )
    assert take(store, "status_without_recipient") == Tally(bodies=1, repeated=1)
    assert prune(store, 31) == 0


def test_reply_that_waited_longer_stays_with_the_organiser(store: Store) -> None:
    take(store, "tap")
    assert prune(store, 31) == 1
    assert store.value("SELECT count(*) FROM replies") == 1


def test_only_the_newest_odd_bodies_are_kept_and_every_receipt(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "MOST_BODIES", 10)
    odd_bodies(store, 25)
    assert prune(store, 0) == 15
    assert bodies_kept(store) == 10
    newest = store.value("SELECT min(id) FROM webhook_receipts WHERE body IS NOT NULL")
    assert newest == 16
    assert store.value("SELECT count(*) FROM webhook_receipts WHERE note <> ''") == 25


def test_one_call_does_a_bounded_part(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST_BODIES", 0)
    odd_bodies(store, pruning.AT_ONCE + 1)
    assert prune(store, 0) == pruning.AT_ONCE
    assert prune(store, 0) == 1


def test_beat_of_the_listener_prunes_once_a_minute(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST_BODIES", 0)
    with store.write():
        life = listener_life.begin(store, pid=1, address="http://127.0.0.1:8080/webhook", now=NOW)
    odd_bodies(store, 1)
    for seconds, kept in [(4, 1), (59, 1), (61, 0)]:
        with store.write():
            listener_life.beat(store, life, Tally(), now=NOW + timedelta(seconds=seconds))
        assert bodies_kept(store) == kept


def test_pruning_walks_no_table(store: Store) -> None:
    """However many receipts there are, what it looks for is found by an index."""
    for condition in ("outcome = 'unmatched' AND received_at < '2026'", "body IS NOT NULL ORDER BY id DESC"):
        rows = store.rows(f"EXPLAIN QUERY PLAN SELECT id FROM webhook_receipts WHERE {condition}")
        assert "receipts_" in rows[0]["detail"]


MOVED, NEW_USER_ID = "+447700900202", "GB.99990000111122223333"


def clear_addresses(store: Store) -> list[str]:
    """Where WhatsApp says that people went, as far as it is kept in clear."""
    rows = store.rows("SELECT address FROM address_changes WHERE address IS NOT NULL ORDER BY address")
    return [row["address"] for row in rows]


def test_where_a_stranger_went_is_kept_in_clear_for_thirty_days_and_then_by_its_hash(store: Store) -> None:
    take(store, "user_changed_number")
    prune(store, 29)
    assert clear_addresses(store) == [MOVED[1:], NEW_USER_ID]
    assert prune(store, 31) == 2
    assert clear_addresses(store) == []
    assert prune(store, 32) == 0
    do_not_message.block(
        store, address=ANA, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    later = contacts.add(store, name="Ana", phones=[MOVED], by=ORGANISER, now=NOW)
    assert contacts.show(store, later)["do_not_message"]


def test_a_block_that_comes_after_a_strangers_new_number_became_somebodys_follows_too(store: Store) -> None:
    take(store, "user_changed_number")
    prune(store, 31)
    ana = contacts.add(store, name="Ana", phones=[MOVED], by=ORGANISER, now=NOW)
    assert prune(store, 32) == 0
    do_not_message.block(
        store, address=ANA, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    assert contacts.show(store, ana)["do_not_message"]


def test_where_a_known_person_went_stays_in_clear(store: Store) -> None:
    add_contact(store)
    take(store, "user_changed_number")
    assert prune(store, 31) == 0
    assert clear_addresses(store) == [MOVED[1:], NEW_USER_ID]


def test_an_erased_person_stays_so_where_they_went_though_only_its_hash_is_kept(store: Store) -> None:
    take(store, "user_changed_number")
    prune(store, 31)
    erasing.erase(store, add_contact(store), by=ORGANISER, now=NOW)
    with pytest.raises(ErasedPerson):
        contacts.add(store, name="Ana", phones=[MOVED], by=ORGANISER, now=NOW)
