"""`invite-tui not-reached` and `invite-tui invited`: whom the invitation misses, and who was invited otherwise."""

import click

from invite_core import instants
from invite_core.invitations import events, otherwise
from invite_core.people import contacts as people
from invite_core.views.not_reached import DAYS, is_anybody_invited
from invite_core.views.not_reached import not_reached as core
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import session
from invite_tui.reach_words import in_words


@click.command("not-reached", cls=Command)
@click.argument("event")
@click.option(
    "--days",
    type=click.IntRange(0, 365),
    default=DAYS,
    show_default=True,
    help="After so many days without a delivery a message counts as not having arrived.",
)
def not_reached(event: str, days: int) -> None:
    """List everyone whom the invitation has not reached, and why."""
    shared = session()
    with shared.looking() as store:
        found = events.find(store, event)
        lines = core(store, found, now=instants.now(), days=days)
        begun = is_anybody_invited(store, found)
    shared.listing(
        lines,
        ("contact", "name", "phone", "state", "reason", "todo"),
        "Nobody: whoever was to be invited has it, or it is on its way."
        if begun
        else "Nobody has been invited yet.",
        in_words,
    )


@click.command("invited", cls=Command)
@click.argument("event")
@click.argument("ref")
@click.option("--via", help="How they were invited, e.g. “by telephone”.")
@click.option("--undo", is_flag=True, help="It was a mistake: they were not invited otherwise.")
def invited(event: str, ref: str, via: str | None, undo: bool) -> None:
    """Record that somebody was invited in another way.

    REF is an id, a phone number or an exact name.
    """
    shared = session()
    if undo == (via is not None):
        raise click.UsageError("Say --via TEXT, or --undo.")
    with shared.store() as store:
        found = events.find(store, event)
        contact = people.find(store, ref, region=shared.settings.default_region or None)
        if via is None:
            otherwise.take_back(store, found, contact, by=shared.operator, now=instants.now())
        else:
            otherwise.record(store, found, contact, via=via, by=shared.operator, now=instants.now())
    said = f"{ref} counts as invited ({via})." if via else f"{ref} no longer counts as invited otherwise."
    shared.document({"event": found.id, "contact": contact, "via": via}, [said])
