"""The states of a message and of one attempt to send it, and how evidence joins. Pure.

The join is a maximum on an order, so that any sequence, repetition and batching of the same updates
ends in the same record (design, section 5). Meta promises neither order nor single delivery of its
webhooks, and `delivered` may never come where `read` does.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a message stands."""

    # An enumeration's own hash is a function of Python's, and states are looked up tens of thousands of times a second.
    __hash__ = str.__hash__

    BLOCKED = "blocked"
    """Policy keeps it from being sent; the reasons are on the row."""
    QUEUED = "queued"
    """Waits to be claimed."""
    SENDING = "sending"
    """Claimed: its request may be on the wire."""
    UNCONFIRMED = "unconfirmed"
    """It may or may not have been sent; an update or the organiser settles it."""
    CANCELLED = "cancelled"
    """Certainly not sent, and will not be."""
    ACCEPTED = "accepted"
    """Meta took it."""
    SENT = "sent"
    """It left Meta."""
    DELIVERED = "delivered"
    """It reached the phone."""
    READ = "read"
    """It was opened."""
    FAILED = "failed"
    """Meta will not deliver it; terminal."""


_ORDER = (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.FAILED)
RANK: dict[State, int] = {state: rank for rank, state in enumerate(_ORDER)}
"""The order of Meta's evidence; every state before Meta ranks -1 (`rank_of`)."""

ON_ITS_WAY = frozenset({State.SENT, State.DELIVERED, State.READ})
"""Evidence that the message left Meta."""


def rank_of(state: State) -> int:
    """The place of `state` in the order of Meta's evidence, -1 before any."""
    return RANK.get(state, -1)


class Evidence(NamedTuple):
    """What is known of one attempt: its state, and when each milestone was first seen (stored form).

    A tuple, because a listener makes and compares tens of thousands of them a second.
    """

    state: State
    accepted_at: str | None = None
    sent_at: str | None = None
    delivered_at: str | None = None
    read_at: str | None = None
    failed_at: str | None = None
    held: bool = False
    error_code: int | None = None
    error_detail: str | None = None
    provider_message_id: str | None = None

    @property
    def reached_the_person(self) -> bool:
        """Whether the message reached the phone, even if Meta said later, or before, that it failed."""
        return self.delivered_at is not None or self.read_at is not None


def changed_columns(before: Evidence, after: Evidence) -> dict[str, object]:
    """The columns of a message or an attempt that `after` has otherwise than `before`, and what they then are."""
    columns: dict[str, object] = {
        name: new
        for name, old, new in zip(Evidence._fields, before, after, strict=True)
        if new is not old and new != old
    }
    # As the driver binds them fastest: it looks for an adapter of anything that is not exactly a text.
    if "state" in columns:
        columns["state"] = after.state.value
    if "held" in columns:
        columns["held"] = int(after.held)
    return columns


def seen(
    state: State,
    at: str,
    *,
    error_code: int | None = None,
    error_detail: str | None = None,
    held: bool = False,
) -> Evidence:
    """The evidence that `state`, one of Meta's, was reached at `at`."""
    return Evidence(
        state,
        at if state is State.ACCEPTED else None,
        at if state is State.SENT else None,
        at if state is State.DELIVERED else None,
        at if state is State.READ else None,
        at if state is State.FAILED else None,
        held,
        error_code,
        error_detail,
    )


def earliest(first: str | None, second: str | None) -> str | None:
    """The earlier of two stored moments, either of which may be missing."""
    if first is None or second is None:
        return first or second
    return min(first, second)


def joined(known: Evidence, new: Evidence) -> Evidence:
    """`known` with `new` joined in: the higher state, the earliest milestones, failed on top.

    Of several failures the earliest one's code is kept; at the same moment the lower code. The
    message id is the first one known.
    """
    failure = known
    if new.failed_at is not None:
        candidates = [each for each in (known, new) if each.failed_at is not None]
        failure = min(candidates, key=lambda each: (each.failed_at or "", each.error_code or 0))
    state = new.state if rank_of(new.state) > rank_of(known.state) else known.state
    return Evidence(
        state,
        earliest(known.accepted_at, new.accepted_at),
        earliest(known.sent_at, new.sent_at),
        earliest(known.delivered_at, new.delivered_at),
        earliest(known.read_at, new.read_at),
        earliest(known.failed_at, new.failed_at),
        (known.held or new.held) and state is State.ACCEPTED,
        failure.error_code,
        failure.error_detail,
        known.provider_message_id or new.provider_message_id,
    )


def shown(own: State, attempts: Sequence[tuple[Evidence, bool]]) -> Evidence:
    """What the message shows: `own` is its state without an attempt, `attempts` newest first, each
    with whether it is still open (not superseded).

    The newest attempt speaks, except that a failed or unconfirmed one, and a message that waits or
    was cancelled, yields to an older attempt with better evidence. A message that waits yields to a
    failed attempt too if that one reached the person after all: it must not be sent again. A message
    that waits shows why its newest attempt was refused. Each milestone is the earliest over all
    attempts.
    """
    if attempts and attempts[0][1]:
        speaking = attempts[0][0]
        if len(attempts) == 1:
            return speaking
        better = ON_ITS_WAY if speaking.state in (State.FAILED, State.UNCONFIRMED) else frozenset()
    else:
        speaking = Evidence(own)
        better = ON_ITS_WAY | {State.ACCEPTED}
    others = [evidence for evidence, _ in attempts if evidence.state in better]
    if not others and speaking.state is State.QUEUED:
        others = [evidence for evidence, _ in attempts if evidence.reached_the_person]
    if others:
        speaking = max(others, key=lambda evidence: rank_of(evidence.state))
    elif speaking.state is State.QUEUED and attempts and attempts[0][0].state is State.CANCELLED:
        refused = attempts[0][0]
        speaking = speaking._replace(error_code=refused.error_code, error_detail=refused.error_detail)
    for evidence, _ in attempts:
        if evidence is speaking:
            continue
        speaking = speaking._replace(
            accepted_at=earliest(speaking.accepted_at, evidence.accepted_at),
            sent_at=earliest(speaking.sent_at, evidence.sent_at),
            delivered_at=earliest(speaking.delivered_at, evidence.delivered_at),
            read_at=earliest(speaking.read_at, evidence.read_at),
            failed_at=earliest(speaking.failed_at, evidence.failed_at),
        )
    return speaking
