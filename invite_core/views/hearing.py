"""Whether what guests say is heard, and what may have been missed while nobody listened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.dispatch.listener_gap import Gap, listener_gap
from invite_core.instants import read, stored
from invite_core.invitations import long_gaps
from invite_core.store import Store
from invite_core.views.health import ListenerHealth, listener_health


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the listener is, and the gap that counts now."""

    health: ListenerHealth
    """The listener's newest life."""
    gap: Gap | None
    """What keeps messages back; else the last absence whose losses were accepted; None where neither is."""
    now: datetime
    """When this was so."""

    @property
    def holds(self) -> bool:
        """Whether the gap keeps messages from being sent."""
        if self.gap is None:
            return False
        return self.gap.needs_accepting or self.gap.claims_from is None or self.gap.claims_from > self.now

    def as_json(self) -> dict[str, Any]:
        """The `listener` of a run's document: `last_seen` and the gap's moments in stored form, its length
        in minutes."""
        last_seen = self.health.heartbeat_at
        return {**self.health.as_json(), "last_seen": last_seen, "gap": self._gap_as_json()}

    def _gap_as_json(self) -> dict[str, Any] | None:
        gap = self.gap
        if gap is None:
            return None
        return {
            "from": stored(gap.away_since),
            "to": stored(gap.back_since) if gap.back_since else None,
            "minutes": int(((gap.back_since or self.now) - gap.away_since).total_seconds() // 60),
            "quiet_until": stored(gap.claims_from) if gap.claims_from else None,
            "may_have_lost": gap.may_have_lost,
            "acknowledged_by": gap.accepted_by,
        }


def hearing(store: Store, *, catch_up_minutes: float, now: datetime) -> Hearing:
    """How it is at `now`, with the catch-up time of the settings."""
    with store.snapshot():
        health = listener_health(store, now=now)
        gap = listener_gap(store, catch_up_minutes=catch_up_minutes, now=now) or _last_accepted(store)
    return Hearing(health, gap, now)


def _last_accepted(store: Store) -> Gap | None:
    accepted = [each for each in long_gaps.all_known(store) if each.accepted_by]
    if not accepted:
        return None
    last = accepted[-1]
    back = read(last.back_since)
    return Gap(read(last.away_since), back, back, may_have_lost=True, accepted_by=last.accepted_by)
