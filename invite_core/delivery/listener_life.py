"""The lives of the listener, so that silence can be told from a dead listener (`views.health`).

All of it is to be called inside `Store.write`.
"""

from dataclasses import asdict
from datetime import datetime

from invite_core.delivery.intake import Tally
from invite_core.instants import stored
from invite_core.store import Store


def begin(store: Store, *, pid: int, address: str, now: datetime) -> int:
    """Write that a listener is there, before it is announced to anybody; the id of its life."""
    return store.insert(
        """INSERT INTO listener_status (pid, address, started_at, heartbeat_at)
           VALUES (:pid, :address, :now, :now)""",
        {"pid": pid, "address": address, "now": stored(now)},
    )


def beat(store: Store, life: int, tally: Tally, *, refused_signatures: int = 0, now: datetime) -> bool:
    """Write that it still is, and add what it took in since the last beat.

    False if the file knows no such life, as after a backup was put in its place.
    """
    changed = store.execute(
        """UPDATE listener_status SET heartbeat_at = :now,
               last_update_at = CASE WHEN :bodies > 0 THEN :now ELSE last_update_at END,
               bodies = bodies + :bodies, applied = applied + :applied, stale = stale + :stale,
               unmatched = unmatched + :unmatched, ignored = ignored + :ignored,
               quarantined = quarantined + :quarantined, repeated = repeated + :repeated,
               refused_signatures = refused_signatures + :refused_signatures
           WHERE id = :life""",
        {"life": life, "now": stored(now), "refused_signatures": refused_signatures, **asdict(tally)},
    )
    return changed > 0


def end(store: Store, life: int, *, now: datetime) -> None:
    """Write that it stopped of its own accord."""
    store.execute(
        "UPDATE listener_status SET stopped_at = :now, heartbeat_at = :now WHERE id = :life",
        {"life": life, "now": stored(now)},
    )
