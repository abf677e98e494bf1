"""The lives of the listener, so that silence can be told from a dead listener (`views.health`).

All of it is to be called inside `Store.write`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from invite_core.delivery.pruning import prune
from invite_core.delivery.tally import Tally
from invite_core.instants import after, stored
from invite_core.store import Store

_MINUTE = len("2026-11-25T08:30")

ASLEEP_S = 60
"""A listener that beats every five seconds and has not for so long was asleep with its computer."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Bodies that were refused because of their signatures."""

    more: int = 0
    """How many since the last beat, unsigned ones among them."""
    in_a_row: int = 0
    """How many came with a signature that did not fit, since the last one that did."""
    last_at: datetime | None = None
    """When the last of these came, in this life of the listener."""


def begin(store: Store, *, pid: int, address: str, now: datetime) -> int:
    """Write that a listener is there, before it is announced to anybody; the id of its life."""
    return store.insert(
        """INSERT INTO listener_status (pid, address, started_at, heartbeat_at)
           VALUES (:pid, :address, :now, :now)""",
        {"pid": pid, "address": address, "now": stored(now)},
    )


def beat(store: Store, life: int, tally: Tally, *, refusals: Refusals = Refusals(), now: datetime) -> bool:
    """Write that it still is, and add what it took in and refused since the last beat.

    Once a minute a part of what is not kept for ever goes with it (`pruning`). False if the file knows no
    such life, as after a backup was put in its place.
    """
    before = store.value("SELECT heartbeat_at FROM listener_status WHERE id = ?", (life,))
    if before is not None and before[:_MINUTE] != stored(now)[:_MINUTE]:
        prune(store, now=now)
    changed = store.execute(
        """UPDATE listener_status SET heartbeat_at = :now,
               last_update_at = CASE WHEN :bodies > 0 THEN :now ELSE last_update_at END,
               bodies = bodies + :bodies, applied = applied + :applied, stale = stale + :stale,
               unmatched = unmatched + :unmatched, ignored = ignored + :ignored,
               quarantined = quarantined + :quarantined, repeated = repeated + :repeated,
               refused_signatures = refused_signatures + :more, refused_in_a_row = :in_a_row,
               last_refused_at = coalesce(:last_at, last_refused_at)
           WHERE id = :life AND heartbeat_at >= :awake""",
        {
            "life": life,
            "now": stored(now),
            "awake": after(stored(now), -ASLEEP_S),
            "more": refusals.more,
            "in_a_row": refusals.in_a_row,
            "last_at": stored(refusals.last_at) if refusals.last_at else None,
            **asdict(tally),
        },
    )
    return changed > 0


def end(store: Store, life: int, *, now: datetime) -> None:
    """Write that it stopped of its own accord."""
    store.execute(
        "UPDATE listener_status SET stopped_at = :now, heartbeat_at = :now WHERE id = :life",
        {"life": life, "now": stored(now)},
    )
