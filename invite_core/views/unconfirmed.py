"""What an organiser needs to judge an unconfirmed message: since when, why, and who was listening.

Silence proves something only while the listener was up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from invite_core.dispatch.listener_gap import ALIVE_S
from invite_core.instants import after, read, stored
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.store.dialect import members, together

Span = tuple[datetime, datetime]
"""From when to when a listener lived."""

_AT_ONCE = 500

LISTED = 100
"""How many messages in doubt a run's own document lists; `messages RUN --state unconfirmed` lists them all."""


def share_covered(lives: Iterable[Span], since: datetime, until: datetime) -> float:
    """The share, 0 to 1, of the time from `since` to `until` in which at least one of `lives` lasted. Pure.

    Where no time has passed: whether one lasted at that moment.
    """
    clipped = sorted(
        (max(start, since), min(end, until)) for start, end in lives if start <= until and end >= since
    )
    whole = (until - since).total_seconds()
    if whole <= 0:
        return float(bool(clipped))
    covered, reached = 0.0, since
    for start, end in clipped:
        if end > reached:
            covered += (end - max(start, reached)).total_seconds()
            reached = end
    return round(covered / whole, 4)


def unconfirmed(store: Store, messages: Sequence[int], *, now: datetime) -> Mapping[int, dict[str, Any]]:
    """For each of `messages` that is unconfirmed: `since`, when its request left, at the earliest (stored
    form), `cause`, `age_s` and `listener_up`, the share of that time in which a listener lived."""
    if not messages:
        return {}
    rows = store.rows(
        f"""SELECT messages.id, messages.error_detail, attempts.cause, attempts.claimed_at AS since
            FROM invite_messages AS messages JOIN send_attempts AS attempts ON attempts.message = messages.id
            WHERE attempts.superseded_at IS NULL AND messages.state = 'unconfirmed'
              AND messages.id IN ({members("messages")})""",
        {"messages": together(messages)},
    )
    if not rows:
        return {}
    lives = _lives(store, min(row["since"] for row in rows), now)
    return {
        row["id"]: {
            "since": row["since"],
            "cause": row["cause"] or row["error_detail"] or "no answer",
            "age_s": max(0, int((now - read(row["since"])).total_seconds())),
            "listener_up": share_covered(lives, read(row["since"]), now),
        }
        for row in rows
    }


def unconfirmed_in(store: Store, run: int, *, now: datetime) -> list[dict[str, Any]]:
    """The unconfirmed messages of a run, the oldest doubt first, a hundred at most: `message`, `name`, `phone`
    and what `unconfirmed` tells of each."""
    rows = store.rows(
        """SELECT messages.id, messages.address, contacts.name FROM invite_messages AS messages
           JOIN contacts ON contacts.id = messages.contact
           WHERE messages.run = :run AND messages.state = 'unconfirmed'
           ORDER BY messages.changed_at, messages.id LIMIT :limit""",
        {"run": run, "limit": LISTED},
    )
    found = unconfirmed(store, [row["id"] for row in rows], now=now)
    return [
        {"message": row["id"], "name": row["name"], "phone": row["address"], **found[row["id"]]}
        for row in rows
        if row["id"] in found
    ]


def explained(
    store: Store, documents: Iterable[dict[str, Any]], *, now: datetime
) -> Iterator[dict[str, Any]]:
    """The documents of messages, each with `unconfirmed` as above, or None where there is no doubt."""
    waiting = iter(documents)
    while some := list(islice(waiting, _AT_ONCE)):
        doubtful = [each["message"] for each in some if each["state"] == State.UNCONFIRMED]
        found = unconfirmed(store, doubtful, now=now)
        yield from ({**each, "unconfirmed": found.get(each["message"])} for each in some)


def explained_timeline(
    store: Store, message: int, lines: Sequence[dict[str, Any]], *, now: datetime
) -> list[dict[str, Any]]:
    """The lines of a timeline, the last one with `unconfirmed` as above while there is doubt."""
    found = unconfirmed(store, [message], now=now).get(message)
    return [
        {**line, "unconfirmed": found if place == len(lines) else None}
        for place, line in enumerate(lines, start=1)
    ]


def _lives(store: Store, since: str, now: datetime) -> list[Span]:
    """Every life that touches the time since; one that still beats lasts until now."""
    rows = store.rows(
        """SELECT started_at, stopped_at, coalesce(stopped_at, heartbeat_at) AS until FROM listener_status
           WHERE coalesce(stopped_at, heartbeat_at) >= :since OR (stopped_at IS NULL AND heartbeat_at >= :alive)""",
        {"since": since, "alive": (alive := after(stored(now), -ALIVE_S))},
    )
    return [
        (
            read(row["started_at"]),
            now if row["stopped_at"] is None and row["until"] >= alive else read(row["until"]),
        )
        for row in rows
    ]
