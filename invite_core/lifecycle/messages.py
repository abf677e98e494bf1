"""What becomes of messages alike, in a statement or two for all of them; `ledger` changes them one by one."""

from collections.abc import Sequence
from typing import NamedTuple

from invite_core.lifecycle import counters
from invite_core.lifecycle.states import State
from invite_core.store import Store


class Step(NamedTuple):
    """One transition of a message."""

    message: int
    """The message."""
    attempt: str | None
    """The attempt that it came of."""
    before: str
    """The state before; a plain text, which the driver binds far faster than a member of an enumeration."""
    after: str
    """The state after, likewise."""
    provider_at: str | None
    """When it happened, by Meta's own time."""
    at: str
    """When it was written."""
    cause: str
    """Why."""


def claimed(store: Store, run: int, opened: Sequence[tuple[str, int]], now: str) -> None:
    """Let queued messages of `run` show that each was claimed: `opened` has new attempts and their messages."""
    store.execute_many(
        """UPDATE invite_messages SET state = 'sending', held = 0, error_code = NULL, error_detail = NULL,
               provider_message_id = NULL, changed_at = ? WHERE id = ?""",
        [(now, message) for _, message in opened],
    )
    _count(store, run, State.QUEUED, State.SENDING, len(opened))
    note(
        store,
        [Step(message, attempt, "queued", "sending", None, now, "claimed") for attempt, message in opened],
    )


def waiting_cancelled(store: Store, run: int, *, cause: str, now: str) -> None:
    """Let every message of `run` that waits show that it was given up, its slots given back."""
    values = {"run": run, "cause": cause, "now": now, "before": State.QUEUED, "after": State.CANCELLED}
    store.execute(
        """INSERT INTO message_transitions (message, from_state, to_state, at, cause)
           SELECT id, :before, :after, :now, :cause FROM invite_messages
           WHERE run = :run AND state = 'queued' ORDER BY id""",
        values,
    )
    changed = store.execute(
        """UPDATE invite_messages SET state = 'cancelled', slot_person = NULL, slot_address = NULL,
               error_code = NULL, error_detail = NULL, changed_at = :now
           WHERE run = :run AND state = 'queued'""",
        {"run": run, "now": now},
    )
    _count(store, run, State.QUEUED, State.CANCELLED, changed)


def _count(store: Store, run: int, before: State, after: State, n: int) -> None:
    counters.move(store, {(run, "state", before): -n, (run, "state", after): n})


def note(store: Store, steps: Sequence[Step]) -> None:
    """Write the transitions of messages."""
    store.execute_rows(
        """INSERT INTO message_transitions (message, attempt, from_state, to_state, provider_at, at, cause)
           {rows}""",
        steps,
    )


def take_slots(store: Store, message: int) -> bool:
    """Take the message's slots again; False where another live message has them."""
    taken = store.value(
        """SELECT 1 FROM invite_messages AS own JOIN invite_messages AS other
               ON other.event = own.event AND other.purpose = own.purpose AND other.occasion = own.occasion
               AND other.id <> own.id
               AND (other.slot_person = own.contact OR other.slot_address = own.match_key)
           WHERE own.id = ? LIMIT 1""",
        (message,),
    )
    if taken:
        return False
    store.execute(
        """UPDATE invite_messages SET slot_person = contact, slot_address = match_key
           WHERE id = ? AND purpose <> 'test'""",
        (message,),
    )
    return True


def alarm(store: Store, kind: str, detail: str, *, message: int, attempt: str | None, now: str) -> None:
    """Record what the organiser must not miss about a message, once."""
    store.execute(
        """INSERT INTO alarms (kind, message, attempt, detail, at) VALUES (:kind, :message, :attempt, :detail, :now)
           ON CONFLICT DO NOTHING""",
        {"kind": kind, "message": message, "attempt": attempt, "detail": detail, "now": now},
    )
