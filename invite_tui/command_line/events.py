"""`invite-tui events`: what people are invited to."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from invite_core import instants
from invite_core.invitations import event_changes, event_texts, runs
from invite_core.invitations import events as core
from invite_core.invitations.events import Event
from invite_core.operations import erasure
from invite_core.people.names import name_key
from invite_core.store import Store
from invite_core.views.told_before import told_before
from invite_tui.command_line.for_good import require_word
from invite_tui.command_line.moments import weekday_and_time
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import Session, session
from invite_tui.for_good_words import not_yet_overwritten


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
    now = instants.now()
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
            now=now,
        )
        twins = _twins(event, core.listing(store))
    shared.document(event.as_json(), [f"Event {event.id}: {_described(event)}."])
    for doubt in _doubts(event, starts_at, twins, now):
        shared.note(doubt)


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
        _tell_change(shared, store, found, changed)
    for language, texts in changed.texts.items():
        if (name and "name" in texts) or (venue and "venue" in texts):
            shared.note(
                f"Mind the words in {language}: {', '.join(texts.values())}. "
                f"To change them: invite-tui events text {changed.id} --language {language}"
            )


@events.command("text")
@click.argument("event")
@click.option("--language", required=True, help="The language, e.g. pt or pt_BR.")
@click.option("--name", help="What the event is called in it; '' takes it back.")
@click.option("--venue", help="What the place is called in it; '' takes it back.")
def text(event: str, language: str, name: str | None, venue: str | None) -> None:
    """Say what an event and its place are called in another language; runs with the old words are paused."""
    shared = session()
    if name is None and venue is None:
        raise click.UsageError("Say --name, --venue or both.")
    with shared.store() as store:
        found = core.find(store, event)
        changed = event_texts.translate(
            store, found, language, name=name, venue=venue, by=shared.operator, now=instants.now()
        )
        _tell_change(shared, store, found, changed)


def _tell_change(shared: Session, store: Store, found: Event, changed: Event) -> None:
    told = changed.facts_version != found.facts_version
    paused = runs.unfinished_of(store, changed.id) if told else []
    people = told_before(store, changed.id) if told else []
    document = {**changed.as_json(), "paused_runs": paused, "may_have_old_facts": people}
    said = (
        f"Event {changed.id} changed: {_described(changed)}."
        if changed != found
        else f"Event {changed.id} is so already."
    )
    spoken = [f"  in {code}: {', '.join(each.values())}" for code, each in changed.texts.items()]
    shared.document(document, [said, *spoken, *_paused(paused), *_to_be_told(changed.id, people, "update")])


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


@events.command("purge")
@click.argument("event")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(event: str, yes: bool) -> None:
    """Take the personal data of a past event out of the file; blocks, consents and people stay."""
    shared = session()
    with shared.store() as store:
        found = core.find(store, event)
        require_word(
            f"Messages and answers of “{found.name}” will be gone for good. Type purge to go on",
            "purge",
            yes=yes,
        )
        done = erasure.purge(store, found, by=shared.operator, now=instants.now())
    counted = ", ".join(f"{n} {answer}" for answer, n in done.tally.items()) or "no answers"
    shared.document(
        done.as_json(),
        [
            f"{done.messages} messages and {done.answers} replies of “{found.name}” are gone ({counted}).",
            *not_yet_overwritten(done.overwritten),
        ],
    )


@events.command("list")
def list_() -> None:
    """List the events."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            [event.as_json() for event in core.listing(store)],
            ("event", "name", "starts_at", "timezone", "venue", "status"),
            "No events yet. Add one: invite-tui events add --name … (see --help)",
            _in_their_zone,
        )


def _described(event: Event) -> str:
    start = weekday_and_time(event.starts_at.astimezone(event.zone))
    return f"{event.name}, {start} ({event.timezone}), {event.venue}"


def _in_their_zone(document: Mapping[str, Any]) -> Mapping[str, Any]:
    start = instants.read(document["starts_at"]).astimezone(ZoneInfo(document["timezone"]))
    return {**document, "starts_at": weekday_and_time(start)}


def _twins(event: Event, known: list[Event]) -> list[int]:
    return [
        each.id
        for each in known
        if each.id != event.id
        and name_key(each.name) == name_key(event.name)
        and each.starts_at == event.starts_at
    ]


def _doubts(event: Event, starts_at: str, twins: list[int], now: datetime) -> Iterator[str]:
    """What looks like a mistake in a new event; it is stored all the same."""
    mend = f"To correct it: invite-tui events edit {event.id}"
    if event.starts_at <= now:
        yield f"Warning: the start is in the past. {mend} --starts-at …"
    if not _names_a_time(starts_at):
        yield f"Warning: no time was given, so the event starts at midnight. {mend} --starts-at …"
    if twins:
        yield (
            f"Warning: event {twins[0]} has the same name and start. If this one is a mistake: "
            f"invite-tui events cancel {event.id}"
        )


def _names_a_time(moment: str) -> bool:
    try:
        date.fromisoformat(moment)
    except ValueError:
        return True
    return False


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
