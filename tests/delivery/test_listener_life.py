"""The lives of the listener, as the rest of the program sees them."""

from datetime import timedelta

from invite_core.delivery import listener_life
from invite_core.delivery.listener_life import Refusals
from invite_core.delivery.tally import Tally
from invite_core.instants import stored
from invite_core.store import Store
from invite_core.views.health import MANY_REFUSED, listener_health
from tests.delivery.rows import NOW

ADDRESS = "http://127.0.0.1:8080/webhook"


def begin(store: Store) -> int:
    """A listener that has just started."""
    with store.write():
        return listener_life.begin(store, pid=17, address=ADDRESS, now=NOW)


def test_listener_is_alive_from_its_start(store: Store) -> None:
    begin(store)
    health = listener_health(store, now=NOW)
    assert health.alive
    assert (health.address, health.last_update_at) == (ADDRESS, None)


def test_beat_adds_what_was_taken_in(store: Store) -> None:
    life = begin(store)
    later = NOW + timedelta(seconds=30)
    with store.write():
        assert listener_life.beat(store, life, Tally(2, applied=3, repeated=1), now=NOW)
        assert listener_life.beat(store, life, Tally(), refusals=Refusals(more=4), now=later)
    row = store.row("SELECT * FROM listener_status")
    assert row is not None
    counted = (row["bodies"], row["applied"], row["repeated"], row["refused_signatures"])
    assert counted == (2, 3, 1, 4)
    assert row["last_update_at"] < row["heartbeat_at"]
    assert listener_health(store, now=later).alive


def test_listener_without_a_beat_or_with_an_end_is_dead(store: Store) -> None:
    life = begin(store)
    assert not listener_health(store, now=NOW + timedelta(seconds=21)).alive
    with store.write():
        listener_life.end(store, life, now=NOW)
    assert not listener_health(store, now=NOW).alive


def test_beat_of_a_life_that_the_file_does_not_know_says_so(store: Store) -> None:
    with store.write():
        assert not listener_life.beat(store, 99, Tally(), now=NOW)


def test_a_listener_that_slept_with_its_computer_begins_a_new_life(store: Store) -> None:
    life = begin(store)
    woken = NOW + timedelta(days=8)
    with store.write():
        assert listener_life.beat(store, life, Tally(), now=NOW + timedelta(seconds=60))
        assert not listener_life.beat(store, life, Tally(1), now=woken)
    assert not listener_health(store, now=woken).alive
    assert store.value("SELECT bodies FROM listener_status") == 0


def test_a_secret_that_does_not_fit_is_told_until_a_signature_fits(store: Store) -> None:
    life = begin(store)
    with store.write():
        listener_life.beat(store, life, Tally(), refusals=Refusals(3, MANY_REFUSED, NOW), now=NOW)
    health = listener_health(store, now=NOW)
    assert health.sentence(NOW) == "! updates are refused: INVITE_APP_SECRET does not fit"
    later = NOW + timedelta(seconds=5)
    with store.write():
        listener_life.beat(store, life, Tally(1), now=later)
    health = listener_health(store, now=later)
    assert health.sentence(later) == "listening, last update 0 s ago"
    assert (health.refused_signatures, health.last_refused_at) == (0, stored(NOW))
    assert store.value("SELECT refused_signatures FROM listener_status") == 3
