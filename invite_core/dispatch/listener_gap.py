"""The listener's absence: stops and answers that Meta still holds have to come in before more is sent.

Meta delivers for seven days what the listener did not take (webhooks/overview). When messages are out
and nobody listened for longer than the catch-up time, nothing new is claimed until the listener has
been back, and has heard nothing, for that long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from invite_core.instants import read
from invite_core.lifecycle.attempts import attempt_ids_from
from invite_core.store import Store

ALIVE_S = 20
"""A listener that has not beaten for so long is taken for dead; it beats at least every five seconds."""

REDELIVERED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the listener."""

    started: datetime
    """When it began to listen."""
    last_seen: datetime
    """Its last heartbeat, or its end."""
    last_update: datetime | None
    """When it last took an update."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody listened although messages were out."""

    away_since: datetime
    """When the listener was last there."""
    back_since: datetime | None
    """Since when it is back; None while it is away."""
    claims_from: datetime | None
    """From when on messages may be claimed, if nothing more is heard until then; None while it is away."""

    @property
    def may_have_lost(self) -> bool:
        """Whether it was longer than Meta keeps what it could not deliver."""
        return self.back_since is not None and self.back_since - self.away_since > REDELIVERED_FOR

    def sentence(self) -> str:
        """What the organiser reads."""
        if self.back_since is None or self.claims_from is None:
            return f"The listener has been away since {self.away_since:%Y-%m-%d %H:%M} UTC."
        return (
            f"The listener was away from {self.away_since:%Y-%m-%d %H:%M} to {self.back_since:%Y-%m-%d %H:%M} "
            f"UTC; stops and answers may still come in until {self.claims_from:%H:%M} UTC."
        )


def find_gap(
    lives: Sequence[Life], first_out: datetime | None, *, catch_up: timedelta, now: datetime
) -> Gap | None:
    """The gap that keeps messages from being claimed at `now`, or None. Pure.

    `lives` are the newest first; `first_out` is when the first message that is out left, or None.
    """
    if first_out is None or not catch_up:
        return None
    last_seen = max(lives[0].last_seen, first_out) if lives else first_out
    if now - last_seen > max(catch_up, timedelta(seconds=ALIVE_S)):
        return Gap(last_seen, None, None)
    if not lives:
        return None
    back_since, heard = lives[0].started, lives[0].last_update
    away_since = first_out
    for life in lives[1:]:
        if back_since - life.last_seen > catch_up:
            away_since = max(life.last_seen, first_out)
            break
        back_since = min(back_since, life.started)
    if back_since - away_since <= catch_up:
        return None
    claims_from = max(back_since, heard or back_since) + catch_up
    return Gap(away_since, back_since, claims_from) if now < claims_from else None


def listener_gap(store: Store, *, catch_up_minutes: float, now: datetime) -> Gap | None:
    """The gap in this file at `now`, or None."""
    lives = [
        Life(
            read(row["started_at"]),
            read(row["stopped_at"] or row["heartbeat_at"]),
            read(row["last_update_at"]) if row["last_update_at"] else None,
        )
        for row in store.rows(
            """SELECT started_at, heartbeat_at, stopped_at, last_update_at FROM listener_status
               ORDER BY coalesce(stopped_at, heartbeat_at) DESC, id DESC LIMIT 100"""
        )
    ]
    first = store.value(
        "SELECT min(claimed_at) FROM send_attempts WHERE id >= :since AND state <> 'cancelled'",
        {"since": attempt_ids_from(now - REDELIVERED_FOR)},
    )
    return find_gap(
        lives, read(first) if first else None, catch_up=timedelta(minutes=catch_up_minutes), now=now
    )
