"""The views that other programs read say what the screens say, and nothing of anybody who was erased."""

from datetime import timedelta

from invite_core import instants
from invite_core.delivery.recorded_answers import record
from invite_core.invitations.events import Event
from invite_core.operations.erasure import erase
from invite_core.people import consent, contacts, do_not_message
from invite_core.store import Store
from invite_core.views.not_reached import not_reached
from invite_core.views.rsvp_board import rsvp_board
from tests.builders import NOW, ORGANISER, a_contact, later
from tests.invitations.outcomes import merge
from tests.views.test_not_reached import event, spread

__all__ = ["event", "spread"]


def test_people_have_the_consent_and_the_blocks_that_the_policy_sees(store: Store) -> None:
    given = a_contact(store, "Ana", 1, tags=["vip", "b"])
    a_contact(store, "Ben", 2, consented=False)
    taken_back, merged, kept = (a_contact(store, name, n) for n, name in enumerate(("Cara", "Dan", "D."), 3))
    consent.revoke(store, taken_back, source="phone", at=NOW - timedelta(days=9), by=ORGANISER, now=NOW)
    do_not_message.block(
        store, contact=merged, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    do_not_message.block(
        store, contact=given, scope="marketing", reason="x", source="user_preferences", at=NOW, by=ORGANISER,
        now=NOW,
    )  # fmt: skip
    merge(store, kept, merged)
    lifted = a_contact(store, "Eva", 6)
    do_not_message.block(
        store, contact=lifted, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    do_not_message.lift(store, contact=lifted, reason="mistake", by=ORGANISER, now=later(60))
    seen = store.rows("SELECT * FROM v_people ORDER BY contact")
    known = contacts.listing(store)
    assert len(seen) == len(known) == 5
    for row, person in zip(seen, known, strict=True):
        for key in ("contact", "name", "phone", "language", "household", "places"):
            assert row[key] == person[key]
        assert row["tags"] == ("b, vip" if row["contact"] == given else None)
        assert bool(row["do_not_message"]) is person["do_not_message"]
        assert bool(row["marketing_stopped"]) is person["marketing_stopped"]
        assert (row["consent"] == "given") is person["consent"]
    assert [row["consent"] for row in seen] == ["given", "none", "taken back", "given", "given"]
    assert [row["do_not_message"] for row in seen] == [0, 0, 0, 1, 0]


def test_who_was_not_reached_is_who_the_screen_says(store: Store, spread: Event) -> None:
    with store.write():
        store.execute(
            "UPDATE invite_messages SET accepted_at = '2020-01-01T00:00:00.000Z' WHERE state = 'sent'"
        )
    lines = not_reached(store, spread, now=instants.now())
    assert {line["state"] for line in lines} == {"blocked", "failed", "unconfirmed", "held", "undelivered"}
    seen = store.rows("SELECT * FROM v_not_reached ORDER BY contact")
    keys = ("contact", "name", "phone", "state", "since", "message", "run")
    assert [tuple(row[key] for key in keys) for row in seen] == [
        tuple(line[key] for key in keys) for line in sorted(lines, key=lambda line: int(line["contact"]))
    ]


def test_the_answer_that_counts_is_the_last_given(store: Store, spread: Event) -> None:
    record(store, spread, 1, "yes", places=4, via="phone", by=ORGANISER, now=NOW)
    record(store, spread, 1, "no", places=None, via="phone", by=ORGANISER, now=later(60))
    record(store, spread, 2, "yes", places=3, via="phone", by=ORGANISER, now=later(100 * 86_400))
    answered = [line for line in rsvp_board(store, spread)["people"] if line["answer"] != "none"]
    seen = store.rows("SELECT * FROM v_answers ORDER BY contact")
    assert [
        (row["contact"], row["answer"], row["places"], row["answered_at"], bool(row["late"])) for row in seen
    ] == [tuple(line[key] for key in ("contact", "answer", "places", "at", "late")) for line in answered]
    assert [row["late"] for row in seen] == [0, 1, 0]


def test_messages_are_those_of_the_runs(store: Store, spread: Event) -> None:
    rows = store.rows("SELECT message, name, state, event_name FROM v_messages ORDER BY message")
    stored = store.rows("SELECT id, state FROM invite_messages ORDER BY id")
    assert [(row["message"], row["state"]) for row in rows] == [(row["id"], row["state"]) for row in stored]
    assert rows[0]["event_name"] == "Summer party"


def test_nobody_who_was_erased_is_in_a_view(store: Store, spread: Event) -> None:
    record(store, spread, 1, "yes", places=4, via="phone", by=ORGANISER, now=NOW)
    erase(store, 1, by=ORGANISER, now=later(60))
    erase(store, 2, by=ORGANISER, now=later(60))
    for view in ("v_people", "v_messages", "v_answers", "v_not_reached"):
        found = {row["contact"] for row in store.rows(f"SELECT contact FROM {view}")}
        assert found
        assert not found & {1, 2}
