"""What happens to a run after it was made: sent, answered, brought to a state; each act in its transaction."""

from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import events, freezing, runs
from invite_core.invitations.plan import Plan
from invite_core.invitations.verdicts import preview
from invite_core.lifecycle import attempts, join
from invite_core.lifecycle.attempts import Claim
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate
from invite_core.provider.outcome import Accepted, Fault, Refused, Unknown
from invite_core.store import Store
from tests.builders import NOW, SENDER_NUMBER, a_plan


def claim(store: Store, run: int, limit: int = 1000, *, now: datetime = NOW) -> list[Claim]:
    """Take queued messages of a run, as the engine does before it POSTs."""
    with store.write():
        runs.start(store, run, at=stored(now))
        plan = freezing.plan_of(store, runs.get(store, run))
        return attempts.claim(store, run, plan, limit=limit, phone_number_id=SENDER_NUMBER, now=now)


def accept(store: Store, attempt: str, *, now: datetime = NOW) -> str:
    """Meta takes the message; its message id."""
    wamid = f"wamid.{attempt}"
    with store.write():
        attempts.record_outcome(store, attempt, Accepted(provider_message_id=wamid), now=now)
    return wamid


def told(
    store: Store,
    wamid: str,
    state: State,
    *,
    attempt: str | None = None,
    at: datetime = NOW,
    now: datetime = NOW,
    code: int | None = None,
) -> None:
    """Meta tells a status of a message (and of which attempt, if given)."""
    update = StatusUpdate(wamid, state, stored(at), attempt=attempt, error_code=code)
    with store.write():
        join.apply_status(store, update, phone_number_id=SENDER_NUMBER, now=stored(now))


def refuse(store: Store, attempt: str, *, now: datetime = NOW) -> None:
    """Meta refuses this person."""
    refused = Refused(Fault.RECIPIENT, "The number is not valid", 131009, 400)
    with store.write():
        attempts.record_outcome(store, attempt, refused, now=now)


def lose(store: Store, attempt: str, *, now: datetime = NOW) -> None:
    """Nobody knows whether Meta took the message."""
    with store.write():
        attempts.record_outcome(store, attempt, Unknown("ReadTimeout", ""), now=now)


def bring_to(store: Store, run: int, *states: State) -> None:
    """Send every queued message of a run and let Meta tell `states`, one after the other."""
    for each in claim(store, run):
        wamid = accept(store, each.attempt)
        for state in states:
            told(store, wamid, state)


def answer(
    store: Store,
    contact: int,
    event: int,
    said: str | None,
    *,
    at: datetime = NOW,
    places: int | None = None,
    status: str = "answer",
    match_key: str | None = None,
) -> None:
    """A tap of a person, given `at`."""
    with store.write():
        store.insert(
            """INSERT INTO replies (kind, contact, event, message, match_key, answer, places, given_at, status,
                   recorded_at, recorded_by)
               VALUES ('tap', :contact, :event, (SELECT max(id) FROM invite_messages
                   WHERE contact = :contact AND event = :event), :match_key, :said, :places, :at, :status,
                   :at, 'listener')""",
            {
                "contact": contact,
                "event": event,
                "match_key": match_key,
                "said": said,
                "places": places,
                "at": stored(at),
                "status": status,
            },
        )


def merge(store: Store, loser: int, winner: int) -> None:
    """Two records were one person."""
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (winner, loser))


def chosen(store: Store, expression: str, event: int) -> list[str]:
    """The names of the people of an audience."""
    plan = a_plan(store, events.get(store, event), audience=expression)
    return [verdict.name for verdict in preview(store, plan, now=NOW)]


def reasons(store: Store, plan: Plan, *, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
    """Who is in the audience, by name, and why each is blocked."""
    return {verdict.name: verdict.reasons for verdict in preview(store, plan, now=now)}
