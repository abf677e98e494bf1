"""Whether the listener is there, so that silence can be told from a dead listener."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.dispatch.listener_gap import ALIVE_S
from invite_core.instants import after, read, stored
from invite_core.store import Store

MANY_REFUSED = 3
"""After so many signatures in a row that did not fit, the secret is taken for a wrong one."""


@dataclass(frozen=True, slots=True)
class ListenerHealth:
    """The newest life of the listener; moments in stored form."""

    alive: bool
    started_at: str | None
    heartbeat_at: str | None
    last_update_at: str | None
    address: str | None
    refused_signatures: int = 0
    """How many updates in a row were refused because their signatures did not fit; 0 after one that did."""
    last_refused_at: str | None = None

    @property
    def refuses_all(self) -> bool:
        """Whether INVITE_APP_SECRET is taken for a wrong one. Strangers can make it look so."""
        return self.alive and self.refused_signatures >= MANY_REFUSED

    def sentence(self, now: datetime) -> str:
        """One line for the screen."""
        if not self.alive:
            return "no listener: answers and stops are not heard"
        if self.refuses_all:
            return "! updates are refused: INVITE_APP_SECRET does not fit"
        if self.last_update_at is None:
            return "listening, no update yet"
        seconds = max(0, int((now - read(self.last_update_at)).total_seconds()))
        return f"listening, last update {_ago(seconds)} ago"

    def as_json(self) -> dict[str, Any]:
        """The same facts for a script."""
        return {
            "alive": self.alive,
            "started_at": self.started_at,
            "heartbeat_at": self.heartbeat_at,
            "last_update_at": self.last_update_at,
            "refused_signatures": self.refused_signatures,
            "last_refused_at": self.last_refused_at,
        }


def listener_health(store: Store, *, now: datetime) -> ListenerHealth:
    """How the listener is, by its heartbeats in the file."""
    # A heartbeat that lies ahead says nothing: the clock was put back since.
    row = store.row(
        """SELECT *, stopped_at IS NULL AND heartbeat_at BETWEEN :since AND :until AS alive FROM listener_status
           ORDER BY alive DESC, id DESC LIMIT 1""",
        {"since": after(stored(now), -ALIVE_S), "until": after(stored(now), ALIVE_S)},
    )
    if row is None:
        return ListenerHealth(False, None, None, None, None)
    last_update = store.value("SELECT max(last_update_at) FROM listener_status")
    return ListenerHealth(
        bool(row["alive"]),
        row["started_at"],
        row["heartbeat_at"],
        last_update,
        row["address"],
        row["refused_in_a_row"],
        row["last_refused_at"],
    )


def _ago(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h"
