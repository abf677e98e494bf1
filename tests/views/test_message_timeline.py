"""One message's story: in order, with what changed nothing standing where it came."""

import hashlib

import pytest

from invite_core.instants import stored
from invite_core.lifecycle import control, messages
from invite_core.lifecycle.states import State
from invite_core.people import do_not_message
from invite_core.store import Store
from invite_core.views.message_timeline import MessageFault, timeline
from invite_core.views.run_messages import message
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, later
from tests.invitations.outcomes import accept, answer, claim, lose, told

KEYS = ["at", "provider_at", "from", "to", "cause", "outcome"]


def stale(
    store: Store,
    status: str,
    *,
    at: float,
    code: int | None = None,
    outcome: str = "stale",
    sent: float | None = None,
) -> None:
    """The receipt of an update, one that added nothing unless said otherwise."""
    with store.write():
        store.insert(
            """INSERT INTO webhook_receipts (key, kind, status, provider_at, error_code, message, outcome, received_at)
               VALUES (:key, 'status', :status, :sent, :code, 1, :outcome, :at)""",
            {
                "key": hashlib.sha256(f"{status}{at}".encode()).digest(),
                "status": status,
                "outcome": outcome,
                "sent": stored(later(at - 100 if sent is None else sent)),
                "code": code,
                "at": stored(later(at)),
            },
        )


def story(store: Store, message: int = 1) -> list[tuple[str | None, str | None, str]]:
    return [(line["from"], line["to"], line["outcome"]) for line in timeline(store, message)]


def test_a_message_is_followed_from_the_freezing_to_the_reading(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    (claimed,) = claim(store, run, now=later(1))
    wamid = accept(store, claimed.attempt, now=later(2))
    for seconds, state in ((3, State.SENT), (5, State.DELIVERED), (9, State.READ)):
        told(store, wamid, state, at=later(seconds), now=later(seconds + 1))
    lines = timeline(store, 1)
    assert all(list(line) == KEYS for line in lines)
    assert [(line["from"], line["to"]) for line in lines] == [
        (None, "queued"),
        ("queued", "sending"),
        ("sending", "accepted"),
        ("accepted", "sent"),
        ("sent", "delivered"),
        ("delivered", "read"),
    ]
    assert [line["cause"] for line in lines][:4] == [
        "run frozen",
        "claimed",
        "accepted by Meta",
        "webhook: sent",
    ]
    assert lines[-1]["at"] == stored(later(10))
    assert lines[-1]["provider_at"] == stored(later(9))
    assert lines[0]["provider_at"] is None


def test_a_late_update_stands_where_it_came_with_the_state_it_did_not_change(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    (claimed,) = claim(store, run, now=later(1))
    wamid = accept(store, claimed.attempt, now=later(2))
    told(store, wamid, State.READ, now=later(4))
    stale(store, "sent", at=3)
    stale(store, "delivered", at=6)
    told(store, wamid, State.FAILED, now=later(8), code=131049)
    stale(store, "failed", at=9, code=131026)
    assert story(store)[3:] == [
        ("accepted", "accepted", "stale"),
        ("accepted", "read", "applied"),
        ("read", "read", "stale"),
        ("read", "failed", "applied"),
        ("failed", "failed", "stale"),
    ]
    assert [line["cause"] for line in timeline(store, 1) if line["outcome"] == "stale"] == [
        "webhook: sent",
        "webhook: delivered",
        "webhook: failed (131026)",
    ]


def test_an_update_that_told_a_missing_moment_stands_in_the_story(store: Store) -> None:
    a_contact(store)
    (claimed,) = claim(store, a_run(store).id, now=later(1))
    wamid = accept(store, claimed.attempt, now=later(2))
    told(store, wamid, State.READ, at=later(3), now=later(4))
    told(store, wamid, State.DELIVERED, at=later(2.5), now=later(6))
    stale(store, "delivered", at=6, outcome="applied", sent=2.5)
    stale(store, "read", at=4, outcome="applied", sent=3)
    assert story(store)[3:] == [("accepted", "read", "applied"), ("read", "read", "applied")]
    assert timeline(store, 1)[-1]["cause"] == "webhook: delivered"


def test_alarms_stand_in_the_story_and_on_the_message(store: Store) -> None:
    a_contact(store)
    (claimed,) = claim(store, a_run(store).id, now=later(1))
    accept(store, claimed.attempt, now=later(2))
    with store.write():
        messages.alarm(store, "sent_twice", "Two attempts.", message=1, attempt=None, now=stored(later(3)))
    line = timeline(store, 1)[-1]
    assert (line["cause"], line["from"], line["to"], line["outcome"]) == (
        "alarm: Two attempts.",
        "accepted",
        "accepted",
        "alarm",
    )
    document = message(store, 1)
    assert document is not None
    assert document["alarms"] == ["Two attempts."]


def test_answers_stand_among_the_changes_with_the_state_of_their_moment(store: Store) -> None:
    ana = a_contact(store)
    run = a_run(store)
    (claimed,) = claim(store, run.id, now=later(1))
    wamid = accept(store, claimed.attempt, now=later(2))
    answer(store, ana, run.event, "maybe", at=later(3))
    told(store, wamid, State.READ, now=later(4))
    answer(store, ana, run.event, "yes", at=later(5))
    lines = timeline(store, 1)
    assert [(line["from"], line["to"], line["cause"]) for line in lines[3:]] == [
        ("accepted", "accepted", "reply: maybe"),
        ("accepted", "read", "webhook: read"),
        ("read", "read", "reply: yes"),
    ]


def test_several_things_at_one_moment_keep_their_order(store: Store) -> None:
    a_contact(store)
    (claimed,) = claim(store, a_run(store).id)
    wamid = accept(store, claimed.attempt)
    for state in (State.SENT, State.DELIVERED, State.READ):
        told(store, wamid, state)
    steps = [step[1] for step in story(store)]
    assert steps == ["queued", "sending", "accepted", "sent", "delivered", "read"]


def test_a_blocked_message_says_why(store: Store) -> None:
    a_contact(store, "", consented=False)
    a_run(store, a_plan(store))
    (line,) = timeline(store, 1)
    assert (line["from"], line["to"]) == (None, "blocked")
    assert line["cause"] == "run frozen: no_consent, missing_parameter"


def test_what_policy_and_people_did_is_in_the_story(store: Store) -> None:
    ana = a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    a_contact(store, "Carl", 3)
    run = a_run(store).id
    do_not_message.block(
        store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    (claimed,) = claim(store, run, 2, now=later(1))
    lose(store, claimed.attempt, now=later(2))
    control.cancel_rest(store, run, by=ORGANISER, now=later(3))
    assert story(store, 1) == [(None, "queued", "applied"), ("queued", "blocked", "applied")]
    assert story(store, 2)[-1] == ("sending", "unconfirmed", "applied")
    assert timeline(store, 3)[-1]["cause"] == "cancelled by Rita"


def test_an_unknown_message_is_refused(store: Store) -> None:
    with pytest.raises(MessageFault, match="There is no message 5"):
        timeline(store, 5)
