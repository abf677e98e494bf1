"""An alarm is raised once, in whatever order the updates come."""

from collections.abc import Callable
from contextlib import suppress
from itertools import permutations

from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from tests.builders import NOW, ORGANISER
from tests.lifecycle.conftest import Lifecycle


class Undone(Exception):
    """Ends a history, so that the next one begins with the same file."""


def alarms_of_every_order(life: Lifecycle, *events: Callable[[], object]) -> set[tuple[tuple[str, str], ...]]:
    """The alarms, by kind and detail, that each order of the events ends with."""
    ends = set()
    for order in permutations(events):
        with suppress(Undone), life.store.write():
            for event in order:
                event()
            rows = life.store.rows("SELECT kind, detail FROM alarms ORDER BY kind, detail")
            ends.add(tuple((row["kind"], row["detail"]) for row in rows))
            raise Undone
    return ends


def test_every_order_tells_that_two_attempts_were_sent_also_where_one_failed_then(life: Lifecycle) -> None:
    first = life.claim(1)[0]
    life.accepted(first.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=132005)
    control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    again = next(claim for claim in life.claim(seconds=1) if claim.message == first.message)
    ends = alarms_of_every_order(
        life,
        lambda: life.status("wamid.A", State.SENT),
        lambda: life.status("wamid.A", State.FAILED, at="2027-03-01T12:00:09.000Z", code=132005),
        lambda: life.accepted(again.attempt, "wamid.B"),
        lambda: life.status("wamid.B", State.SENT, attempt=again.attempt),
        lambda: life.status("wamid.B", State.FAILED, attempt=again.attempt, code=131026),
    )
    assert [[kind for kind, _ in end] for end in ends] == [["sent_twice"]]


def test_every_order_tells_of_two_message_ids_for_one_attempt_once(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    ends = alarms_of_every_order(
        life,
        lambda: life.accepted(claim.attempt, "wamid.A"),
        lambda: life.status("wamid.A", State.SENT, attempt=claim.attempt),
        lambda: life.status("wamid.B", State.SENT, attempt=claim.attempt),
        lambda: life.status("wamid.B", State.DELIVERED, attempt=claim.attempt),
    )
    assert [[kind for kind, _ in end] for end in ends] == [["two_provider_ids"]]


def test_every_order_tells_of_two_attempts_of_which_one_has_two_message_ids(life: Lifecycle) -> None:
    first = life.claim(1)[0]
    life.accepted(first.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=132005)
    control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    again = next(claim for claim in life.claim(seconds=1) if claim.message == first.message)
    ends = alarms_of_every_order(
        life,
        lambda: life.status("wamid.A", State.SENT),
        lambda: life.status("wamid.B", State.SENT, attempt=again.attempt),
        lambda: life.status("wamid.C", State.FAILED, attempt=again.attempt, code=131026),
        lambda: life.accepted(again.attempt, "wamid.B"),
    )
    assert [[kind for kind, _ in end] for end in ends] == [["sent_twice", "two_provider_ids"]]


def test_a_message_that_failed_unsent_and_was_sent_again_raises_no_alarm(life: Lifecycle) -> None:
    first = life.claim(1)[0]
    life.accepted(first.attempt, "wamid.A")
    life.status("wamid.A", State.FAILED, code=132005)
    control.retry_failed(life.store, life.run.id, by=ORGANISER, now=NOW)
    again = next(claim for claim in life.claim(seconds=1) if claim.message == first.message)
    life.accepted(again.attempt, "wamid.B")
    life.status("wamid.B", State.SENT)
    assert life.alarms() == []
