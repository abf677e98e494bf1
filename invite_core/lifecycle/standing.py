"""What the file holds of messages and of every attempt to send them, read in one query.

A standing belongs to the ledger that read it, which changes it in memory.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from invite_core.lifecycle.states import Evidence, State
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together


@dataclass(slots=True)
class Attempt:
    """One attempt, as known."""

    id: str
    """The id that travels with the message."""
    message: int
    """Its message."""
    open: bool
    """Whether nothing has taken its place (not superseded)."""
    answered: bool
    """Whether it is written how its POST ended."""
    phone_number_id: str
    """The sender's number."""
    evidence: Evidence
    """Its own state and milestones."""


@dataclass(slots=True)
class Standing:
    """One message, as known."""

    message: int
    """The message's id."""
    run: int
    """Its run."""
    contact: int
    """Whom it is for."""
    purpose: str
    """Why the run writes to people."""
    has_slot: bool
    """Whether the message holds its slots: it was, or may still be, sent."""
    block_reasons: str
    """The reasons on the row, strongest first, joined by commas."""
    shown: Evidence
    """What the message's row shows."""
    attempts: list[Attempt]
    """Every attempt, the newest first."""


_FIELDS = (
    "state", "accepted_at", "sent_at", "delivered_at", "read_at", "failed_at", "held", "error_code",
    "error_detail", "provider_message_id",
)  # fmt: skip

_OF_MESSAGE = ("id", "run", "contact", "purpose", "slot_person", "block_reasons", *_FIELDS)
_OF_ATTEMPT = ("id", "superseded_at", "outcome", "phone_number_id", *_FIELDS)

_CHOSEN = {
    "messages": f"SELECT id FROM invite_messages WHERE id IN ({members('messages')})",
    "attempts": f"SELECT DISTINCT message FROM send_attempts WHERE id IN ({members('attempts')})",
    "named": f"SELECT DISTINCT message FROM send_attempts WHERE provider_message_id IN ({members('named')})",
}

_STATES = {state.value: state for state in State}


def read_standings(
    store: Store,
    *,
    messages: Collection[int] = (),
    attempts: Collection[str] = (),
    named: Collection[str] = (),
) -> list[Standing]:
    """The standing of each message with one of these ids, one of these attempts, or an attempt to which Meta
    gave one of the message ids in `named`; each once. What is unknown is left out."""
    wanted = {"messages": messages, "attempts": attempts, "named": named}
    bound = {name: together(values) for name, values in wanted.items() if values}
    if not bound:
        return []
    return _standings(store.rows(_query(tuple(bound)), bound))


def _query(chosen_by: tuple[str, ...]) -> str:
    return f"""WITH chosen (message) AS ({" UNION ".join(_CHOSEN[name] for name in chosen_by)})
        SELECT {", ".join(f"messages.{field}" for field in _OF_MESSAGE)},
            {", ".join(f"attempts.{field}" for field in _OF_ATTEMPT)}
        FROM chosen JOIN invite_messages AS messages ON messages.id = chosen.message
        LEFT JOIN send_attempts AS attempts ON attempts.message = messages.id
        ORDER BY messages.id, attempts.n DESC"""


def _standings(rows: list[Row]) -> list[Standing]:
    found: list[Standing] = []
    standing: Standing | None = None
    for row in rows:
        # By place, not by name: a look-up by name costs more than the whole of what is made of it.
        (message, run, contact, purpose, slot, reasons, state, accepted, sent, delivered, read, failed, held, code,
         detail, named, attempt, superseded, outcome, number, *known) = cast(tuple[Any, ...], row)  # fmt: skip
        if standing is None or standing.message != message:
            shown = Evidence(
                _STATES[state], accepted, sent, delivered, read, failed, bool(held), code, detail, named
            )
            standing = Standing(message, run, contact, purpose, slot is not None, reasons, shown, [])
            found.append(standing)
        if attempt is not None:
            state, accepted, sent, delivered, read, failed, held, code, detail, named = known
            evidence = Evidence(
                _STATES[state], accepted, sent, delivered, read, failed, bool(held), code, detail, named
            )
            is_open, answered = superseded is None, outcome is not None
            standing.attempts.append(Attempt(attempt, message, is_open, answered, number, evidence))
    return found
