"""`invite-tui audience`: expressions under a name."""

import click

from invite_core import instants
from invite_core.invitations import audience as core
from invite_core.invitations import events
from invite_core.invitations.audience_counts import term_counts
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


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
        core.save(store, name, expression, by=shared.operator, now=instants.now())
    shared.document({"name": name, "expression": expression}, [f"Saved as @{name}."])


@audience.command("list")
def list_() -> None:
    """List the saved audiences."""
    shared = session()
    with shared.looking() as store:
        shared.listing(core.saved(store), ("name", "expression", "saved_by"), "No saved audiences.")


@audience.command("count")
@click.argument("expression")
@click.option("--event", "event", required=True, help="The event's id or exact name.")
def count(expression: str, event: str) -> None:
    """Count the people of EXPRESSION: for each term alone, and for all of them together."""
    shared = session()
    with shared.looking() as store, store.snapshot():
        found = term_counts(store, expression, events.find(store, event).id)
    shared.document(
        {
            "audience": expression,
            "terms": found.as_json(),
            "people": found.together,
            "everybody": found.everybody,
        },
        [*found.lines(), f"{found.together:,} of {found.everybody:,} people."],
    )
