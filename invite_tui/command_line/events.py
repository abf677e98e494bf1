"""`invite-tui events`: what people are invited to."""

from typing import Any

import click

from invite_core import instants
from invite_core.invitations import event_changes, runs
from invite_core.invitations import events as core
from invite_core.views.told_before import told_before
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def events() -> None:
    """Add, change, cancel and list events."""


@events.command("add")
@click.option("--name", required=True, help="What people will read.")
@click.option(
    "--starts-at", required=True, metavar="ISO", help="The start, e.g. 2027-06-12T18:30, in its zone."
)
@click.option("--timezone", required=True, metavar="TZ", help="Where it is, e.g. Europe/Lisbon.")
@click.option("--venue", required=True, help="The place.")
@click.option("--ends-at", metavar="ISO", help="The end.")
@click.option("--answer-by", metavar="ISO", help="Until when people should answer.")
def add(
    name: str, starts_at: str, timezone: str, venue: str, ends_at: str | None, answer_by: str | None
) -> None:
    """Add an event."""
    shared = session()
    with shared.store() as store:
        event = core.add(
            store,
            name=name,
            starts_at=starts_at,
            timezone=timezone,
            venue=venue,
            ends_at=ends_at,
            answer_by=answer_by,
            by=shared.operator,
            now=instants.now(),
        )
    shared.document(event.as_json(), [f"Event {event.id}: {event.name}, {event.venue}."])


@events.command("edit")
@click.argument("event")
@click.option("--name", help="What people will read.")
@click.option("--starts-at", metavar="ISO", help="The start.")
@click.option("--timezone", metavar="TZ", help="Where it is.")
@click.option("--venue", help="The place.")
@click.option("--ends-at", metavar="ISO", help="The end.")
@click.option("--answer-by", metavar="ISO", help="Until when people should answer.")
def edit(
    event: str,
    name: str | None,
    starts_at: str | None,
    timezone: str | None,
    venue: str | None,
    ends_at: str | None,
    answer_by: str | None,
) -> None:
    """Change facts of an event; runs that would say the old ones are paused."""
    shared = session()
    with shared.store() as store:
        found = core.find(store, event)
        changed = event_changes.edit(
            store,
            found,
            name=name,
            starts_at=starts_at,
            timezone=timezone,
            venue=venue,
            ends_at=ends_at,
            answer_by=answer_by,
            by=shared.operator,
            now=instants.now(),
        )
        told = changed.facts_version != found.facts_version
        paused = runs.unfinished_of(store, changed.id) if told else []
        people = told_before(store, changed.id) if told else []
    document = {**changed.as_json(), "paused_runs": paused, "may_have_old_facts": people}
    said = f"Event {changed.id} changed." if changed != found else f"Event {changed.id} is so already."
    shared.document(document, [said, *_paused(paused), *_to_be_told(changed.id, people, "update")])


@events.command("cancel")
@click.argument("event")
def cancel(event: str) -> None:
    """Mark an event cancelled; its unfinished runs are paused."""
    shared = session()
    with shared.store() as store:
        found = event_changes.cancel(store, core.find(store, event), by=shared.operator, now=instants.now())
        paused = runs.unfinished_of(store, found.id)
        people = told_before(store, found.id)
    document = {**found.as_json(), "paused_runs": paused, "may_have_old_facts": people}
    said = f"Event {found.id} is cancelled."
    shared.document(document, [said, *_paused(paused), *_to_be_told(found.id, people, "cancellation")])


@events.command("list")
def list_() -> None:
    """List the events."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            [event.as_json() for event in core.listing(store)],
            ("event", "name", "starts_at", "timezone", "venue", "status"),
            "No events yet. Add one: invite-tui events add --name … (see --help)",
        )


def _paused(paused: list[int]) -> list[str]:
    return [f"Run {run} is paused: it would say the old facts." for run in paused]


def _to_be_told(event: int, people: list[dict[str, Any]], purpose: str) -> list[str]:
    if not people:
        return []
    return [
        f"{len(people)} people may have read the old facts. To tell exactly them:",
        f"  invite-tui send --event {event} --purpose {purpose} --template NAME",
        *[f"  {each['name'] or '(no name)'}  {each['phone']}: {each['state']}" for each in people],
    ]
