"""How long a message has been in doubt, why, and how much of that time anybody listened."""

from datetime import datetime, timedelta

import pytest

from invite_core.instants import stored
from invite_core.invitations import freezing
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Accepted, Unknown
from invite_core.store import Store
from invite_core.views.message_timeline import timeline
from invite_core.views.run_messages import messages
from invite_core.views.unconfirmed import explained, explained_timeline, share_covered
from tests.builders import NOW, SENDER_NUMBER, a_contact, a_run, later


@pytest.mark.parametrize(
    "lives, share",
    [
        ([], 0.0),
        ([(0, 100)], 1.0),
        ([(-50, 25)], 0.25),
        ([(75, 500)], 0.25),
        ([(-90, -10), (110, 120)], 0.0),
        ([(10, 30), (20, 40)], 0.3),
        ([(10, 90), (20, 30)], 0.8),
        ([(60, 70), (0, 10)], 0.2),
    ],
)
def test_share_of_a_time_in_which_somebody_listened(lives: list[tuple[int, int]], share: float) -> None:
    spans = [(later(start), later(end)) for start, end in lives]
    assert share_covered(spans, NOW, later(100)) == share


@pytest.mark.parametrize("lives, share", [([(-5, 5)], 1.0), ([(-5, -1)], 0.0)])
def test_share_of_no_time_is_whether_somebody_listens_now(lives: list[tuple[int, int]], share: float) -> None:
    assert share_covered([(later(start), later(end)) for start, end in lives], NOW, NOW) == share


def a_listener(store: Store, started: datetime, last_seen: datetime) -> None:
    """A life of the listener."""
    with store.write():
        store.execute(
            "INSERT INTO listener_status (pid, address, started_at, heartbeat_at) VALUES (1, 'x', ?, ?)",
            (stored(started), stored(last_seen)),
        )


def test_only_messages_in_doubt_are_explained(store: Store) -> None:
    for n in (1, 2):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store)
    with store.write():
        store.execute("UPDATE invite_send_runs SET status = 'sending'")
        doubt, fine = attempts.claim(
            store, run.id, freezing.plan_of(store, run), limit=2, phone_number_id=SENDER_NUMBER, now=NOW
        )
        attempts.record_outcome(store, doubt.attempt, Unknown(cause="ReadTimeout", detail=""), now=later(30))
        attempts.record_outcome(
            store, fine.attempt, Accepted(provider_message_id="wamid.A", wa_id="1", held=False), now=later(30)
        )
    a_listener(store, NOW - timedelta(hours=1), later(65))
    first, second = explained(store, messages(store, run.id), now=later(130))
    assert first["unconfirmed"] == {
        "since": stored(NOW),
        "cause": "ReadTimeout",
        "age_s": 130,
        "listener_up": 0.5,
    }
    assert second["unconfirmed"] is None
    lines = explained_timeline(store, doubt.message, timeline(store, doubt.message), now=later(130))
    assert [line["unconfirmed"] for line in lines] == [None] * (len(lines) - 1) + [first["unconfirmed"]]
    quiet = explained_timeline(store, fine.message, timeline(store, fine.message), now=later(130))
    assert {line["unconfirmed"] for line in quiet} == {None}


def test_what_a_dead_sender_left_is_in_doubt_since_it_left_not_since_it_was_found(store: Store) -> None:
    a_contact(store)
    run = a_run(store)
    with store.write():
        store.execute("UPDATE invite_send_runs SET status = 'sending'")
        attempts.claim(
            store, run.id, freezing.plan_of(store, run), limit=1, phone_number_id=SENDER_NUMBER, now=NOW
        )
        attempts.abandoned(store, now=later(3600))
    (document,) = explained(store, messages(store, run.id), now=later(3700))
    assert (document["unconfirmed"]["since"], document["unconfirmed"]["age_s"]) == (stored(NOW), 3700)
