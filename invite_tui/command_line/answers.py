"""`invite-tui rsvp`: who comes."""

from collections.abc import Mapping
from typing import Any

import click

from invite_core import instants
from invite_core.delivery.recorded_answers import ANSWERS, record
from invite_core.invitations import events
from invite_core.people import contacts as people
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.command_line.counting import counted
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def rsvp() -> None:
    """Show the answers to an event, and record some."""


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


@rsvp.command("set")
@click.argument("event")
@click.argument("ref")
@click.option(
    "--answer", type=click.Choice([each.value for each in ANSWERS]), required=True, help="What they say."
)
@click.option("--places", type=int, help="Seats, with a yes; as invited if not said.")
@click.option("--via", required=True, help="How the answer came, for the record, e.g. “by phone”.")
def set_(event: str, ref: str, answer: str, places: int | None, via: str) -> None:
    """Record an answer that came another way; REF is an id, a phone number or an exact name."""
    shared = session()
    with shared.store() as store:
        contact = people.find(store, ref, region=shared.settings.default_region or None)
        reply = record(
            store, events.find(store, event), contact, answer,
            places=places, via=via, by=shared.operator, now=instants.now(),
        )  # fmt: skip
    shared.document(
        {"reply": reply, "contact": contact, "answer": answer, "places": places, "via": via},
        [f"Recorded: {ref} answers {answer}{_places(places or 0)}."],
    )


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
