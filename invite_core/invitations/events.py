"""Events: what people are invited to. `event_changes` changes them."""

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from invite_core.errors import InviteError
from invite_core.instants import moment_in, read, stored
from invite_core.operators import Operator
from invite_core.people import acts
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
            "texts": self.texts,
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
    facts = checked_facts(name, starts_at, timezone, venue, ends_at, answer_by)
    with store.write():
        event = store.insert(
            """INSERT INTO events (name, name_key, starts_at, ends_at, answer_by, timezone, venue,
                   created_at, changed_at)
               VALUES (:name, :name_key, :starts_at, :ends_at, :answer_by, :timezone, :venue, :now, :now)""",
            {**facts, "now": stored(now)},
        )
        acts.record(store, "add event", "event", str(event), detail={"name": facts["name"]}, by=by, now=now)
    return get(store, event)


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


def checked_facts(
    name: str, starts_at: str, timezone: str, venue: str, ends_at: str | None, answer_by: str | None
) -> dict[str, object]:
    """An event's facts as its row holds them. Raises `EventFault` as `add` does."""
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
        return moment_in(text, zone)
    except ValueError:
        raise EventFault(
            f"The event's {what} “{text}” is no date and time.", "Write it like 2027-06-12T18:30."
        ) from None
