"""A small world to send in: an event two months from today, the sample templates, people who agreed.

The command line goes by the real clock, so moments here are counted from it.
"""

from collections.abc import Sequence
from datetime import timedelta

from invite_core import instants
from invite_core.invitations import events
from invite_core.people import consent, contacts
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER, sample_templates

SEND = ("send", "--event", "Summer party", "--template", INVITATION, "--language", "auto", "--fallback", "en")
PREVIEW = ("preview", *SEND[1:])


def a_guest(store: Store, name: str, number: int | str, *, tags: Sequence[str] = ()) -> int:
    """A person who agreed nine days ago; the id."""
    now = instants.now()
    phones = [number if isinstance(number, str) else f"+447700900{number:03d}"]
    guest = contacts.add(store, name=name, phones=phones, language="en", tags=tags, by=ORGANISER, now=now)
    consent.grant(store, guest, source="web form", at=now - timedelta(days=9), by=ORGANISER, now=now)
    return guest


def a_world(store: Store, guests: int = 3) -> list[int]:
    """The event “Summer party”, the templates and so many guests; the guests' ids."""
    now = instants.now()
    sample_templates(store)
    events.add(
        store,
        name="Summer party",
        starts_at=(now + timedelta(days=60)).isoformat(),
        timezone="Europe/Lisbon",
        venue="Jardim da Estrela",
        by=ORGANISER,
        now=now,
    )
    return [a_guest(store, f"Guest {n}", n) for n in range(1, guests + 1)]


def a_listener(store: Store) -> None:
    """A heartbeat, as a living listener leaves it."""
    now = instants.stored(instants.now())
    with store.write():
        store.insert(
            """INSERT INTO listener_status (pid, address, started_at, heartbeat_at)
               VALUES (1, '127.0.0.1:8080', :now, :now)""",
            {"now": now},
        )


def wrote(store: Store, guest: int, text: str) -> int:
    """A text of a guest's that may mean stop; the reply's id."""
    now = instants.stored(instants.now())
    with store.write():
        return store.insert(
            """INSERT INTO replies (kind, contact, address, match_key, body, given_at, status, recorded_at, recorded_by)
               SELECT 'text', contact, value, match_key, :text, :now, 'possible_opt_out', :now, 'listener'
               FROM contact_identities WHERE contact = :guest""",
            {"guest": guest, "text": text, "now": now},
        )
