"""One message's whole story: its changes of state, and the updates that changed nothing."""

from typing import Any

from invite_core.errors import InviteError
from invite_core.store import Store


class MessageFault(InviteError):
    """There is no such message."""


def timeline(store: Store, message: int) -> list[dict[str, Any]]:
    """The lines of `timeline MESSAGE`, oldest first: `at` is our time, `provider_at` Meta's.

    A late or contradictory update stands among them with outcome `stale` and the state it did not
    change. Raises `MessageFault` for an unknown id.
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
        stale = store.rows(
            "SELECT * FROM webhook_receipts WHERE message = ? AND outcome = 'stale' ORDER BY id", (message,)
        )
        replies = store.rows("SELECT * FROM replies WHERE message = ? ORDER BY id", (message,))
    first = "blocked" if frozen["verdict"] == "blocked" else "queued"
    cause = (
        f"run frozen: {frozen['block_reasons'].replace(',', ', ')}" if first == "blocked" else "run frozen"
    )
    lines = [_line(frozen["created_at"], None, None, first, cause)]
    lines += [
        _line(row["at"], row["provider_at"], row["from_state"], row["to_state"], row["cause"])
        for row in changes
    ]
    lines.sort(key=lambda line: str(line["at"]))
    beside = []
    for row in stale:
        state = _state_at(lines, row["received_at"])
        cause = f"webhook: {row['status']}" + (f" ({row['error_code']})" if row["error_code"] else "")
        beside.append(_line(row["received_at"], row["provider_at"], state, state, cause, "stale"))
    for row in replies:
        state = _state_at(lines, row["recorded_at"])
        said = row["answer"] or row["body"] or row["kind"]
        beside.append(_line(row["recorded_at"], row["given_at"], state, state, f"reply: {said}"))
    return sorted(lines + beside, key=lambda line: str(line["at"]))


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
