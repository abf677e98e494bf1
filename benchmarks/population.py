"""A file with as many people, and as many old messages, as a benchmark asks for; written by SQL alone."""

from datetime import UTC, datetime
from pathlib import Path

from invite_core.instants import stored
from invite_core.invitations import events, freezing, templates
from invite_core.invitations.events import Event
from invite_core.invitations.plan import Wish, make_plan
from invite_core.operators import Operator
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store

ORGANISER = Operator("Benchmark")
PHONE_NUMBER_ID = "106540352242922"
TEMPLATE = "summer_party_invitation"
_DATA = Path(__file__).parent.parent / "data" / "templates.sample.json"

_NUMBERS = (
    """WITH RECURSIVE numbers (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)"""
)


def people(store: Store, n: int, *, first: int = 1) -> None:
    """So many people with made-up numbers and a consent, inside a write transaction; ids begin at `first`."""
    values = {"first": first, "last": first + n - 1, "at": stored(datetime.now(UTC))}
    store.execute(
        f"""{_NUMBERS} INSERT INTO contacts (id, name, name_key, language, created_at, changed_at)
            SELECT n, 'Guest ' || n, 'guest ' || n, 'en', :at, :at FROM numbers""",
        values,
    )
    store.execute(
        f"""{_NUMBERS} INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
            SELECT n, 'phone', '+4479' || (10000000 + n), '4479' || (10000000 + n), :at FROM numbers""",
        values,
    )
    store.execute(
        f"""{_NUMBERS} INSERT INTO consents (contact, act, at, source, recorded_at, recorded_by)
            SELECT n, 'grant', :at, 'made up', :at, 'Benchmark' FROM numbers""",
        values,
    )


def sample_templates(store: Store) -> None:
    """The templates of the samples, unless they are there."""
    if not templates.listing(store):
        page = TemplatePage.model_validate_json(_DATA.read_bytes())
        templates.save_synced(store, page.data, by=ORGANISER, now=datetime.now(UTC))


def the_event(store: Store, name: str) -> Event:
    """A new event in the far future."""
    return events.add(
        store, name=name, starts_at="2099-06-12T18:30", timezone="Europe/Lisbon",
        venue="Jardim da Estrela", by=ORGANISER, now=datetime.now(UTC),
    )  # fmt: skip


def a_ready_run(store: Store, n: int, *, first: int = 1) -> int:
    """A run of so many people, all eligible; its id. Ids of people begin at `first`."""
    with store.write():
        people(store, n, first=first)
    sample_templates(store)
    event = the_event(store, f"Party {first}")
    plan = make_plan(store, Wish(event=str(event.id), template=TEMPLATE, language="en"))
    return freezing.freeze(store, plan, by=ORGANISER, now=datetime.now(UTC)).id


def old_messages(store: Store, event_run: int, n: int) -> None:
    """So many messages that were read long ago, with attempt and transition, as copies of a run's first."""
    values = {"first": 1, "last": n, "run": event_run, "number": PHONE_NUMBER_ID}
    with store.write():
        store.execute(
            f"""{_NUMBERS} INSERT INTO contacts (id, name, name_key, created_at, changed_at)
                SELECT 100000000 + n, 'Old ' || n, 'old ' || n, '2025', '2025' FROM numbers""",
            values,
        )
        store.execute(
            f"""{_NUMBERS} INSERT INTO invite_messages (id, run, event, purpose, occasion, contact, address, match_key,
                    language, verdict, state, next_attempt_at, read_at, provider_message_id, changed_at)
                SELECT 100000000 + n, :run, 1, 'invitation', 'invitation', 100000000 + n, '+4478' || (10000000 + n),
                    '4478' || (10000000 + n), 'en', 'eligible', 'read', '2025', '2025', 'wamid.old' || n, '2025'
                FROM numbers""",
            values,
        )
        store.execute(
            f"""{_NUMBERS} INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, outcome, state,
                    read_at, provider_message_id)
                SELECT printf('%032x', n), 100000000 + n, 1, :number, '2025', 'accepted', 'read', '2025',
                    'wamid.old' || n FROM numbers""",
            values,
        )
        store.execute(
            f"""{_NUMBERS} INSERT INTO message_transitions (message, from_state, to_state, at, cause)
                SELECT 100000000 + n, 'delivered', 'read', '2025', 'made up' FROM numbers""",
            values,
        )
