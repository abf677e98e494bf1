"""One message's whole story: its changes of state, and what came beside them and changed none."""

from typing import Any

from invite_core.errors import InviteError
from invite_core.store import Row, Store


class MessageFault(InviteError):
    """There is no such message."""


def timeline(store: Store, message: int) -> list[dict[str, Any]]:
    """The lines of `timeline MESSAGE`, oldest first: `at` is our time, `provider_at` Meta's.

    An update that changed no state stands among the changes with the state that it found: outcome
    `applied` where it told a moment that was missing, `stale` where it was late or contradictory. So do
    replies, and alarms (outcome `alarm`). Raises `MessageFault` for an unknown id.
    """
    with store.snapshot():
        frozen = store.row(
            """SELECT runs.created_at, messages.verdict, messages.block_reasons, messages.state
               FROM invite_messages AS messages JOIN invite_send_runs AS runs ON runs.id = messages.run
               WHERE messages.id = ?""",
            (message,),
        )
        if frozen is None:
            raise MessageFault(f"There is no message {message}.", "See `invite-tui messages RUN`.")
        changes = store.rows("SELECT * FROM message_transitions WHERE message = ? ORDER BY id", (message,))
        updates = store.rows(
            "SELECT * FROM webhook_receipts WHERE kind = 'status' AND message = ? ORDER BY id", (message,)
        )
        replies = store.rows("SELECT * FROM replies WHERE message = ? ORDER BY id", (message,))
        alarms = store.rows("SELECT detail, at FROM alarms WHERE message = ? ORDER BY id", (message,))
    lines = sorted([_frozen(frozen), *map(_change, changes)], key=_moment)
    moved = {(row["cause"], row["provider_at"]) for row in changes}
    beside = []
    for row in updates:
        if row["outcome"] == "stale" or (f"webhook: {row['status']}", row["provider_at"]) not in moved:
            code = f" ({row['error_code']})" if row["error_code"] else ""
            cause = f"webhook: {row['status']}{code}"
            beside.append(_beside(lines, row["received_at"], row["provider_at"], cause, row["outcome"]))
    for row in replies:
        said = row["answer"] or row["body"] or row["kind"]
        beside.append(_beside(lines, row["recorded_at"], row["given_at"], f"reply: {said}"))
    beside += [_beside(lines, row["at"], None, f"alarm: {row['detail']}", "alarm") for row in alarms]
    return sorted(lines + beside, key=_moment)


def _frozen(row: Row) -> dict[str, Any]:
    if row["verdict"] == "eligible":
        return _line(row["created_at"], None, None, "queued", "run frozen")
    reasons = row["block_reasons"].replace(",", ", ")
    return _line(row["created_at"], None, None, "blocked", f"run frozen: {reasons}")


def _change(row: Row) -> dict[str, Any]:
    return _line(row["at"], row["provider_at"], row["from_state"], row["to_state"], row["cause"])


def _beside(
    changes: list[dict[str, Any]], at: str, provider_at: str | None, cause: str, outcome: str = "applied"
) -> dict[str, Any]:
    state = _state_at(changes, at)
    return _line(at, provider_at, state, state, cause, outcome)


def _moment(line: dict[str, Any]) -> str:
    return str(line["at"])


def _line(
    at: str,
    provider_at: str | None,
    before: str | None,
    after: str | None,
    cause: str,
    outcome: str = "applied",
) -> dict[str, Any]:
    return {
        "at": at,
        "provider_at": provider_at,
        "from": before,
        "to": after,
        "cause": cause,
        "outcome": outcome,
    }


def _state_at(changes: list[dict[str, Any]], at: str) -> str | None:
    states = [line["to"] for line in changes if line["at"] <= at]
    return states[-1] if states else None
