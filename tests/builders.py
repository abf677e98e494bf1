"""Readable defaults: a contact, an event, templates, a plan and a run, made through the core itself."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from invite_core.invitations import events, freezing, templates
from invite_core.invitations.events import Event
from invite_core.invitations.plan import Plan, Purpose, Wish, make_plan
from invite_core.invitations.runs import Run
from invite_core.operators import Operator, Role
from invite_core.people import consent, contacts
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
"""The moment at which tests happen, months before the sample event."""

ORGANISER = Operator("Rita")
VIEWER = Operator("Vera", Role.VIEWER)
SENDER_NUMBER = "106540352242922"
"""The phone number id of the sender in tests."""

DATA = Path(__file__).parent.parent / "data"
INVITATION = "summer_party_invitation"
REMINDER = "party_reminder"


def later(seconds: float) -> datetime:
    """A moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def a_phone(number: int | str) -> str:
    """A number: as written, or the nth of Ofcom's numbers for drama (+44 7700 900000 to 900999)."""
    return number if isinstance(number, str) else f"+447700900{number:03d}"


def a_contact(
    store: Store,
    name: str = "Ana Example",
    number: int | str = 1,
    *more_numbers: int | str,
    language: str = "en",
    consented: bool = True,
    household: str = "",
    places: int = 1,
    tags: Sequence[str] = (),
    attributes: dict[str, str] | None = None,
) -> int:
    """A person who agreed to be messaged, with one number or several; the id."""
    contact = contacts.add(
        store,
        name=name,
        phones=[a_phone(each) for each in (number, *more_numbers)],
        language=language,
        household=household,
        places=places,
        attributes=attributes or {},
        tags=tags,
        by=ORGANISER,
        now=NOW,
    )
    if consented:
        consent.grant(store, contact, source="web form", at=NOW - timedelta(days=9), by=ORGANISER, now=NOW)
    return contact


def an_event(store: Store, name: str = "Summer party", starts_at: str = "2027-06-12T18:30") -> Event:
    """An event in Lisbon with an answer-by two weeks before."""
    return events.add(
        store,
        name=name,
        starts_at=starts_at,
        timezone="Europe/Lisbon",
        venue="Jardim da Estrela",
        answer_by="2027-05-29T23:59",
        by=ORGANISER,
        now=NOW,
    )


def sample_templates(store: Store) -> None:
    """The templates of the samples, as if they had just been fetched."""
    page = TemplatePage.model_validate_json((DATA / "templates.sample.json").read_bytes())
    templates.save_synced(store, page.data, by=ORGANISER, now=NOW)


def a_plan(
    store: Store,
    event: Event | None = None,
    *,
    template: str = INVITATION,
    audience: str = "all",
    purpose: Purpose = Purpose.INVITATION,
    **wish: Any,
) -> Plan:
    """A plan for the invitation template, each person in their language with English to fall back on."""
    event = event or an_event(store)
    if not templates.listing(store):
        sample_templates(store)
    choices = {"language": "auto", "fallback": "en"} if template == INVITATION else {}
    wishes: dict[str, Any] = {**choices, **wish, "audience": audience, "purpose": purpose}
    return make_plan(store, Wish(event=str(event.id), template=template, **wishes))


def a_run(store: Store, plan: Plan | None = None, *, now: datetime = NOW) -> Run:
    """A run that is ready to be sent."""
    return freezing.freeze(store, plan or a_plan(store), by=ORGANISER, now=now)


def state_of(store: Store, contact: int, run: int | None = None) -> str:
    """Where the newest message of a contact stands (in `run`, if given)."""
    return str(
        store.value(
            """SELECT state FROM invite_messages WHERE contact = :contact AND (:run IS NULL OR run = :run)
               ORDER BY id DESC LIMIT 1""",
            {"contact": contact, "run": run},
        )
    )


def as_json(text: str) -> list[dict[str, object]]:
    """The JSON documents of an output, one a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]
