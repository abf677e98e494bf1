"""A run in which messages are in doubt, made as the sender makes them."""

from datetime import timedelta

from invite_core import instants
from invite_core.invitations import freezing, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Unknown
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER, SENDER_NUMBER, a_run

CAUSE = "Meta did not answer in time"


def doubtful_run(store: Store, n: int, *, minutes: int = 12) -> list[int]:
    """A paused run whose first `n` messages have been unconfirmed for some minutes; their ids."""
    began = instants.now() - timedelta(minutes=minutes)
    run = a_run(store, make_plan(store, Wish(event="1", template=INVITATION, language="auto")), now=began)
    with store.write():
        runs.start(store, run.id, at=instants.stored(began))
        plan = freezing.plan_of(store, run)
        claims = attempts.claim(store, run.id, plan, limit=n, phone_number_id=SENDER_NUMBER, now=began)
    for claim in claims:
        with store.write():
            attempts.record_outcome(store, claim.attempt, Unknown(cause=CAUSE, detail=""), now=began)
    runs.pause(store, run.id, PauseReason.OPERATOR, by=ORGANISER, now=instants.now())
    return [claim.message for claim in claims]


def raise_alarm(store: Store, message: int) -> None:
    """Something about the message must not be missed."""
    with store.write():
        store.execute(
            """INSERT INTO alarms (kind, message, detail, at)
               VALUES ('sent_twice', :message, 'The person may have it twice.', :at)""",
            {"message": message, "at": instants.stored(instants.now())},
        )
