"""Receipts: every update of Meta's is written down once, and what became of it.

The key is unique, so that Meta's repetitions only raise `seen`. What is about us keeps its columns, what
could not be understood a bounded part of what came, and foreign traffic its key and kind alone.
"""

from dataclasses import dataclass

from invite_core.delivery.updates import Odd, Preference, Reply, Update
from invite_core.invitations.button_meanings import read_payload
from invite_core.lifecycle import shelf
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.store import Store

LONGEST_BODY = 16_384
"""How many bytes of something odd are kept."""


@dataclass(frozen=True, slots=True)
class _Columns:
    provider_message_id: str | None = None
    attempt: str | None = None
    status: str | None = None
    provider_at: str | None = None
    error_code: int | None = None
    body: bytes | None = None
    note: str = ""


def seen_before(store: Store, key: bytes) -> bool:
    """Whether the update is known; if so, its receipt now counts one more."""
    return store.execute("UPDATE webhook_receipts SET seen = seen + 1 WHERE key = :key", {"key": key}) > 0


def keep(store: Store, update: Update, outcome: UpdateOutcome, message: int | None, *, now: str) -> int:
    """Write the receipt of an update that came for the first time; its id.

    `message` is the one that it was about. A status that matched nothing is kept whole: it is the shelf.
    """
    columns = _columns(update)
    shelved = outcome is UpdateOutcome.UNMATCHED and isinstance(update.content, StatusUpdate)
    return store.insert(
        """INSERT INTO webhook_receipts (key, kind, phone_number_id, provider_message_id, attempt, status,
               provider_at, error_code, message, outcome, update_json, body, note, received_at)
           VALUES (:key, :kind, :phone_number_id, :provider_message_id, :attempt, :status,
               :provider_at, :error_code, :message, :outcome, :update_json, :body, :note, :now)""",
        {
            "key": update.key,
            "kind": update.kind,
            "phone_number_id": update.phone_number_id,
            "provider_message_id": columns.provider_message_id,
            "attempt": columns.attempt,
            "status": columns.status,
            "provider_at": columns.provider_at,
            "error_code": columns.error_code,
            "message": message,
            "outcome": outcome,
            "update_json": _as_json(update) if shelved else None,
            "body": columns.body,
            "note": columns.note,
            "now": now,
        },
    )


def settle(store: Store, receipt: int, outcome: UpdateOutcome, message: int | None) -> None:
    """Say on a receipt what became of its update."""
    store.execute(
        "UPDATE webhook_receipts SET outcome = :outcome, message = :message WHERE id = :receipt",
        {"receipt": receipt, "outcome": outcome, "message": message},
    )


def _as_json(update: Update) -> str | None:
    return shelf.as_json(update.content) if isinstance(update.content, StatusUpdate) else None


def _columns(update: Update) -> _Columns:
    match update.content:
        case StatusUpdate(message_id, status, at, attempt, error_code):
            return _Columns(message_id, attempt, status, at, error_code)
        case Reply(message_id, at=at, payload=payload):
            ours = read_payload(payload or "")
            return _Columns(message_id, attempt=ours[1] if ours else None, provider_at=at, note=_note(at))
        case Preference(at=at, wants_messages=wants):
            return _Columns(status="resume" if wants else "stop", provider_at=at, note=_note(at))
        case Odd(note, raw):
            return _Columns(body=raw[:LONGEST_BODY], note=note)
        case ignored:
            return _Columns(note=ignored.note)


def _note(at: str | None) -> str:
    return "" if at else "no usable timestamp; taken as given when it came"
