"""The messages of a run that are to be claimed next."""

from collections.abc import Sequence
from datetime import datetime

from invite_core.instants import after, stored
from invite_core.store import Row, Store

LONGEST_WAIT_S = 3600.0
"""The longest that a refused message waits before it is tried again."""

_DUE = """SELECT id, contact, address, address_kind, language, parameters,
        (SELECT count(*) FROM send_attempts WHERE send_attempts.message = invite_messages.id) AS tried
    FROM invite_messages WHERE run = :run AND state = 'queued'
        AND (next_attempt_at <= :now OR next_attempt_at > :no_later)
    ORDER BY next_attempt_at, id LIMIT :limit + 0"""
"""One that would wait for longer than anything may (`:no_later`) shows that the clock was put back, and waits no
more. A sum, because SQLite would plan a query anew for each value of a placeholder that stands alone after LIMIT."""


def due(store: Store, run: int, *, limit: int, now: datetime) -> Sequence[Row]:
    """The first `limit` messages of `run` whose time has come, in the order in which they are claimed: `id, contact,
    address, address_kind, language, parameters, tried`."""
    at = stored(now)
    values = {"run": run, "now": at, "limit": limit, "no_later": after(at, LONGEST_WAIT_S)}
    return store.rows(_DUE, values)


def put_off(store: Store, until: Sequence[tuple[int, str]]) -> None:
    """Let queued messages wait until a moment each, in stored form and no more than `LONGEST_WAIT_S` ahead.
    To be called inside `Store.write`."""
    store.execute_many(
        "UPDATE invite_messages SET next_attempt_at = ? WHERE id = ? AND state = 'queued'",
        [(moment, message) for message, moment in until],
    )
