"""What the file holds of one message and of every attempt to send it, read in one query."""

from dataclasses import dataclass, replace
from typing import Self

from invite_core.lifecycle.states import Evidence, State
from invite_core.store import Row, Store


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as known."""

    id: str
    """The id that travels with the message."""
    open: bool
    """Whether nothing has taken its place (not superseded)."""
    phone_number_id: str
    """The sender's number."""
    evidence: Evidence
    """Its own state and milestones."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One message, as known."""

    message: int
    """The message's id."""
    run: int
    """Its run."""
    purpose: str
    """Why the run writes to people."""
    has_slot: bool
    """Whether the message holds its slots: it was, or may still be, sent."""
    block_reasons: str
    """The reasons on the row, strongest first, joined by commas."""
    shown: Evidence
    """What the message's row shows."""
    attempts: tuple[Attempt, ...]
    """Every attempt, the newest first."""

    def attempt(self, attempt: str) -> Attempt:
        """The attempt with that id. Raises LookupError."""
        for each in self.attempts:
            if each.id == attempt:
                return each
        raise LookupError(f"no attempt {attempt} of message {self.message}")

    def learnt(self, attempt: str, evidence: Evidence) -> Self:
        """The same with other evidence for one attempt."""
        attempts = (
            replace(each, evidence=evidence) if each.id == attempt else each for each in self.attempts
        )
        return replace(self, attempts=tuple(attempts))


_FIELDS = (
    "state", "accepted_at", "sent_at", "delivered_at", "read_at", "failed_at", "held", "error_code",
    "error_detail", "provider_message_id",
)  # fmt: skip

_STANDING = f"""SELECT messages.id AS message, messages.run, messages.purpose, messages.slot_person,
        messages.block_reasons, {", ".join(f"messages.{field} AS shown_{field}" for field in _FIELDS)},
        attempts.id, attempts.superseded_at, attempts.phone_number_id,
        {", ".join(f"attempts.{field}" for field in _FIELDS)}
    FROM invite_messages AS messages LEFT JOIN send_attempts AS attempts ON attempts.message = messages.id
    WHERE messages.id = {{}} ORDER BY attempts.n DESC"""

_OF_MESSAGE = _STANDING.format("?")
_OF_ATTEMPT = _STANDING.format("(SELECT message FROM send_attempts WHERE send_attempts.id = ?)")


def of_message(store: Store, message: int) -> Standing:
    """The standing of a message. Raises LookupError for an unknown id."""
    return _standing(store.rows(_OF_MESSAGE, (message,)), f"message {message}")


def of_attempt(store: Store, attempt: str) -> Standing:
    """The standing of the message that an attempt belongs to. Raises LookupError for an unknown id."""
    return _standing(store.rows(_OF_ATTEMPT, (attempt,)), f"attempt {attempt}")


def _standing(rows: list[Row], what: str) -> Standing:
    if not rows:
        raise LookupError(f"no {what}")
    row = rows[0]
    return Standing(
        message=row["message"],
        run=row["run"],
        purpose=row["purpose"],
        has_slot=row["slot_person"] is not None,
        block_reasons=row["block_reasons"],
        shown=_evidence(row, "shown_"),
        attempts=tuple(
            Attempt(each["id"], each["superseded_at"] is None, each["phone_number_id"], _evidence(each, ""))
            for each in rows
            if each["id"] is not None
        ),
    )


def _evidence(row: Row, prefix: str) -> Evidence:
    return Evidence(
        state=State(row[f"{prefix}state"]),
        accepted_at=row[f"{prefix}accepted_at"],
        sent_at=row[f"{prefix}sent_at"],
        delivered_at=row[f"{prefix}delivered_at"],
        read_at=row[f"{prefix}read_at"],
        failed_at=row[f"{prefix}failed_at"],
        held=bool(row[f"{prefix}held"]),
        error_code=row[f"{prefix}error_code"],
        error_detail=row[f"{prefix}error_detail"],
        provider_message_id=row[f"{prefix}provider_message_id"],
    )
