"""The lists that can be exported. Heads are the keys of the commands' JSON; an import of any of them changes
nobody, because what is no fact about a person has a head that an import does not know."""

from collections.abc import Iterable, Mapping
from typing import Any

from invite_core.invitations.events import Event
from invite_core.operations.exporting.listing import Listing
from invite_core.people import consent
from invite_core.people.names import name_key
from invite_core.store import Store
from invite_core.views import run_board, run_messages
from invite_core.views.rsvp_board import rsvp_board

MESSAGES = (
    "name", "phone", "state", "held", "block_reasons", "error_code", "error_detail", "text_language", "attempts",
    "accepted_at", "sent_at", "delivered_at", "read_at", "failed_at", "alarms", "contact", "message",
    "provider_message_id",
)  # fmt: skip
ANSWERS = (
    "name",
    "phone",
    "household",
    "answer",
    "places_taken",
    "answered_at",
    "late",
    "reached",
    "contact",
)
NOT_REACHED = ("name", "phone", "places", "state", "reason", "todo", "since", "contact", "message", "run")
CONSENTS = (
    "contact", "name", "act", "scope", "at", "source", "wording", "evidence_ref", "recorded_at", "recorded_by",
)  # fmt: skip
DOOR = ("here", "name", "places")


def messages_of_run(store: Store, run: int) -> Listing:
    """Every message of a run, blocked ones included. Raises `RunFault` for an unknown run."""
    board = run_board.run_board(store, run)
    rows = (
        {**each, "text_language": each["language"]} for each in run_messages.messages(store, board.run.id)
    )
    return Listing(
        f"{board.event_name}, run {run}", MESSAGES, rows, f"{board.run.purpose}, {board.run.status}"
    )


def answers(store: Store, event: Event) -> Listing:
    """Everyone invited to the event, with the answer that counts."""
    board = rsvp_board(store, event)
    rows = [{**each, "places_taken": each["places"], "answered_at": each["at"]} for each in board["people"]]
    return Listing(f"{event.name}, answers", ANSWERS, rows, _when_and_where(event))


def not_reached(event_name: str, lines: Iterable[Mapping[str, object]]) -> Listing:
    """The people of `views.not_reached`, as they are or with their reasons in words."""
    return Listing(f"{event_name}, not reached", NOT_REACHED, lines)


def consents(store: Store) -> Listing:
    """Every grant and revocation of everyone."""
    return Listing("Consents", CONSENTS, consent.export(store))


def door(store: Store, event: Event) -> Listing:
    """Whoever said yes, by name, to be ticked off: a line for each person, or for each household where that
    was invited as one. The places add up to those of the answers."""
    board = rsvp_board(store, event)
    coming = [each for each in board["people"] if each["answer"] == "yes"]
    rows = sorted(_at_the_door(coming), key=lambda row: name_key(row["name"]))
    people = "1 line" if len(rows) == 1 else f"{len(rows)} lines"
    places = "1 place" if board["places"] == 1 else f"{board['places']} places"
    return Listing(
        event.name, DOOR, rows, f"{_when_and_where(event)} \u00b7 {people}, {places}", to_tick="here"
    )


def _at_the_door(coming: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A line for each person, or one for those of a household that was invited as one. Pure."""
    rows: list[dict[str, Any]] = []
    homes: dict[str, dict[str, Any]] = {}
    for each in coming:
        name = each["name"] or "(no name)"
        home = homes.get(each["household"]) if each["as_household"] else None
        if home is not None:
            home["name"] += f", {name}"
            home["places"] = max(home["places"], each["places"])
            continue
        rows.append({"here": "", "name": name, "places": each["places"]})
        if each["as_household"]:
            homes[each["household"]] = rows[-1]
    return rows


def _when_and_where(event: Event) -> str:
    return f"{event.starts_at.astimezone(event.zone):%Y-%m-%d %H:%M}, {event.venue}"
