"""`invite-tui audience`: expressions under a name."""

import click

from invite_core import instants
from invite_core.invitations import events, saved_audiences
from invite_core.invitations.audience_counts import term_counts
from invite_core.views.consent_warnings import doubts_of_audience
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session
from invite_tui.consent_words import doubt_lines


@click.group(cls=Group)
def audience() -> None:
    """Save audience expressions, for use as @NAME."""


@audience.command("save")
@click.argument("name")
@click.argument("expression")
def save(name: str, expression: str) -> None:
    """Save EXPRESSION as @NAME."""
    shared = session()
    with shared.store() as store:
        saved_audiences.save(store, name, expression, by=shared.operator, now=instants.now())
    shared.document({"name": name, "expression": expression}, [f"Saved as @{name}."])


@audience.command("list")
def list_() -> None:
    """List the saved audiences."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            saved_audiences.listing(store), ("name", "expression", "saved_by"), "No saved audiences."
        )


@audience.command("delete")
@click.argument("name")
def delete(name: str) -> None:
    """Delete the saved audience @NAME; runs that were made with it keep their people."""
    shared = session()
    with shared.store() as store:
        saved_audiences.delete(store, name.removeprefix("@"), by=shared.operator, now=instants.now())
    shared.document({"deleted": name.removeprefix("@")}, ["Deleted."])


@audience.command("count")
@click.argument("expression")
@click.option("--event", "event", required=True, help="The event's id or exact name.")
def count(expression: str, event: str) -> None:
    """Count the people of EXPRESSION: for each term alone, and for all of them together."""
    shared = session()
    with shared.looking() as store, store.snapshot():
        about = events.find(store, event).id
        found = term_counts(store, expression, about)
        doubts = doubts_of_audience(store, expression, about, now=instants.now())
    shared.document(
        {
            "audience": expression,
            "terms": found.as_json(),
            "people": found.together,
            "everybody": found.everybody,
            "consent_doubts": doubts,
        },
        [*found.lines(), f"{found.together:,} of {found.everybody:,} people.", *doubt_lines(doubts)],
    )
