"""Events: what people are invited to."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from invite_core.errors import InviteError
from invite_core.instants import read, stored
from invite_core.operators import Operator
from invite_core.people.names import name_key
from invite_core.store import Row, Store


class EventFault(InviteError):
    """An event cannot be found, or its facts cannot be used."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; moments are aware and in UTC, `zone` is where it takes place."""

    id: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
    answer_by: datetime | None
    timezone: str
    venue: str
    texts: dict[str, dict[str, str]]
    status: str
    facts_version: int

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its date and time are told."""
        return ZoneInfo(self.timezone)

    def as_json(self) -> dict[str, object]:
        """The line that `events list --json` prints."""
        return {
            "event": self.id,
            "name": self.name,
            "starts_at": stored(self.starts_at),
            "ends_at": stored(self.ends_at) if self.ends_at else None,
            "answer_by": stored(self.answer_by) if self.answer_by else None,
            "timezone": self.timezone,
            "venue": self.venue,
            "status": self.status,
        }


def add(
    store: Store,
    *,
    name: str,
    starts_at: str,
    timezone: str,
    venue: str,
    ends_at: str | None = None,
    answer_by: str | None = None,
    by: Operator,
    now: datetime,
) -> Event:
    """Store a new event. Moments are ISO 8601, read in `timezone` where they name no offset.

    Raises `EventFault` for an empty name or venue, an unknown zone, a moment that is no date, or an
    end before the start.
    """
    by.may_act("add an event")
    facts = _facts(name, starts_at, timezone, venue, ends_at, answer_by)
    with store.write():
        event = store.insert(
            """INSERT INTO events (name, name_key, starts_at, ends_at, answer_by, timezone, venue,
                   created_at, changed_at)
               VALUES (:name, :name_key, :starts_at, :ends_at, :answer_by, :timezone, :venue, :now, :now)""",
            {**facts, "now": stored(now)},
        )
    return get(store, event)


def edit(
    store: Store,
    event: Event,
    *,
    name: str | None = None,
    starts_at: str | None = None,
    timezone: str | None = None,
    venue: str | None = None,
    ends_at: str | None = None,
    answer_by: str | None = None,
    by: Operator,
    now: datetime,
) -> Event:
    """Change facts of an event; in the same transaction every unfinished run of it is paused
    (`facts_changed`), because it froze the old ones. Raises `EventFault` as `add` does."""
    by.may_act("change an event")
    facts = _facts(
        event.name if name is None else name,
        starts_at or stored(event.starts_at),
        timezone or event.timezone,
        event.venue if venue is None else venue,
        ends_at or (stored(event.ends_at) if event.ends_at else None),
        answer_by or (stored(event.answer_by) if event.answer_by else None),
    )
    with store.write():
        store.execute(
            """UPDATE events SET name = :name, name_key = :name_key, starts_at = :starts_at, ends_at = :ends_at,
                   answer_by = :answer_by, timezone = :timezone, venue = :venue, changed_at = :now,
                   facts_version = facts_version + 1,
                   status = CASE status WHEN 'cancelled' THEN status ELSE 'changed' END
               WHERE id = :event""",
            {**facts, "event": event.id, "now": stored(now)},
        )
        _pause_runs(store, event.id, "The event was changed after this run was made.", stored(now))
        _record(store, "edit event", event.id, by, now)
    return get(store, event.id)


def cancel(store: Store, event: Event, *, by: Operator, now: datetime) -> Event:
    """Mark the event cancelled and pause every unfinished run of it in the same transaction.

    Raises `EventFault` if it is cancelled already: the run that tells people so must not be paused.
    """
    by.may_act("cancel an event")
    with store.write():
        if get(store, event.id).status == "cancelled":
            raise EventFault(f"The event “{event.name}” is cancelled already.", "Nothing is left to do.")
        store.execute(
            """UPDATE events SET status = 'cancelled', facts_version = facts_version + 1, changed_at = :now
               WHERE id = :event""",
            {"event": event.id, "now": stored(now)},
        )
        _pause_runs(store, event.id, "The event was cancelled.", stored(now))
        _record(store, "cancel event", event.id, by, now)
    return get(store, event.id)


def get(store: Store, event: int) -> Event:
    """The event with that id. Raises `EventFault`."""
    row = store.row("SELECT * FROM events WHERE id = ?", (event,))
    if row is None:
        raise EventFault(f"There is no event {event}.", "See `invite-tui events list`.")
    return _event(row)


def find(store: Store, ref: str) -> Event:
    """The event with that id or exact name (case-folded). Raises `EventFault`, naming candidates."""
    if ref.isascii() and ref.isdecimal() and len(ref) < 19:
        row = store.row("SELECT * FROM events WHERE id = ?", (int(ref),))
        if row is not None:
            return _event(row)
    found = store.rows("SELECT * FROM events WHERE name_key = ? ORDER BY id", (name_key(ref),))
    if not found:
        raise EventFault(f"There is no event “{ref}”.", "See `invite-tui events list`.")
    if len(found) > 1:
        raise EventFault(
            f"Several events are called “{ref}”.",
            "Name one by its id: "
            + ", ".join(f"{row['id']} ({row['starts_at'][:10]})" for row in found)
            + ".",
        )
    return _event(found[0])


def listing(store: Store) -> list[Event]:
    """Every event, the latest start first."""
    return [_event(row) for row in store.rows("SELECT * FROM events ORDER BY starts_at DESC, id DESC")]


def _event(row: Row) -> Event:
    return Event(
        id=row["id"],
        name=row["name"],
        starts_at=read(row["starts_at"]),
        ends_at=read(row["ends_at"]) if row["ends_at"] else None,
        answer_by=read(row["answer_by"]) if row["answer_by"] else None,
        timezone=row["timezone"],
        venue=row["venue"],
        texts=json.loads(row["texts"]),
        status=row["status"],
        facts_version=row["facts_version"],
    )


def _facts(
    name: str, starts_at: str, timezone: str, venue: str, ends_at: str | None, answer_by: str | None
) -> dict[str, object]:
    for what, value in (("name", name), ("venue", venue)):
        if not value.strip():
            raise EventFault(f"The event has no {what}.", f"Give it a {what}.")
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EventFault(
            f"“{timezone}” is no time zone.", "Use a name such as Europe/Lisbon or America/Sao_Paulo."
        ) from None
    start = _moment(starts_at, zone, "start")
    end = _moment(ends_at, zone, "end") if ends_at else None
    if end is not None and end <= start:
        raise EventFault("The event ends before it starts.", "Check --starts-at and --ends-at.")
    return {
        "name": name.strip(),
        "name_key": name_key(name),
        "starts_at": stored(start),
        "ends_at": stored(end) if end else None,
        "answer_by": stored(_moment(answer_by, zone, "answer-by")) if answer_by else None,
        "timezone": timezone,
        "venue": venue.strip(),
    }


def _moment(text: str, zone: ZoneInfo, what: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise EventFault(
            f"The event's {what} “{text}” is no date and time.", "Write it like 2027-06-12T18:30."
        ) from None


def _pause_runs(store: Store, event: int, detail: str, now: str) -> None:
    store.execute(
        """UPDATE invite_send_runs
           SET status = 'paused', paused_because = 'facts_changed', paused_detail = :detail, changed_at = :now
           WHERE event = :event AND status IN ('draft', 'ready', 'sending', 'paused')""",
        {"event": event, "detail": detail, "now": now},
    )


def _record(store: Store, act: str, event: int, by: Operator, now: datetime) -> None:
    store.insert(
        """INSERT INTO operator_acts (at, by, role, act, subject_kind, subject)
           VALUES (:at, :by, :role, :act, 'event', :subject)""",
        {"at": stored(now), "by": by.name, "role": by.role, "act": act, "subject": str(event)},
    )


def unfinished_runs(store: Store, event: int) -> list[int]:
    """The runs of `event` that an edit or a cancellation has paused or would pause."""
    rows = store.rows(
        "SELECT id FROM invite_send_runs WHERE event = ? AND status IN ('draft', 'ready', 'sending', 'paused')",
        (event,),
    )
    return [row["id"] for row in rows]
