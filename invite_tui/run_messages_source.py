"""The messages of a run as the source of a table."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

from invite_core import instants
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.long_list import LongList
from invite_core.views.message_order import By, message_list
from invite_core.views.run_messages import answers_to, message_documents
from invite_core.views.unconfirmed import unconfirmed
from invite_tui.desk import Desk
from invite_tui.doubt_words import Doubt, listener_words
from invite_tui.local_time import clock, length
from invite_tui.reasons import blocked_because
from invite_tui.state_style import STATES, state_look
from invite_tui.timeline_words import happened
from invite_tui.tone import Tone
from invite_tui.widgets.records import Cell, Column, Order, Record

COLUMNS = (
    Column("State", 14, order=By.STATE),
    Column("Name", 14, grows=True, order=By.NAME),
    Column("Number", 16, drop=2),
    Column("Lang", 5, drop=5),
    Column("Answer", 7, drop=4),
    Column("Changed", 9, drop=3, order=By.CHANGE, high_first=True),
    Column("Why", 14, grows=True, drop=1),
)
"""What the cells of a message are."""

DOUBT_COLUMNS = (
    Column("State", 14, drop=4),
    Column("Name", 14, grows=True, order=By.NAME),
    Column("Number", 16, drop=3),
    Column("For", 8, order=By.CHANGE),
    Column("Listener", 15),
    Column("Cause", 27, grows=True),
)
"""What the cells of an unconfirmed message are where only those are listed."""


def columns_for(state: State | None) -> Sequence[Column]:
    """The columns of the list of all messages, or of those in one state."""
    return DOUBT_COLUMNS if state is State.UNCONFIRMED else COLUMNS


def usual_order(state: State | None) -> Order | None:
    """How a list begins: all messages as the people came into the file (no column's order), those in one state the
    newest first, those in doubt with the longest doubt first."""
    return Order(By.CHANGE, descending=state is not State.UNCONFIRMED) if state is not None else None


class RunMessages:
    """The messages of one run, in one state if given, in their usual order unless another is chosen."""

    def __init__(self, desk: Desk, run: int, state: State | None, order: Order | None = None) -> None:
        self._desk = desk
        self._run = run
        self._state = state
        self.order = order or usual_order(state)
        by, descending = (By(self.order.by), self.order.descending) if self.order else (By.PERSON, False)
        self._list = message_list(run, state, by, descending=descending, states=tuple(STATES))

    def in_order(self, order: Order) -> "RunMessages":
        """The same messages in another order."""
        return RunMessages(self._desk, self._run, self._state, order)

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(self._list.count)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        shown = await self._desk.read(self._list.page, offset, limit)
        documents = await self._desk.read(message_documents, shown)
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
        return await self._desk.read(self._list.position, cast(int, key))

    async def first_from(self, letter: str) -> int | None:
        """Where the first person with that letter stands, if they stand by name."""
        if self.order is None or self.order.by != By.NAME or not isinstance(self._list, LongList):
            return None
        return await self._desk.read(self._list.first_from, letter)


def _cells(document: Mapping[str, Any], answer: str) -> list[Cell]:
    look = state_look(document["state"])
    held = " (held)" if document["held"] else ""
    return [
        Cell(look.text + held, look.tone),
        Cell(document["name"] or "(no name)"),
        Cell(document["phone"] or "–", Tone.MUTED),
        Cell(document["language"] or "", Tone.MUTED),
        Cell(answer, Tone.STRONG),
        Cell(clock(document["changed_at"]), Tone.MUTED),
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
