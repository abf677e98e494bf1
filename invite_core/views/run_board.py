"""Runs as screens and scripts show them, in the shapes of design section 8."""

from dataclasses import dataclass
from typing import Any

from invite_core.invitations import runs
from invite_core.invitations.runs import Run
from invite_core.lifecycle.states import State
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class RunBoard:
    """One run with its exact counters."""

    run: Run
    event_name: str
    counts: dict[str, int]
    blocked: dict[str, int]
    created_at: str
    started_at: str | None
    ended_at: str | None
    held: int
    alarms: int

    def as_json(self) -> dict[str, Any]:
        """The document that `runs show --json` and `send --json` print."""
        return {
            "run": self.run.id,
            "event": self.run.event,
            "event_name": self.event_name,
            "purpose": self.run.purpose,
            "occasion": self.run.occasion,
            "template": self.run.template,
            "language": self.run.language,
            "status": self.run.status,
            "paused_because": self.run.paused_because,
            "paused_detail": self.run.paused_detail,
            "audience": self.run.audience,
            "cap": str(self.run.cap) if self.run.cap else None,
            "window": str(self.run.hours) if self.run.hours else None,
            "their_time": bool(self.run.hours and self.run.hours.theirs),
            "total": self.run.total,
            "eligible": self.run.eligible,
            "counts": self.counts,
            "blocked": self.blocked,
            "held": self.held,
            "alarms": self.alarms,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
        }


def run_board(store: Store, run: int) -> RunBoard:
    """One run and its counters, read in one moment. Raises `RunFault` for an unknown id."""
    with store.snapshot():
        found = runs.get(store, run)
        moments = store.row(
            """SELECT events.name, runs.created_at, runs.started_at, runs.ended_at,
                   (SELECT count(*) FROM invite_messages
                    WHERE run = runs.id AND state = 'accepted' AND held = 1) AS held,
                   (SELECT count(*) FROM alarms JOIN invite_messages ON invite_messages.id = alarms.message
                    WHERE invite_messages.run = runs.id AND acknowledged_at IS NULL) AS alarms
               FROM invite_send_runs AS runs JOIN events ON events.id = runs.event WHERE runs.id = ?""",
            (run,),
        )
        counters = store.rows("SELECT kind, name, n FROM run_counters WHERE run = ?", (run,))
    if moments is None:
        raise LookupError(f"run {run} has no event")
    counts = {state.value: 0 for state in State}
    counts |= {row["name"]: row["n"] for row in counters if row["kind"] == "state"}
    blocked = {row["name"]: row["n"] for row in counters if row["kind"] == "block" and row["n"]}
    return RunBoard(
        run=found,
        event_name=moments["name"],
        counts=counts,
        blocked=dict(sorted(blocked.items(), key=lambda item: -item[1])),
        created_at=moments["created_at"],
        started_at=moments["started_at"],
        ended_at=moments["ended_at"],
        held=moments["held"],
        alarms=moments["alarms"],
    )


def run_ids(store: Store, event: int | None = None) -> list[int]:
    """The ids of all runs (of one event, if given), the newest first."""
    rows = store.rows(
        "SELECT id FROM invite_send_runs WHERE :event IS NULL OR event = :event ORDER BY id DESC",
        {"event": event},
    )
    return [row["id"] for row in rows]
