"""Receipts: every update of Meta's is written down once, and what became of it.

The key is unique, so that Meta's repetitions only raise `seen`. What is about us keeps its columns, what
could not be understood a bounded part of what came, and foreign traffic its key and kind alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from invite_core.delivery.account_news import AccountError, AccountNews
from invite_core.delivery.identity_changes import IdentityChange
from invite_core.delivery.template_news import TemplateNews
from invite_core.delivery.updates import Ignored, Odd, Preference, Reply, Update
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
    return store.execute(_SEEN, (key,)) > 0


def seen_again(store: Store, keys: Sequence[bytes]) -> None:
    """Let the receipts of known updates count one more for each time that a key is given."""
    store.execute_many(_SEEN, [(key,) for key in keys])


def known_among(store: Store, keys: Sequence[bytes]) -> set[bytes]:
    """Those of the keys of which there is a receipt."""
    known: set[bytes] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        asked = list(keys[start : start + _KEYS_AT_ONCE])
        # Keys are bytes, which `dialect.together` cannot hold: so many placeholders, one of a few lengths filled
        # up with the last key, so that few statements are prepared.
        length = next(length for length in _LENGTHS if length >= len(asked))
        asked += asked[-1:] * (length - len(asked))
        places = ", ".join("?" * length)
        rows = store.rows(f"SELECT key FROM webhook_receipts WHERE key IN ({places})", asked)
        known.update(row["key"] for row in rows)
    return known


def keep(
    store: Store, update: Update, outcome: UpdateOutcome, message: int | None, *, note: str = "", now: str
) -> int:
    """Write the receipt of an update that came for the first time; its id.

    `note` takes the place of what the update itself has to say. `message` is the one that it was about.
    """
    return store.insert(_KEEP, _row(update, outcome, message, note, now))


def keep_statuses(
    store: Store, taken: Iterable[tuple[Update, StatusUpdate, UpdateOutcome, int | None]], *, now: str
) -> None:
    """`keep` for statuses that came together, each with its outcome and its message. One that matched nothing is
    kept whole: it is the shelf."""
    rows = [
        (
            update.key,
            update.kind,
            update.phone_number_id,
            status.provider_message_id,
            status.attempt,
            status.status.value,
            status.at,
            status.error_code,
            message,
            outcome.value,
            shelf.as_json(status) if outcome is UpdateOutcome.UNMATCHED else None,
            None,
            "",
            now,
        )
        for update, status, outcome, message in taken
    ]
    store.execute_rows(f"{_INTO} {{rows}}", rows)


_SEEN = "UPDATE webhook_receipts SET seen = seen + 1 WHERE key = ?"
_INTO = """INSERT INTO webhook_receipts (key, kind, phone_number_id, provider_message_id, attempt, status,
        provider_at, error_code, message, outcome, update_json, body, note, received_at)"""
_KEEP = f"{_INTO} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_LENGTHS = (1, 8, 64, 512)
_KEYS_AT_ONCE = _LENGTHS[-1]


def _row(
    update: Update, outcome: UpdateOutcome, message: int | None, note: str, now: str
) -> tuple[object, ...]:
    columns = _columns(update)
    return (
        update.key,
        update.kind,
        update.phone_number_id,
        columns.provider_message_id,
        columns.attempt,
        columns.status,
        columns.provider_at,
        columns.error_code,
        message,
        outcome.value,  # as a plain text, which the driver binds far faster than a member of an enumeration
        None,
        columns.body,
        note or columns.note,
        now,
    )


def settle(store: Store, receipt: int, outcome: UpdateOutcome, message: int | None) -> None:
    """Say on a receipt what became of its update."""
    store.execute(
        "UPDATE webhook_receipts SET outcome = :outcome, message = :message WHERE id = :receipt",
        {"receipt": receipt, "outcome": outcome, "message": message},
    )


def _columns(update: Update) -> _Columns:
    match update.content:
        case StatusUpdate():
            raise TypeError("statuses are kept by keep_statuses")
        case Reply(message_id, at=at, payload=payload):
            ours = read_payload(payload or "")
            return _Columns(message_id, attempt=ours[1] if ours else None, provider_at=at, note=_note(at))
        case Preference(at=at, wants_messages=wants):
            return _Columns(status="resume" if wants else "stop", provider_at=at, note=_note(at))
        case IdentityChange(at):
            # No message is looked for by the id, and it holds the number, which an erasure could not find.
            return _Columns(provider_at=at, note=_note(at))
        case TemplateNews(word=word, at=at) | AccountNews(word=word, at=at):
            return _Columns(status=word, provider_at=at, note=_note(at))
        case AccountError(code, detail, at):
            return _Columns(provider_at=at, error_code=code, note=detail)
        case Odd(note, raw):
            return _Columns(body=raw[:LONGEST_BODY], note=note)
        case Ignored(note):
            return _Columns(note=note)


def _note(at: str | None) -> str:
    return "" if at else "no usable timestamp; taken as given when it came"
