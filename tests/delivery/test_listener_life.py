"""The lives of the listener, as the rest of the program sees them."""

from datetime import timedelta

from invite_core.delivery import listener_life
from invite_core.delivery.intake import Tally
from invite_core.store import Store
from invite_core.views.health import listener_health
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
        assert listener_life.beat(store, life, Tally(), refused_signatures=4, now=later)
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
