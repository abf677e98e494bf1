"""`invite-tui rsvp`: who comes."""

import click

from invite_core.invitations import events
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def rsvp() -> None:
    """Show the answers to an event."""


@rsvp.command("show")
@click.argument("event")
def show(event: str) -> None:
    """Show everyone invited with the answer that counts."""
    shared = session()
    with shared.looking() as store:
        board = rsvp_board(store, events.find(store, event))
    lines = [
        (
            f"{board['name']}: {board['yes']} yes ({board['places']} places), {board['no']} no, "
            f"{board['maybe']} maybe, {board['none']} silent."
        )
    ]
    lines += [
        f"{person['name'] or '(no name)'}  {person['phone'] or '(no number)'}: {person['answer']}"
        f"{_places(person['places'])}"
        f"{' (late)' if person['late'] else ''}"
        for person in board["people"]
    ]
    shared.document(board, lines)


def _places(places: int) -> str:
    return f", {places} places" if places > 1 else ""
