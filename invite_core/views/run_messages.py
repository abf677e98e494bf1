"""The messages of a run in the shape of design section 8: all of them, any slice, one; failures by cause."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from invite_core.invitations import runs
from invite_core.lifecycle.states import State
from invite_core.provider.template_components import RenderedMessage, render
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together

PAGE = 500
"""Rows that one read of a long list takes."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Messages of a run that failed with the same error."""

    code: int | None
    """Meta's code, or None where it gave none."""
    n: int


_ROWS = """SELECT messages.id, messages.run, messages.contact, contacts.name, messages.address,
        messages.address_kind, messages.language, messages.state, messages.held, messages.block_reasons,
        messages.provider_message_id,
        (SELECT count(*) FROM send_attempts WHERE send_attempts.message = messages.id) AS attempts,
        messages.accepted_at, messages.sent_at, messages.delivered_at, messages.read_at, messages.failed_at,
        messages.error_code, messages.error_detail, messages.changed_at
    FROM invite_messages AS messages JOIN contacts ON contacts.id = messages.contact"""
"""The query whose rows `_document` reads."""


def message_page(
    store: Store, run: int, *, state: str | None = None, after: int = 0, limit: int = PAGE
) -> list[dict[str, Any]]:
    """Messages of a run (in one state, if given) with ids above `after`, in the order of their ids."""
    rows = store.rows(
        f"""{_ROWS} WHERE messages.run = :run AND messages.id > :after
            AND (:state IS NULL OR messages.state = :state) ORDER BY messages.id LIMIT :limit""",
        {"run": run, "state": state, "after": after, "limit": limit},
    )
    return _documents(store, rows)


def messages(store: Store, run: int, *, state: str | None = None) -> Iterator[dict[str, Any]]:
    """Every message of a run, page by page, in the shape of design section 8."""
    runs.get(store, run)
    last = 0
    while page := message_page(store, run, state=state, after=last):
        yield from page
        last = page[-1]["message"]


def message(store: Store, message_id: int) -> dict[str, Any] | None:
    """One message in the shape of design section 8, or None."""
    row = store.row(f"{_ROWS} WHERE messages.id = ?", (message_id,))
    return _documents(store, [row])[0] if row is not None else None


def _documents(store: Store, rows: Sequence[Row]) -> list[dict[str, Any]]:
    if not rows:
        return []
    alarms: dict[int, list[str]] = {}
    for alarm in store.rows(
        f"SELECT message, detail FROM alarms WHERE message IN ({members('messages')}) ORDER BY id",
        {"messages": together([row["id"] for row in rows])},
    ):
        alarms.setdefault(alarm["message"], []).append(alarm["detail"])
    return [_document(row, alarms.get(row["id"], [])) for row in rows]


def _document(row: Row, alarms: list[str]) -> dict[str, Any]:
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
        "changed_at": row["changed_at"],
        "error_code": row["error_code"],
        "error_detail": row["error_detail"],
        "alarms": alarms,
    }


def message_count(store: Store, run: int, *, state: State | None = None) -> int:
    """How many messages the run has (in one state, if given), from its exact counters."""
    return int(
        store.value(
            """SELECT coalesce(sum(n), 0) FROM run_counters
               WHERE run = :run AND kind = 'state' AND (:state IS NULL OR name = :state)""",
            {"run": run, "state": state},
        )
    )


def message_documents(store: Store, messages: Sequence[int]) -> list[dict[str, Any]]:
    """These messages in the shape of design section 8, in the order in which they are named."""
    rows = store.rows(
        f"{_ROWS} WHERE messages.id IN ({members('messages')})", {"messages": together(messages)}
    )
    documents = {document["message"]: document for document in _documents(store, rows)}
    return [documents[each] for each in messages if each in documents]


def answers_to(store: Store, run: int, messages: Sequence[int]) -> dict[int, str]:
    """The answer that counts (yes, no or maybe) of those of these messages' people who answered, by message.

    It is the person's last answer for the event, whichever message it was to.
    """
    # The named messages are read, not every message of the run: hence the sum.
    rows = store.rows(
        f"""SELECT messages.id, replies.answer FROM invite_messages AS messages
            JOIN contacts AS known ON known.id = messages.contact
            JOIN replies ON replies.event = messages.event AND replies.contact IN (
                SELECT coalesce(known.merged_into, known.id)
                UNION ALL SELECT id FROM contacts WHERE merged_into = coalesce(known.merged_into, known.id))
            WHERE messages.run + 0 = :run AND messages.id IN ({members("messages")})
                AND replies.status = 'answer' AND replies.answer IN ('yes', 'no', 'maybe')
            ORDER BY replies.given_at, replies.id""",
        {"run": run, "messages": together(messages)},
    )
    return {row["id"]: row["answer"] for row in rows}


def failures(store: Store, run: int) -> list[Failures]:
    """The failed messages of the run by error code, the most frequent first."""
    rows = store.rows(
        """SELECT error_code, count(*) AS n FROM invite_messages WHERE run = ? AND state = 'failed'
           GROUP BY error_code ORDER BY n DESC, error_code""",
        (run,),
    )
    return [Failures(row["error_code"], row["n"]) for row in rows]


def message_text(store: Store, message: int) -> RenderedMessage | None:
    """The message as its run froze it, or None where there was no text in the person's language."""
    row = store.row(
        """SELECT run_variants.components, messages.parameters FROM invite_messages AS messages
           JOIN run_variants ON run_variants.run = messages.run AND run_variants.language = messages.language
           WHERE messages.id = ?""",
        (message,),
    )
    return render(json.loads(row["components"]), json.loads(row["parameters"])) if row else None
