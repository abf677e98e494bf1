"""The first screen: every event with what has become of its invitations, every run, and what is there to start with."""

from dataclasses import dataclass

from invite_core.invitations import events
from invite_core.invitations.events import Event
from invite_core.invitations.plan import Purpose
from invite_core.invitations.runs import PauseReason, Status
from invite_core.store import Row, Store
from invite_core.views.people_page import people_count


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event; the counts are of its invitations, each person once."""

    event: Event
    invited: int
    """Accepted by Meta or better."""
    delivered: int
    """Delivered or read."""
    read: int
    failed: int
    yes: int
    no: int
    maybe: int
    newest_run: int | None

    @property
    def answered(self) -> int:
        """People who answered yes, no or maybe."""
        return self.yes + self.no + self.maybe


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list of runs."""

    run: int
    event_name: str
    purpose: Purpose
    template: str
    status: Status
    paused_because: PauseReason | None
    paused_detail: str
    """What was noted beside the reason, or ''."""
    eligible: int
    waiting: int
    """Queued or on the wire."""
    failed: int
    created_at: str
    """In stored form."""


@dataclass(frozen=True, slots=True)
class Supplies:
    """What an invitation needs, counted."""

    contacts: int
    events: int
    templates: int


def event_lines(store: Store) -> list[EventLine]:
    """Every event, the latest start first, from the runs' exact counters."""
    with store.snapshot():
        found = events.listing(store)
        sent = {row["event"]: row for row in store.rows(_SENT)}
        twice = {row["event"]: row for row in store.rows(_TWICE)}
        answers = {row["event"]: row for row in (*store.rows(_TALLIES), *store.rows(_ANSWERS))}
        newest = {
            row["event"]: row["run"]
            for row in store.rows("SELECT event, max(id) AS run FROM invite_send_runs GROUP BY event")
        }
    return [
        _event_line(
            event, sent.get(event.id), twice.get(event.id), answers.get(event.id), newest.get(event.id)
        )
        for event in found
    ]


def run_lines(store: Store) -> list[RunLine]:
    """Every run, the newest first."""
    return [
        RunLine(
            run=row["id"],
            event_name=row["name"],
            purpose=Purpose(row["purpose"]),
            template=row["template"],
            status=Status(row["status"]),
            paused_because=PauseReason(row["paused_because"]) if row["paused_because"] else None,
            paused_detail=row["paused_detail"] or "",
            eligible=row["eligible"],
            waiting=row["waiting"],
            failed=row["failed"],
            created_at=row["created_at"],
        )
        for row in store.rows(_RUNS)
    ]


def supplies(store: Store) -> Supplies:
    """How many people, events and templates there are to work with."""
    row = store.row(
        """SELECT (SELECT count(*) FROM events) AS events,
               (SELECT count(DISTINCT name) FROM templates WHERE status <> 'DELETED') AS templates"""
    )
    return Supplies(people_count(store), row["events"], row["templates"]) if row else Supplies(0, 0, 0)


def _event_line(
    event: Event, sent: Row | None, twice: Row | None, answers: Row | None, newest: int | None
) -> EventLine:
    def once(count: str) -> int:
        return (sent[count] if sent else 0) - (twice[count] if twice else 0)

    return EventLine(
        event=event,
        invited=once("invited"),
        delivered=once("delivered"),
        read=once("read"),
        failed=sent["failed"] if sent else 0,
        yes=answers["yes"] if answers else 0,
        no=answers["no"] if answers else 0,
        maybe=answers["maybe"] if answers else 0,
        newest_run=newest,
    )


def _sum(*names: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"coalesce(sum(CASE WHEN counters.name IN ({listed}) THEN counters.n END), 0)"


_SENT = f"""SELECT runs.event, {_sum("accepted", "sent", "delivered", "read")} AS invited,
        {_sum("delivered", "read")} AS delivered, {_sum("read")} AS "read", {_sum("failed")} AS failed
    FROM invite_send_runs AS runs
    JOIN run_counters AS counters ON counters.run = runs.id AND counters.kind = 'state'
    WHERE runs.purpose = 'invitation' GROUP BY runs.event"""

_TWICE = """SELECT event, sum(invited - 1) AS invited, sum(CASE WHEN delivered > 1 THEN delivered - 1 ELSE 0 END)
        AS delivered, sum(CASE WHEN seen > 1 THEN seen - 1 ELSE 0 END) AS "read"
    FROM (SELECT messages.event, own.merged_into, count(*) AS invited,
              sum(CASE WHEN messages.state IN ('delivered', 'read') THEN 1 ELSE 0 END) AS delivered,
              sum(CASE messages.state WHEN 'read' THEN 1 ELSE 0 END) AS seen
          FROM (SELECT id, merged_into FROM contacts WHERE merged_into IS NOT NULL
                UNION ALL SELECT DISTINCT merged_into, merged_into FROM contacts WHERE merged_into IS NOT NULL) AS own
          CROSS JOIN invite_messages AS messages
          WHERE messages.contact = own.id AND messages.purpose = 'invitation'
              AND messages.state IN ('accepted', 'sent', 'delivered', 'read')
          GROUP BY messages.event, own.merged_into) AS people
    WHERE invited > 1 GROUP BY event"""
"""What people who were invited under two entries, and are merged now, count too often in the runs' counters.

CROSS JOIN: the few who were merged are looked up among all messages, not the other way round."""

_ANSWERS = """SELECT event, sum(CASE answer WHEN 'yes' THEN 1 ELSE 0 END) AS "yes",
        sum(CASE answer WHEN 'no' THEN 1 ELSE 0 END) AS "no",
        sum(CASE answer WHEN 'maybe' THEN 1 ELSE 0 END) AS "maybe"
    FROM (SELECT replies.event, replies.answer, row_number() OVER (
              PARTITION BY replies.event, coalesce(own.merged_into, own.id)
              ORDER BY replies.given_at DESC, replies.id DESC) AS turn
          FROM replies JOIN contacts AS own ON own.id = replies.contact
          WHERE replies.event IS NOT NULL AND replies.status = 'answer'
          AND replies.answer IN ('yes', 'no', 'maybe')) AS given
    WHERE turn = 1 GROUP BY event"""

_TALLIES = """SELECT CAST(subject AS INTEGER) AS event, coalesce(detail ->> 'yes', 0) AS "yes",
        coalesce(detail ->> 'no', 0) AS "no", coalesce(detail ->> 'maybe', 0) AS "maybe"
    FROM operator_acts WHERE act = 'purge event' ORDER BY id DESC"""
"""What people had answered to events whose personal data is gone; the first purge of an event comes last."""

_RUNS = f"""SELECT runs.id, events.name, runs.purpose, runs.template, runs.status, runs.paused_because,
        runs.paused_detail, runs.eligible, runs.created_at,
        {_sum("queued", "sending")} AS waiting, {_sum("failed")} AS failed
    FROM invite_send_runs AS runs JOIN events ON events.id = runs.event
    LEFT JOIN run_counters AS counters ON counters.run = runs.id AND counters.kind = 'state'
    GROUP BY runs.id, events.name, runs.purpose, runs.template, runs.status, runs.paused_because,
        runs.paused_detail, runs.eligible, runs.created_at
    ORDER BY runs.id DESC"""
