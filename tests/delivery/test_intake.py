"""Bodies taken in: every update once, with its effect, and in any order the same end."""

import itertools
import json

import pytest

from invite_core.delivery import intake
from invite_core.delivery.intake import given_at
from invite_core.delivery.tally import Tally
from invite_core.instants import read
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Accepted
from invite_core.store import Store, StoreError
from tests.delivery.rows import (
    ATTEMPT,
    NOW,
    Invited,
    invite,
    message_row,
    payload,
    take,
    the_receipt,
)

MILESTONES = ("state", "sent_at", "delivered_at", "read_at", "failed_at", "error_code")


def standing(store: Store, invited: Invited) -> tuple[object, ...]:
    """The message's state and milestones, and what the run counts."""
    row = message_row(store, invited.message)
    counted = store.rows(
        "SELECT name, n FROM run_counters WHERE run = ? AND n <> 0 ORDER BY name", (invited.run,)
    )
    return (*(row[name] for name in MILESTONES), *((each["name"], each["n"]) for each in counted))


def test_each_status_moves_the_message_forward(store: Store) -> None:
    invited = invite(store)
    for word in ("sent", "delivered", "read"):
        assert take(store, word).applied == 1
        assert message_row(store, invited.message)["state"] == word
    assert message_row(store, invited.message)["delivered_at"] == "2026-03-01T12:00:03.000Z"


@pytest.mark.parametrize("order", list(itertools.permutations(("sent", "delivered", "read"))), ids="-".join)
def test_every_order_with_repeats_ends_the_same(store: Store, order: tuple[str, ...]) -> None:
    invited = invite(store)
    for word in (*order, *order, order[0]):
        take(store, word)
    assert standing(store, invited) == (
        "read",
        "2026-03-01T12:00:01.000Z",
        "2026-03-01T12:00:03.000Z",
        "2026-03-01T12:01:01.000Z",
        None,
        None,
        ("read", 1),
    )
    assert store.value("SELECT count(*) FROM webhook_receipts") == 3


@pytest.mark.parametrize("order", [("read", "failed"), ("failed", "read")], ids="-".join)
def test_failed_stays_on_top_and_keeps_what_was_read(store: Store, order: tuple[str, ...]) -> None:
    invited = invite(store)
    for word in order:
        take(store, word)
    row = message_row(store, invited.message)
    assert (row["state"], row["error_code"]) == ("failed", 131026)
    assert row["read_at"] == "2026-03-01T12:01:01.000Z"


def test_late_delivered_tells_its_moment_and_does_not_undo_read(store: Store) -> None:
    invited = invite(store)
    take(store, "read")
    assert take(store, "delivered").applied == 1
    assert message_row(store, invited.message)["state"] == "read"


def test_repeat_raises_seen_and_changes_nothing_else(store: Store) -> None:
    invite(store)
    take(store, "sent")
    before = dict(the_receipt(store))
    transitions = store.value("SELECT count(*) FROM message_transitions")
    assert take(store, "sent") == Tally(bodies=1, repeated=1)
    assert dict(the_receipt(store)) == {**before, "seen": 2}
    assert store.value("SELECT count(*) FROM message_transitions") == transitions


def test_one_bad_item_spoils_none(store: Store) -> None:
    invited = invite(store)
    tally = take(store, "mixed_batch")
    assert tally == Tally(bodies=1, applied=5, ignored=1, quarantined=2)
    row = message_row(store, invited.message)
    assert (row["state"], row["sent_at"]) == ("read", "2026-03-01T12:00:01.000Z")
    assert store.value("SELECT count(*) FROM replies") == 1


def test_update_that_the_file_refuses_is_quarantined_and_spoils_no_other(store: Store) -> None:
    invited = invite(store)
    with store.write():
        store.execute("UPDATE run_counters SET n = 0 WHERE run = ?", (invited.run,))
    tally = take(store, "mixed_batch")
    assert tally.quarantined == 2 + 3
    assert store.value("SELECT count(*) FROM replies") == 1
    refused = store.row("SELECT * FROM webhook_receipts WHERE note LIKE '%IntegrityError%'")
    assert refused is not None
    assert json.loads(refused["body"])["provider_message_id"] == "wamid.ana"
    assert message_row(store, invited.message)["state"] == "accepted"


