"""Whether the listener is there, by its heartbeats."""

import pytest

from invite_core.dispatch.listener_gap import ALIVE_S
from invite_core.instants import stored
from invite_core.store import Store
from invite_core.views.health import MANY_REFUSED, listener_health
from tests.builders import NOW, later


def a_life(
    store: Store, *, started: float, beat: float, stopped: float | None = None, update: float | None = None
) -> None:
    """One life of the listener; moments in seconds from now."""
    with store.write():
        store.insert(
            """INSERT INTO listener_status (pid, address, started_at, heartbeat_at, stopped_at, last_update_at)
               VALUES (1, '127.0.0.1:8080', :started, :beat, :stopped, :updated)""",
            {
                "started": stored(later(started)),
                "beat": stored(later(beat)),
                "stopped": None if stopped is None else stored(later(stopped)),
                "updated": None if update is None else stored(later(update)),
            },
        )


def sentence(store: Store) -> str:
    return listener_health(store, now=NOW).sentence(NOW)


def test_without_a_listener_nothing_is_heard(store: Store) -> None:
    health = listener_health(store, now=NOW)
    assert not health.alive
    assert health.as_json() == {
        "alive": False,
        "started_at": None,
        "heartbeat_at": None,
        "last_update_at": None,
        "refused_signatures": 0,
        "last_refused_at": None,
    }
    assert sentence(store) == "no listener: answers and stops are not heard"


@pytest.mark.parametrize("age, alive", [(0, True), (ALIVE_S, True), (ALIVE_S + 0.001, False)])
def test_a_listener_is_alive_as_long_as_its_heart_beats(store: Store, age: float, alive: bool) -> None:
    a_life(store, started=-3600, beat=-age)
    assert listener_health(store, now=NOW).alive is alive


def test_a_heartbeat_that_lies_ahead_since_the_clock_was_put_back_is_no_life(store: Store) -> None:
    a_life(store, started=-60, beat=3600)
    assert not listener_health(store, now=NOW).alive


def test_a_listener_that_stopped_in_order_is_not_alive(store: Store) -> None:
    a_life(store, started=-60, beat=-1, stopped=-1)
    assert not listener_health(store, now=NOW).alive


def test_an_older_life_that_still_beats_counts_more_than_a_newer_one_that_died(store: Store) -> None:
    a_life(store, started=-60, beat=-1)
    a_life(store, started=-30, beat=-25)
    health = listener_health(store, now=NOW)
    assert (health.alive, health.started_at) == (True, stored(later(-60)))


@pytest.mark.parametrize(
    "update, words",
    [
        (None, "listening, no update yet"),
        (1, "listening, last update 0 s ago"),
        (-89, "listening, last update 89 s ago"),
        (-90, "listening, last update 1 min ago"),
        (-89 * 60, "listening, last update 89 min ago"),
        (-3 * 3600, "listening, last update 3 h ago"),
    ],
)
def test_the_sentence_says_how_long_ago_the_last_update_came(
    store: Store, update: float | None, words: str
) -> None:
    a_life(store, started=-60, beat=-1, update=update)
    assert sentence(store) == words


def test_an_update_that_an_earlier_life_heard_is_remembered(store: Store) -> None:
    a_life(store, started=-900, beat=-600, stopped=-600, update=-650)
    a_life(store, started=-60, beat=-1)
    assert sentence(store) == "listening, last update 10 min ago"


def refuse(store: Store, times: int) -> None:
    """So many signatures in a row did not fit."""
    with store.write():
        store.execute(
            "UPDATE listener_status SET refused_in_a_row = :times, last_refused_at = :at",
            {"times": times, "at": stored(later(-1))},
        )


def test_a_secret_that_does_not_fit_is_said_before_the_last_update(store: Store) -> None:
    a_life(store, started=-60, beat=-1, update=-30)
    refuse(store, MANY_REFUSED)
    assert sentence(store) == "! updates are refused: INVITE_APP_SECRET does not fit"
    told = listener_health(store, now=NOW).as_json()
    assert (told["refused_signatures"], told["last_refused_at"]) == (MANY_REFUSED, stored(later(-1)))


def test_a_few_signatures_that_do_not_fit_are_anybodys_noise(store: Store) -> None:
    a_life(store, started=-60, beat=-1, update=-30)
    refuse(store, MANY_REFUSED - 1)
    assert sentence(store) == "listening, last update 30 s ago"


def test_a_listener_that_is_dead_is_said_before_what_it_refused(store: Store) -> None:
    a_life(store, started=-60, beat=-59)
    refuse(store, MANY_REFUSED)
    assert sentence(store) == "no listener: answers and stops are not heard"
