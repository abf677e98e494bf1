"""Runs and their messages as screens and scripts show them, in the shapes of design section 8."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from invite_core.invitations import runs
from invite_core.invitations.runs import Run
from invite_core.lifecycle.states import State
from invite_core.store import Row, Store

PAGE = 500
"""Rows that one read of a long list takes."""


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


MESSAGE_ROWS = """SELECT messages.id, messages.run, messages.contact, contacts.name, messages.address,
        messages.address_kind, messages.language, messages.state, messages.held, messages.block_reasons,
        messages.provider_message_id,
        (SELECT count(*) FROM send_attempts WHERE send_attempts.message = messages.id) AS attempts,
        messages.accepted_at, messages.sent_at, messages.delivered_at, messages.read_at, messages.failed_at,
        messages.error_code, messages.error_detail, messages.changed_at
    FROM invite_messages AS messages JOIN contacts ON contacts.id = messages.contact"""
"""The query whose rows `message_json` reads."""


def message_page(
    store: Store, run: int, *, state: str | None = None, after: int = 0, limit: int = PAGE
) -> list[dict[str, Any]]:
    """Messages of a run (in one state, if given) with ids above `after`, in the order of their ids."""
    rows = store.rows(
        f"""{MESSAGE_ROWS} WHERE messages.run = :run AND messages.id > :after
            AND (:state IS NULL OR messages.state = :state) ORDER BY messages.id LIMIT :limit""",
        {"run": run, "state": state, "after": after, "limit": limit},
    )
    return [message_json(row) for row in rows]


def messages(store: Store, run: int, *, state: str | None = None) -> Iterator[dict[str, Any]]:
    """Every message of a run, page by page, in the shape of design section 8."""
    runs.get(store, run)
    last = 0
    while page := message_page(store, run, state=state, after=last):
        yield from page
        last = page[-1]["message"]


def message(store: Store, message_id: int) -> dict[str, Any] | None:
    """One message in the shape of design section 8, or None."""
    row = store.row(f"{MESSAGE_ROWS} WHERE messages.id = ?", (message_id,))
    return message_json(row) if row is not None else None


def message_json(row: Row) -> dict[str, Any]:
    """A row of the query above as the document that `messages --json` prints."""
    reasons = [reason for reason in row["block_reasons"].split(",") if reason]
    return {
        "message": row["id"],
        "run": row["run"],
        "contact": row["contact"],
        "name": row["name"],
        "phone": row["address"],
        "language": row["language"],
        "state": row["state"],
        "held": bool(row["held"]),
        "block_reason": reasons[0] if reasons else None,
        "block_reasons": reasons,
        "provider_message_id": row["provider_message_id"],
        "attempts": row["attempts"],
        "accepted_at": row["accepted_at"],
        "sent_at": row["sent_at"],
        "delivered_at": row["delivered_at"],
        "read_at": row["read_at"],
        "failed_at": row["failed_at"],
        "error_code": row["error_code"],
        "error_detail": row["error_detail"],
    }
