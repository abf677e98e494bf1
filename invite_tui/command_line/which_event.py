"""The event that is meant where none was named."""

from datetime import datetime

from invite_core.invitations import events
from invite_core.invitations.events import Event, EventFault
from invite_core.store import Store


def only_event(store: Store, now: datetime) -> Event:
    """The one event that is still to come and not called off. Raises `EventFault` where there is another number."""
    coming = [each for each in events.listing(store) if each.starts_at > now and each.status != "cancelled"]
    if len(coming) != 1:
        names = ", ".join(f"{each.id} ({each.name})" for each in coming[:10]) or "none"
        raise EventFault("It is not clear for which event.", f"Say --event; still to come: {names}.")
    return coming[0]
