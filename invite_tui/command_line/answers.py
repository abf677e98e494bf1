"""`invite-tui rsvp`: who comes."""

from collections.abc import Mapping
from typing import Any

import click

from invite_core.invitations import events
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.command_line.counting import counted
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
    lines = [f"{board['name']}: {tally(board)}."]
    lines += [
        f"{person['name'] or '(no name)'}  {person['phone'] or '(no number)'}: {_answer(person)}"
        f"{_places(person['places'])}"
        f"{' (late)' if person['late'] else ''}"
        for person in board["people"]
    ]
    shared.document(board, lines)


def tally(board: Mapping[str, Any]) -> str:
    """The counts of an RSVP board in words; whoever has not got the invitation is not called silent."""
    silent = board["none"] - board["not_reached"]
    unreached = f", {board['not_reached']} not reached" if board["not_reached"] else ""
    return (
        f"{board['yes']} yes ({counted(board['places'], 'place')}), {board['no']} no, "
        f"{board['maybe']} maybe, {silent} silent{unreached}"
    )


def _answer(person: Mapping[str, Any]) -> str:
    if person["answer"] != "none":
        return str(person["answer"])
    return "no answer yet" if person["reached"] else "not reached"


def _places(places: int) -> str:
    return f", {places} places" if places > 1 else ""
