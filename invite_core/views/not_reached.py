"""Whom an invitation has not reached, and why: for every one of them the organiser can find another way."""

from datetime import datetime
from typing import Any

from invite_core.instants import after, stored
from invite_core.invitations.events import Event
from invite_core.invitations.policy import REMEDIES, BlockReason
from invite_core.people.addressing import written_to
from invite_core.provider.error_table import explain
from invite_core.store import Row, Store

DAYS = 3
"""After so many days a message that Meta accepted and never delivered counts as not having arrived."""

_SETTLE = "Look at it (`invite-tui timeline {message}`), then `invite-tui resolve {message}`."
_HELD = "Meta holds it back for its own check; wait, or invite them in another way."
_UNDELIVERED = "The phone may be off, or the number no longer on WhatsApp; ask them in another way."
_GIVEN_UP = "Send again: a new run writes to whoever has not got the message."


def not_reached(store: Store, event: Event, *, now: datetime, days: int = DAYS) -> list[dict[str, Any]]:
    """The lines of `not-reached E`, by name: everyone of the invitation's runs whom it did not reach.

    `contact, name, phone, places, state` (blocked, failed, held, unconfirmed, undelivered, cancelled),
    `reason` (a block reason, Meta's error in words, or ''), `code` (Meta's, or None), `todo, since, message,
    run`. Left out: whoever has a delivered or read invitation, has answered, or was invited otherwise; and,
    for `days` days, a message that Meta accepted. What a merged contact got, the other got.
    """
    limit = after(stored(now), -days * 86_400)
    rows = store.rows(_OPEN, {"event": event.id})
    return [line for row in rows if (line := _line(row, limit)) is not None]


def is_anybody_invited(store: Store, event: Event) -> bool:
    """Whether a run of the invitation was begun, or somebody was invited in another way."""
    found = store.value(
        """SELECT 1 WHERE EXISTS (SELECT 1 FROM invite_messages WHERE event = :event AND purpose = 'invitation')
               OR EXISTS (SELECT 1 FROM invited_otherwise WHERE event = :event)""",
        {"event": event.id},
    )
    return found is not None


_OPEN = f"""SELECT * FROM (
        SELECT person.id AS contact, person.name, person.name_key, person.places,
            {written_to("person.id")} AS phone, messages.id AS message, messages.run, messages.state,
            messages.held, messages.block_reasons, messages.error_code, messages.error_detail,
            messages.accepted_at, messages.changed_at,
            row_number() OVER (PARTITION BY person.id ORDER BY CASE messages.state
                WHEN 'sent' THEN 0 WHEN 'accepted' THEN 0 WHEN 'unconfirmed' THEN 1 WHEN 'sending' THEN 2
                WHEN 'queued' THEN 2 ELSE 3 END, messages.id DESC) AS turn
        FROM invite_messages AS messages JOIN contacts AS own ON own.id = messages.contact
        JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id)
        WHERE messages.event = :event AND messages.purpose = 'invitation' AND person.erased_at IS NULL
    ) AS newest
    WHERE turn = 1 AND state NOT IN ('queued', 'sending') AND contact NOT IN (
        SELECT coalesce(own.merged_into, own.id) FROM contacts AS own WHERE own.id IN (
            SELECT contact FROM invite_messages WHERE event = :event AND purpose = 'invitation'
                AND (delivered_at IS NOT NULL OR read_at IS NOT NULL)
            UNION SELECT contact FROM invited_otherwise WHERE event = :event
            UNION SELECT contact FROM replies WHERE event = :event AND status = 'answer'
                AND answer IN ('yes', 'no', 'maybe') AND contact IS NOT NULL))
    ORDER BY name_key, contact"""
"""Of each person the message that tells most: one that may yet arrive comes before one that will not."""


def _line(row: Row, limit: str) -> dict[str, Any] | None:
    state, reason, todo = row["state"], "", _GIVEN_UP
    match row["state"]:
        case "blocked":
            reason = row["block_reasons"].split(",")[0]
            todo = REMEDIES[BlockReason(reason)]
        case "failed":
            fact = explain(row["error_code"])
            reason, todo = fact.sentence, fact.todo
        case "unconfirmed":
            reason, todo = row["error_detail"] or "", _SETTLE.format(message=row["message"])
        case "accepted" if row["held"]:
            state, todo = "held", _HELD
        case "accepted" | "sent":
            if (row["accepted_at"] or row["changed_at"]) > limit:
                return None
            state, todo = "undelivered", _UNDELIVERED
    return {
        **{name: row[name] for name in ("contact", "name", "phone", "places")},
        "state": state,
        "reason": reason,
        "code": row["error_code"],
        "todo": todo,
        "since": row["accepted_at"] or row["changed_at"],
        "message": row["message"],
        "run": row["run"],
    }
