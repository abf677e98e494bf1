"""People who were invited in another way: by telephone, on paper, in person."""

from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations.events import Event
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store


class OtherwiseFault(InviteError):
    """That cannot be recorded."""


def record(store: Store, event: Event, contact: int, *, via: str, by: Operator, now: datetime) -> None:
    """Record that a person was invited by way of `via`: they count among the invited, and later invitations
    of the event leave them out. A block that stands on them goes on standing.

    Raises `OtherwiseFault` for an empty `via`, or somebody unknown or erased.
    """
    by.may_act("record that somebody was invited in another way")
    if not via.strip():
        raise OtherwiseFault("It is not said how they were invited.", "Say it, e.g. --via “by telephone”.")
    with store.write():
        person = _person(store, contact)
        store.execute(
            """INSERT INTO invited_otherwise (event, contact, via, at, recorded_by)
               VALUES (:event, :contact, :via, :at, :by)
               ON CONFLICT (event, contact) DO UPDATE SET via = excluded.via, at = excluded.at,
                   recorded_by = excluded.recorded_by""",
            {"event": event.id, "contact": person, "via": via.strip(), "at": stored(now), "by": by.name},
        )
        detail = {"event": event.id}
        acts.record(
            store,
            "invited otherwise",
            "contact",
            str(person),
            reason=via.strip(),
            detail=detail,
            by=by,
            now=now,
        )


def take_back(store: Store, event: Event, contact: int, *, by: Operator, now: datetime) -> None:
    """Record that it was a mistake. Raises `OtherwiseFault` where nothing is on record."""
    by.may_act("take back that somebody was invited in another way")
    with store.write():
        person = _person(store, contact)
        gone = store.execute(
            """DELETE FROM invited_otherwise WHERE event = :event AND contact IN (
                   SELECT id FROM contacts WHERE id = :contact OR merged_into = :contact)""",
            {"event": event.id, "contact": person},
        )
        if not gone:
            raise OtherwiseFault(
                "Nothing says that they were invited in another way.", "See `invite-tui rsvp show`."
            )
        detail = {"event": event.id}
        acts.record(store, "not invited otherwise", "contact", str(person), detail=detail, by=by, now=now)


def _person(store: Store, contact: int) -> int:
    person = store.value(
        "SELECT coalesce(merged_into, id) FROM contacts WHERE id = ? AND erased_at IS NULL", (contact,)
    )
    if person is None:
        raise OtherwiseFault(f"There is no person {contact}.", "See `invite-tui contacts list`.")
    return int(person)
