"""The messages of a run as the source of a table."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.run_messages import answers_to, message_count, message_position, message_slice
from invite_tui.desk import Desk
from invite_tui.local_time import clock
from invite_tui.reasons import blocked_because
from invite_tui.state_style import state_look
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
