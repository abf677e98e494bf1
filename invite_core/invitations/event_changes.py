"""Changing an event and calling it off; whatever would still say the old facts is paused with it."""

from collections.abc import Mapping
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import runs
from invite_core.invitations.events import Event, EventFault, checked_facts, get
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

_TOLD = ("name", "starts_at", "ends_at", "timezone", "venue")
"""The facts that a message may tell; a run sends only those that it froze."""


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
    """Change facts of an event; gives it as it then is. What is already so changes nothing.

    Another zone alone keeps the time of day. Where the name, the start, the end, the zone or the venue
    becomes another, every unfinished run of the event is paused in the same transaction
    (`facts_changed`), because it froze the old ones. Raises `EventFault` as `events.add` does.
    """
    by.may_act("change an event")
    with store.write():
        known = get(store, event.id)  # another program may have changed other facts since
        moved = timezone is not None and timezone != known.timezone
        facts = checked_facts(
            known.name if name is None else name,
            starts_at or _again(known, known.starts_at, moved=moved),
            timezone or known.timezone,
            known.venue if venue is None else venue,
            ends_at or (_again(known, known.ends_at, moved=moved) if known.ends_at else None),
            answer_by or (_again(known, known.answer_by, moved=moved) if known.answer_by else None),
        )
        before = _facts_of(known)
        changed = {fact: facts[fact] for fact in (*_TOLD, "answer_by") if facts[fact] != before[fact]}
        if changed:
            _store(store, known, facts, now, told=any(fact in _TOLD for fact in changed))
            detail = {"old": {fact: before[fact] for fact in changed}, "new": changed}
            acts.record(store, "edit event", "event", str(event.id), detail=detail, by=by, now=now)
    return get(store, event.id)


def _again(event: Event, moment: datetime, *, moved: bool) -> str:
    """A moment of the event as it would be written now: by its time of day if the event moves to another zone."""
    return moment.astimezone(event.zone).replace(tzinfo=None).isoformat() if moved else stored(moment)


def _facts_of(event: Event) -> dict[str, object]:
    return {
        "name": event.name,
        "starts_at": stored(event.starts_at),
        "ends_at": stored(event.ends_at) if event.ends_at else None,
        "answer_by": stored(event.answer_by) if event.answer_by else None,
        "timezone": event.timezone,
        "venue": event.venue,
    }


def _store(store: Store, event: Event, facts: Mapping[str, object], now: datetime, *, told: bool) -> None:
    store.execute(
        """UPDATE events SET name = :name, name_key = :name_key, starts_at = :starts_at, ends_at = :ends_at,
               answer_by = :answer_by, timezone = :timezone, venue = :venue, changed_at = :now
           WHERE id = :event""",
        {**facts, "event": event.id, "now": stored(now)},
    )
    if told:
        told_otherwise(store, event.id, now=now)


def told_otherwise(store: Store, event: int, *, now: datetime) -> None:
    """What a message tells of the event has changed: pause every unfinished run of it, which froze the old.

    Inside the transaction of the change.
    """
    store.execute(
        """UPDATE events SET facts_version = facts_version + 1, changed_at = :now,
               status = CASE status WHEN 'cancelled' THEN status ELSE 'changed' END
           WHERE id = :event""",
        {"event": event, "now": stored(now)},
    )
    runs.pause_all_of(store, event, "The event was changed after this run was made.", now=now)


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
        runs.pause_all_of(store, event.id, "The event was cancelled.", now=now)
        acts.record(store, "cancel event", "event", str(event.id), by=by, now=now)
    return get(store, event.id)
