"""Stories of one message: eight things that may happen to it, in any order.

Seven or eight of them are updates; one may be the answer to the POST, which comes by another way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from invite_core.instants import stored
from invite_core.invitations import freezing, runs
from invite_core.lifecycle import attempts, settling
from invite_core.provider.outcome import Accepted, Outcome, Unknown
from invite_core.store import Store
from proofs import bodies
from proofs.bodies import SENDER_NUMBER
from proofs.small_world import NOW
from proofs.world import OPERATOR

GUEST = "+447700900000"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the eight: a change of a body, or the answer to a POST."""

    name: str
    change: bodies.Item | None = None
    attempt: str = ""
    answer: Outcome | None = None


def one_attempt(store: Store) -> list[Step]:
    """A message that was accepted, with repeats, a tap, and statuses that do not name the attempt."""
    (attempt,) = claimed(store)
    known = f"wamid.{attempt}"
    sent = bodies.status(known, "sent", _after(1), attempt=attempt)
    return [
        Step("answer", attempt=attempt, answer=Accepted(known)),
        Step("sent", sent),
        Step("sent again", sent),
        Step("delivered", bodies.status(known, "delivered", _after(3))),
        Step("read", bodies.status(known, "read", _after(60), attempt=attempt)),
        Step("read later", bodies.status(known, "read", _after(90))),
        Step("failed", bodies.status(known, "failed", _after(4), code=131026)),
        Step("tap", _tap(attempt, known)),
    ]


def two_attempts(store: Store) -> list[Step]:
    """A message whose first answer was lost and that the organiser sent again: updates of both attempts."""
    (first,) = claimed(store)
    with store.write():
        attempts.record_outcome(store, first, Unknown("the answer was lost", ""), now=NOW)
    settling.resend(store, 1, may_arrive_twice=True, reason="proof", by=OPERATOR, now=NOW)
    runs.resume(store, 1, by=OPERATOR, now=NOW)
    (second,) = claimed(store)
    one, two = f"wamid.{first}", f"wamid.{second}"
    return [
        Step("second's answer", attempt=second, answer=Accepted(two)),
        Step("first sent", bodies.status(one, "sent", _after(1), attempt=first)),
        Step("first delivered", bodies.status(one, "delivered", _after(3))),
        Step("first failed", bodies.status(one, "failed", _after(4), attempt=first, code=131026)),
        Step("second sent", bodies.status(two, "sent", _after(70), attempt=second)),
        Step("second read", bodies.status(two, "read", _after(90))),
        Step("second failed", bodies.status(two, "failed", _after(75), attempt=second, code=131049)),
        Step("tap", _tap(second, two)),
    ]


def lost_answer(store: Store) -> list[Step]:
    """A message whose answer is lost, with failures that contradict each other, and repeats."""
    (attempt,) = claimed(store)
    known = f"wamid.{attempt}"
    failed = bodies.status(known, "failed", _after(9), code=131049, attempt=attempt)
    return [
        Step("no answer", attempt=attempt, answer=Unknown("the answer was lost", "", code=131000)),
        Step("sent", bodies.status(known, "sent", _after(1), attempt=attempt)),
        Step("delivered", bodies.status(known, "delivered", _after(3))),
        Step("delivered earlier", bodies.status(known, "delivered", _after(2))),
        Step("failed", failed),
        Step("failed again", failed),
        Step("failed otherwise", bodies.status(known, "failed", _after(9), code=131026)),
        Step("failed before", bodies.status(known, "failed", _after(5), code=131053)),
    ]


STORIES: dict[str, Callable[[Store], list[Step]]] = {
    "accepted": one_attempt,
    "sent again": two_attempts,
    "answer lost": lost_answer,
}


def claimed(store: Store) -> list[str]:
    """The ids of the attempts that a sender opens now."""
    with store.write():
        runs.start(store, 1, at=stored(NOW))
        plan = freezing.plan_of(store, runs.get(store, 1))
        found = attempts.claim(store, 1, plan, limit=9, phone_number_id=SENDER_NUMBER, now=NOW)
    return [each.attempt for each in found]


def _after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _tap(attempt: str, message_id: str) -> bodies.Item:
    payload = f"rsvp:yes:2:{attempt}"
    return bodies.tap(
        GUEST, "wamid.tap", _after(120), payload=payload, label="Yes, both of us", context=message_id
    )
