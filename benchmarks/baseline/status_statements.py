"""What one status must leave in the file, as fixed statements run directly on SQLite. Frozen.

Receipt, attempt, message, transition, the person's user id, and once per body the run's counters; one
transaction per body with every safety of the program. Nothing is parsed, judged or matched by anything but
the attempt's id, and every status is taken to move its message one step.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from invite_core.store import engine

_SAFETIES = ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF")
_AT = "2026-09-21T14:13:20.000Z"
_BEFORE = {"sent": "accepted", "delivered": "sent", "read": "delivered"}

_RECEIPT = """INSERT INTO webhook_receipts (key, kind, phone_number_id, provider_message_id, attempt, status,
        provider_at, message, outcome, received_at)
    VALUES (:key, 'status', :number, :id, :attempt, :status, :at,
        (SELECT message FROM send_attempts WHERE id = :attempt), 'applied', :at)
    ON CONFLICT (key) DO UPDATE SET seen = seen + 1"""
_ATTEMPT = "UPDATE send_attempts SET state = :status, {}_at = :at WHERE id = :attempt AND state = :before"
_TRANSITION = """INSERT INTO message_transitions (message, attempt, from_state, to_state, provider_at, at, cause)
    SELECT message, id, :before, :status, :at, :at, 'webhook' FROM send_attempts WHERE id = :attempt"""
_MESSAGE = """UPDATE invite_messages SET state = :status, {}_at = :at, changed_at = :at
    WHERE id = (SELECT message FROM send_attempts WHERE id = :attempt) AND state = :before"""
_USER_ID = """INSERT INTO contact_identities (contact, kind, value, match_key, position, created_at)
    SELECT contact, 'user_id', :user_id, :user_id, 0, :at FROM invite_messages
    WHERE id = (SELECT message FROM send_attempts WHERE id = :attempt) ON CONFLICT DO NOTHING"""
_COUNTERS = """UPDATE run_counters SET n = n + CASE name WHEN :status THEN :n ELSE -:n END
    WHERE kind = 'state' AND name IN (:before, :status)"""


def statuses_a_second(path: Path, bodies: Sequence[Sequence[Mapping[str, Any]]], number: str) -> float:
    """Write the statuses of these bodies, all of one body with the same word, and give the rate."""
    rows = [[_row(status, number) for status in body] for body in bodies]
    with closing(engine.driver.connect(path, isolation_level=None)) as connection:
        for safety in _SAFETIES:
            connection.execute(f"PRAGMA {safety}")
        began = time.perf_counter()
        for body in rows:
            _write(connection, body)
        return sum(map(len, rows)) / (time.perf_counter() - began)


def _row(status: Mapping[str, Any], number: str) -> dict[str, object]:
    what = f"{number} {status['id']} {status['status']}".encode()
    return {
        "key": hashlib.sha256(what).digest(),
        "number": number,
        "id": status["id"],
        "attempt": status["biz_opaque_callback_data"],
        "status": status["status"],
        "before": _BEFORE[status["status"]],
        "user_id": status["recipient_user_id"],
        "at": _AT,
    }


def _write(connection: engine.Connection, rows: list[dict[str, object]]) -> None:
    word = rows[0]["status"]
    connection.execute("BEGIN IMMEDIATE")
    for statement in (_RECEIPT, _ATTEMPT.format(word), _TRANSITION, _MESSAGE.format(word), _USER_ID):
        connection.executemany(statement, rows)
    connection.execute(_COUNTERS, {"status": word, "before": rows[0]["before"], "n": len(rows)})
    connection.execute("COMMIT")
