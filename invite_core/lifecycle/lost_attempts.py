"""Attempts that the guard knows and an older file does not: what they were about may have been sent.

Every claim keeps its attempt in the guard, with the keyed hash of its slot: the event, the purpose, the
occasion and the address. Where a file was put in place that is older, a message of that slot, queued in
it or frozen later, is never POSTed but becomes `unconfirmed`, with the attempt under its own id, so that
Meta's late updates find it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from invite_core.instants import stored
from invite_core.lifecycle import join, shelf
from invite_core.lifecycle.ledger import Ledger
from invite_core.store import Entry, Row, Store
from invite_core.store.dialect import members, together

CAUSE = "sent, or about to be, when the file was a newer one"
"""Why such an attempt is unconfirmed."""

_SLOT = "events.id AS event, events.created_at, messages.purpose, messages.occasion, messages.match_key"

_ATTEMPTS = f"""SELECT {_SLOT}, attempts.id, attempts.phone_number_id, attempts.claimed_at
    FROM send_attempts AS attempts JOIN invite_messages AS messages ON messages.id = attempts.message
    JOIN events ON events.id = messages.event"""


def keep(store: Store, attempts: Sequence[str]) -> None:
    """Keep newly opened attempts in the guard, inside the transaction that opens them."""
    chosen = f"{_ATTEMPTS} WHERE attempts.id IN ({members('attempts')})"
    _keep(store, chosen, {"attempts": together(attempts)})


def keep_everything(store: Store) -> None:
    """Keep every attempt of this file, for a guard that is begun anew."""
    _keep(store, f"{_ATTEMPTS} ORDER BY attempts.id", {})


def _keep(store: Store, query: str, values: dict[str, object]) -> None:
    for row in store.rows(query, values):
        store.guarded(
            {
                "kind": "attempt",
                "id": row["id"],
                "slot": _hash(store, row),
                "number": row["phone_number_id"],
                "at": row["claimed_at"],
            }
        )


def _hash(store: Store, row: Row) -> str:
    # An event's id is given out again in an older file; the moment of its making is not. A test may be
    # repeated, so it takes no slot.
    if row["purpose"] == "test":
        return ""
    slot = (row["event"], row["created_at"], row["purpose"], row["occasion"], row["match_key"])
    return store.keyed_hash("\n".join(map(str, slot)))


def take_up(store: Store, entries: Sequence[Entry], *, now: datetime) -> None:
    """Take in the attempts among the guard's entries, and let every queued message of theirs be
    `unconfirmed`."""
    store.execute_many(
        """INSERT INTO guard_remains (kind, key_hash, attempt, phone_number_id, at)
           SELECT 'attempt', :slot, :id, :number, :at
           WHERE NOT EXISTS (SELECT 1 FROM send_attempts WHERE id = :id) ON CONFLICT DO NOTHING""",
        [entry for entry in entries if entry["kind"] == "attempt"],
    )
    queued = store.rows("SELECT id FROM invite_messages WHERE state = 'queued'") if _any(store) else []
    recognise(store, [row["id"] for row in queued], now=now)


def _any(store: Store) -> bool:
    return store.value("SELECT 1 FROM guard_remains WHERE kind = 'attempt' AND message IS NULL") is not None


def recognise(store: Store, queued: Sequence[int], *, now: datetime) -> set[int]:
    """Those of the queued messages that may have been sent already; they are `unconfirmed` now."""
    return _recognised(store, queued, now) if queued and _any(store) else set()


def _recognised(store: Store, queued: Sequence[int], now: datetime) -> set[int]:
    rows = store.rows(
        f"""SELECT {_SLOT}, messages.id FROM invite_messages AS messages
            JOIN events ON events.id = messages.event WHERE messages.id IN ({members("queued")})""",
        {"queued": together(queued)},
    )
    slots = {slot: int(row["id"]) for row in rows if (slot := _hash(store, row))}
    lost = store.rows(
        f"""SELECT key_hash, attempt, phone_number_id, at FROM guard_remains
            WHERE kind = 'attempt' AND message IS NULL AND key_hash IN ({members("slots")})
            ORDER BY key_hash, attempt""",
        {"slots": together(slots)},
    )
    found = set()
    for slot, attempts in groupby(lost, key=lambda row: str(row["key_hash"])):
        _attach(store, slots[slot], attempts, now)
        found.add(slots[slot])
    return found


def _attach(store: Store, message: int, lost: Iterable[Row], now: datetime) -> None:
    at, attempts = stored(now), list(lost)
    for row in attempts:
        values = {"attempt": row["attempt"], "message": message, "number": row["phone_number_id"]}
        is_newest = row is attempts[-1]
        store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, outcome, cause, state,
                   superseded_at, superseded_because)
               SELECT :attempt, :message, coalesce(max(n), 0) + 1, :number, :claimed, 'unknown', :cause,
                   'unconfirmed', :superseded, CASE WHEN :superseded IS NOT NULL THEN 'a later attempt' END
               FROM send_attempts WHERE message = :message""",
            {**values, "claimed": row["at"], "cause": CAUSE, "superseded": None if is_newest else at},
        )
        store.execute("UPDATE guard_remains SET message = :message WHERE attempt = :attempt", values)
    ledger = Ledger(store, now=at)
    ledger.read(messages=[message])
    ledger.show(ledger.message(message), attempt=attempts[-1]["attempt"], cause=CAUSE)
    ledger.write()
    for row in attempts:
        shelved = shelf.waiting_for_attempt(store, row["attempt"])
        updates = [each.update for each in shelved]
        outcomes = join.apply_statuses(store, updates, phone_number_id=row["phone_number_id"], now=at)
        for each, (outcome, _) in zip(shelved, outcomes, strict=True):
            each.outcome, each.message = outcome, message
        shelf.settle(store, shelved)
