"""Settling what is unconfirmed by hand: the organiser says that a message was sent, or was not, or sends
it again knowing that it may arrive twice.

Either word gives way to later evidence of Meta's, which still finds the attempt by its id.
"""

from datetime import datetime
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import runs
from invite_core.invitations.runs import Run, Status
from invite_core.lifecycle import control, join, messages
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.standing import Attempt, Standing
from invite_core.lifecycle.states import State, seen
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

_RESOLVED = "resolved as "


class SettlingFault(InviteError):
    """A message is unknown, or there is nothing about it to settle."""


class Verdict(StrEnum):
    """What the organiser found out about an unconfirmed message."""

    SENT = "sent"
    """It went out: it counts as accepted, without a message id of Meta's."""
    NOT_SENT = "not-sent"
    """It did not: it is cancelled, and another run may write to the person."""


def resolve(store: Store, message: int, as_: Verdict, *, reason: str, by: Operator, now: datetime) -> State:
    """Settle an unconfirmed message; gives its new state. Later evidence of Meta's still counts.

    Raises `SettlingFault` for a missing reason, an unknown message or one that is not unconfirmed.
    """
    by.may_act("settle a message")
    _require_reason(reason)
    at, cause = stored(now), f"{_RESOLVED}{as_.replace('-', ' ')} by {by.name}: {reason.strip()}"
    with store.write():
        ledger, standing = _ledger(store, message, at)
        if standing.shown.state is not State.UNCONFIRMED:
            raise SettlingFault(
                f"Message {message} is {standing.shown.state}, so there is nothing to settle.",
                f"See `invite-tui timeline {message}`.",
            )
        attempt = standing.attempts[0]
        if as_ is Verdict.SENT:
            new = seen(State.ACCEPTED, at)
            join.learn(ledger, attempt, new, cause=cause, by=by)
        else:
            ledger.know(attempt, attempt.evidence._replace(state=State.CANCELLED))
            ledger.supersede_open(standing, cause)
            ledger.release_slots(standing)
            ledger.show(standing, own=State.CANCELLED, attempt=attempt.id, cause=cause)
        ledger.set_on_attempt(attempt, {"cause": cause})
        ledger.write()
        detail = {"as": as_, "attempt": attempt.id}
        acts.record(
            store, "resolve", "message", str(message), reason=reason.strip(), detail=detail, by=by, now=now
        )
    return standing.shown.state


def resend(
    store: Store, message: int, *, may_arrive_twice: bool, reason: str, by: Operator, now: datetime
) -> Run:
    """Queue an unconfirmed message, or one that was resolved by hand, again; its run, left `paused`.

    Policy judges the person once more when the message is claimed. Raises `SettlingFault` unless
    `may_arrive_twice`, for a missing reason, a message that Meta has told of, one whose run is cancelled,
    and one in whose place another was sent.
    """
    by.may_act("send a message again")
    _require_reason(reason)
    if not may_arrive_twice:
        raise SettlingFault(
            f"Message {message} may have been sent, so the person may get it twice.",
            "Say --may-arrive-twice if that is what you want.",
        )
    at, cause = stored(now), f"sent again by {by.name}, may arrive twice: {reason.strip()}"
    with store.write():
        ledger, standing = _ledger(store, message, at)
        newest = _require_doubt(store, standing)
        # What a person said gives way to doubt again; what Meta said is in the milestones and stays.
        ledger.know(newest, newest.evidence._replace(state=State.UNCONFIRMED, accepted_at=None))
        ledger.supersede_open(standing, cause)
        if not messages.take_slots(store, message):
            raise SettlingFault(
                f"Another message was sent in the place of message {message}.",
                "The person has that one; there is nothing to send again.",
            )
        standing.has_slot = True
        ledger.set_on_message(standing, {"next_attempt_at": at})
        ledger.show(standing, own=State.QUEUED, cause=cause)
        ledger.write()
        control.pause_for_more(store, standing.run, "A message was queued again.", at=at)
        acts.record(
            store, "resend", "message", str(message), reason=reason.strip(),
            detail={"attempt": newest.id}, by=by, now=now,
        )  # fmt: skip
    return runs.get(store, standing.run)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise SettlingFault("Settling a message needs a reason.", "Say how you know, for the record.")


def _ledger(store: Store, message: int, at: str) -> tuple[Ledger, Standing]:
    ledger = Ledger(store, now=at)
    ledger.read(messages=[message])
    try:
        return ledger, ledger.message(message)
    except LookupError:
        raise SettlingFault(f"There is no message {message}.", "See `invite-tui messages RUN`.") from None


def _require_doubt(store: Store, standing: Standing) -> Attempt:
    """The newest attempt, if nobody but a person has said what became of the message."""
    if runs.get(store, standing.run).status is Status.CANCELLED:
        raise SettlingFault(
            f"Run {standing.run} is cancelled; nothing in it is sent again.",
            "Resolve the message as not sent, and send again in a new run.",
        )
    state = standing.shown.state
    newest = standing.attempts[0] if standing.attempts else None
    resolved = newest is not None and str(
        store.value("SELECT cause FROM send_attempts WHERE id = ?", (newest.id,))
    ).startswith(_RESOLVED)
    by_hand = (
        resolved and state in (State.ACCEPTED, State.CANCELLED) and not standing.shown.provider_message_id
    )
    if state is State.BLOCKED:
        raise SettlingFault(
            f"Message {standing.message} is blocked and was never sent, so there is nothing to send again.",
            f"See why with `invite-tui messages {standing.run} --state blocked`; mend it, then send a new run.",
        )
    if newest is None or not (state is State.UNCONFIRMED or by_hand):
        raise SettlingFault(
            f"Message {standing.message} is {state}, and there is no doubt about it.",
            f"See `invite-tui timeline {standing.message}`; failed messages are tried again with `runs retry`.",
        )
    return newest
