"""Purging a past event: who was invited, what they got and what they answered goes; the counts stay.

Blocks and consents are not of the event, and stay. Receipts keep their keys, so that what Meta tells again is
known for a repetition.
"""

from dataclasses import dataclass
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import runs
from invite_core.invitations.events import Event
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

_MESSAGES = "(SELECT id FROM invite_messages WHERE event = :event)"

_REPLIES = f"(event = :event OR message IN {_MESSAGES})"

_GONE = (
    f"""UPDATE replies SET event = NULL, message = NULL, context_message_id = NULL
        WHERE {_REPLIES} AND status IN ('unread', 'possible_opt_out')""",
    f"""UPDATE webhook_receipts SET message = NULL, provider_message_id = NULL, attempt = NULL, update_json = NULL,
            body = NULL, outcome = CASE outcome WHEN 'unmatched' THEN 'ignored' ELSE outcome END
        WHERE message IN {_MESSAGES} OR provider_message_id IN (
            SELECT provider_message_id FROM replies WHERE {_REPLIES})""",
    f"""UPDATE operator_acts SET reason = '', detail = '{{}}' WHERE
        (subject_kind = 'message' AND subject IN (SELECT CAST(id AS TEXT) FROM invite_messages WHERE event = :event))
        OR (subject_kind = 'reply' AND subject IN (SELECT CAST(id AS TEXT) FROM replies WHERE {_REPLIES}))
        OR (act IN ('invited otherwise', 'not invited otherwise') AND detail ->> 'event' = :event)""",
    f"DELETE FROM guard_remains WHERE message IN {_MESSAGES}",
    f"DELETE FROM alarms WHERE message IN {_MESSAGES}",
    f"DELETE FROM reply_addresses WHERE reply IN (SELECT id FROM replies WHERE {_REPLIES})",
    f"DELETE FROM replies WHERE {_REPLIES}",
    "DELETE FROM invited_otherwise WHERE event = :event",
    f"DELETE FROM message_transitions WHERE message IN {_MESSAGES}",
    "DELETE FROM message_prices WHERE run IN (SELECT id FROM invite_send_runs WHERE event = :event)",
    f"DELETE FROM send_attempts WHERE message IN {_MESSAGES}",
    "DELETE FROM invite_messages WHERE event = :event",
    "UPDATE invite_send_runs SET paused_detail = '' WHERE event = :event",
)
"""What goes, in this order: what refers to a row before the row. What nobody has read yet stays to be read, for it
may be a stop."""

_TALLY = """SELECT answer, count(*) AS n FROM (
        SELECT answer, row_number() OVER (
            PARTITION BY coalesce(contacts.merged_into, contacts.id) ORDER BY given_at DESC, replies.id DESC) AS turn
        FROM replies JOIN contacts ON contacts.id = replies.contact
        WHERE event = ? AND status = 'answer' AND answer IN ('yes', 'no', 'maybe')) AS given
    WHERE turn = 1 GROUP BY answer ORDER BY answer"""


class PurgeFault(InviteError):
    """The event's personal data may not go yet."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took away."""

    event: int
    """The event's id."""
    messages: int
    """Messages that are gone."""
    answers: int
    """Replies that are gone."""
    tally: dict[str, int]
    """People by the answer that counted."""


def purge(store: Store, event: Event, *, by: Operator, now: datetime) -> Purged:
    """Take everything about people out of a past event. One transaction; how many answered what stays in the
    record of the act, the runs' counts on the runs.

    Raises `PurgeFault` before the event is over, or while a run of it may still send.
    """
    by.may_act("purge an event")
    with store.write():
        over = event.ends_at or event.starts_at
        if over > now:
            raise PurgeFault(f"“{event.name}” is not over yet.", "Purge it afterwards.")
        unfinished = runs.unfinished_of(store, event.id)
        if unfinished:
            raise PurgeFault(
                f"Run {unfinished[0]} of “{event.name}” is not finished.",
                f"Cancel it first: invite-tui runs cancel {unfinished[0]}.",
            )
        bound = {"event": event.id}
        messages = store.value("SELECT count(*) FROM invite_messages WHERE event = :event", bound)
        answers = store.value(
            f"""SELECT count(*) FROM replies WHERE {_REPLIES}
                AND status NOT IN ('unread', 'possible_opt_out')""",
            bound,
        )
        tally = {row["answer"]: row["n"] for row in store.rows(_TALLY, (event.id,))}
        store.execute(
            "UPDATE events SET purged_at = :at, changed_at = :at WHERE id = :event",
            {**bound, "at": stored(now)},
        )
        for statement in _GONE:
            store.execute(statement, bound)
        acts.record(store, "purge event", "event", str(event.id), detail=tally, by=by, now=now)
    return Purged(event.id, messages, answers, tally)
