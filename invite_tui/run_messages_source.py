"""The messages of a run as the source of a table."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

from invite_core import instants
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.run_messages import answers_to, message_count, message_position, message_slice
from invite_core.views.unconfirmed import unconfirmed
from invite_tui.desk import Desk
from invite_tui.doubt_words import Doubt, listener_words
from invite_tui.local_time import clock, length
from invite_tui.reasons import blocked_because
from invite_tui.state_style import state_look
from invite_tui.timeline_words import happened
from invite_tui.tone import Tone
from invite_tui.widgets.records import Cell, Column, Record

COLUMNS = (
    Column("State", 14),
    Column("Name", 14, grows=True),
    Column("Number", 16, drop=2),
    Column("Lang", 5, drop=5),
    Column("Answer", 7, drop=4),
    Column("Since", 8, drop=3),
    Column("Why", 14, grows=True, drop=1),
)
"""What the cells of a message are."""

DOUBT_COLUMNS = (
    Column("State", 14, drop=4),
    Column("Name", 14, grows=True),
    Column("Number", 16, drop=3),
    Column("For", 8),
    Column("Listener", 15),
    Column("Cause", 27, grows=True),
)
"""What the cells of an unconfirmed message are where only those are listed."""


def columns_for(state: State | None) -> Sequence[Column]:
    """The columns of the list of all messages, or of those in one state."""
    return DOUBT_COLUMNS if state is State.UNCONFIRMED else COLUMNS


class RunMessages:
    """The messages of one run by id, in one state if given."""

    def __init__(self, desk: Desk, run: int, state: State | None) -> None:
        self._desk = desk
        self._run = run
        self._state = state

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(message_count, self._run, state=self._state)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        documents = await self._desk.read(
            message_slice, self._run, state=self._state, offset=offset, limit=limit
        )
        shown = [document["message"] for document in documents]
        if self._state is State.UNCONFIRMED:
            doubts = await self._desk.read(unconfirmed, shown, now=instants.now())
            return [
                Record(document["message"], _doubt_cells(document, doubts.get(document["message"])))
                for document in documents
            ]
        answers = await self._desk.read(answers_to, self._run, shown)
        return [
            Record(document["message"], _cells(document, answers.get(document["message"], "")))
            for document in documents
        ]

    async def position(self, key: Hashable) -> int | None:
        """Where a message stands."""
        return await self._desk.read(message_position, self._run, cast(int, key), state=self._state)


def _cells(document: Mapping[str, Any], answer: str) -> list[Cell]:
    look = state_look(document["state"])
    held = " (held)" if document["held"] else ""
    return [
        Cell(look.text + held, look.tone),
        Cell(document["name"] or "(no name)"),
        Cell(document["phone"] or "–", Tone.MUTED),
        Cell(document["language"] or "", Tone.MUTED),
        Cell(answer, Tone.STRONG),
        Cell(_since(document), Tone.MUTED),
        Cell(*_why(document)),
    ]


def _doubt_cells(document: Mapping[str, Any], doubt: Doubt | None) -> list[Cell]:
    look = state_look(document["state"])
    listener = listener_words(doubt) if doubt else ""
    return [
        Cell(look.text, look.tone),
        Cell(document["name"] or "(no name)"),
        Cell(document["phone"] or "–", Tone.MUTED),
        Cell(length(doubt["age_s"]) if doubt else "", Tone.STRONG),
        Cell(listener, Tone.PLAIN if listener == "up all the time" else Tone.WARNING),
        Cell(happened(doubt["cause"]) if doubt else "", Tone.MUTED),
    ]


def _since(document: Mapping[str, Any]) -> str:
    moment = document.get(f"{document['state']}_at")
    return clock(moment) if moment else ""


def _why(document: Mapping[str, Any]) -> tuple[str, Tone]:
    match document["state"]:
        case State.BLOCKED:
            return blocked_because(document["block_reason"]), Tone.WARNING
        case State.FAILED:
            return explain(document["error_code"]).sentence, Tone.BAD
        case State.UNCONFIRMED:
            return "it may or may not have been sent", Tone.WARNING
        case State.QUEUED if document["error_code"] is not None:
            return f"waits: {explain(document['error_code']).sentence}", Tone.MUTED
    return "", Tone.MUTED