def test_status_before_the_answer_waits_and_is_applied_with_the_id(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    early = payload("status_without_recipient")
    assert take(store, early).unmatched == 1
    assert message_row(store, invited.message)["state"] == "sending"
    with store.write():
        attempts.record_outcome(store, ATTEMPT, Accepted("wamid.ana"), now=read("2026-03-01T12:30:01.000Z"))
    assert message_row(store, invited.message)["state"] == "delivered"
    receipt = the_receipt(store)
    assert (receipt["outcome"], receipt["message"]) == ("applied", invited.message)
    assert receipt["update_json"] is None
    assert take(store, early).repeated == 1


def test_attempt_id_finds_a_message_whose_answer_was_lost(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    assert take(store, "sent").applied == 1
    row = message_row(store, invited.message)
    assert (row["state"], row["provider_message_id"]) == ("sent", "wamid.ana")


def test_status_of_an_unconfirmed_attempt_leaves_no_word_of_the_doubt(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    with store.write():
        store.execute(
            "UPDATE send_attempts SET state = 'unconfirmed', error_code = 131000, error_detail = 'unknown'"
        )
    take(store, "delivered")
    row = message_row(store, invited.message)
    assert (row["state"], row["error_code"], row["error_detail"]) == ("delivered", None, None)


def test_second_failure_that_says_stop_blocks_the_person(store: Store) -> None:
    invite(store)
    take(store, "failed")
    take(store, payload("failed").replace(b"131026", b"131050"))
    assert [row["source"] for row in store.rows("SELECT source FROM do_not_message")] == ["error_131050"]


@pytest.mark.parametrize("name", ["foreign", "dashboard_test"])
def test_foreign_traffic_leaves_key_and_kind_only(store: Store, name: str) -> None:
    assert take(store, name) == Tally(bodies=1, ignored=1)
    receipt = dict(the_receipt(store))
    kept = {column for column, value in receipt.items() if value not in (None, "")}
    assert kept == {"id", "key", "kind", "outcome", "seen", "received_at"}
    assert receipt["outcome"] == "ignored"
    assert store.value("SELECT count(*) FROM replies") == 0


def test_other_fields_leave_their_name(store: Store) -> None:
    assert take(store, "unknown_field").ignored == 1
    assert the_receipt(store)["kind"] == "flows"


def test_update_over_which_our_code_stumbles_is_quarantined_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meta repeats for a week what is not answered with 200; nothing would be better then."""
    invited = invite(store)
    monkeypatch.setattr(intake, "take_reply", stumble)
    tally = take(store, "mixed_batch")
    assert (tally.quarantined, tally.applied) == (3, 4)
    assert message_row(store, invited.message)["state"] == "read"
    note = store.value("SELECT note FROM webhook_receipts WHERE kind = 'message'")
    assert note == "it could not be stored (AttributeError)"


def test_body_over_which_our_code_stumbles_is_quarantined(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "read_body", stumble)
    assert take(store, "sent") == Tally(bodies=1, quarantined=1)
    assert the_receipt(store)["note"] == "it could not be read (AttributeError)"
    assert the_receipt(store)["body"] == payload("sent")
    assert take(store, "sent") == Tally(bodies=1, repeated=1)


def stumble(*_: object, **__: object) -> None:
    """A defect of ours."""
    raise AttributeError("a defect of ours")


def test_a_storage_failure_is_no_fault_of_the_update(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(intake, "take_reply", full)
    with pytest.raises(StoreError):
        take(store, "text")
    assert store.value("SELECT count(*) FROM webhook_receipts") == 0


def test_body_that_is_not_understood_is_kept_in_part(store: Store) -> None:
    assert take(store, b"x" * 100_000) == Tally(bodies=1, quarantined=1)
    receipt = the_receipt(store)
    assert (receipt["kind"], receipt["note"]) == ("body", "the body is not JSON")
    assert receipt["body"] == b"x" * 16_384


def test_a_moment_far_ahead_of_our_clock_counts_as_now() -> None:
    assert given_at("2026-03-01T13:00:00.000Z", NOW) == read("2026-03-01T13:00:00.000Z")
    assert given_at("2099-01-01T00:00:00.000Z", NOW) == NOW


def test_tallies_add_up() -> None:
    assert Tally(1, applied=2) + Tally(1, stale=3) == Tally(2, applied=2, stale=3)
