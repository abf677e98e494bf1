"""Who would get a message, and who would not by the reason: each reason opens on its people."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from textual import on
from textual.message import Message

from invite_core.invitations.verdicts import Verdict
from invite_core.views.preview_board import PreviewBoard
from invite_tui.reasons import blocked_because, remedy
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed, Source
from invite_tui.widgets.verdict_lists import VerdictLists, why_blocked


@dataclass(frozen=True, slots=True)
class _Reason:
    """The row above the people of one reason."""

    reason: str
    people: int
    is_open: bool


_Row = _Reason | Verdict


class GroupedVerdicts(VerdictLists):
    """Two lists of people. On the right stand the reasons, each with its number; Enter or a click opens and
    closes one. A person who is opened is `PersonChosen`."""

    BLOCKED_COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Why not", 26, grows=True),
        Column("Number", 16, drop=1),
        Column("People", 6, right=True),
    )

    @dataclass
    class PersonChosen(Message):
        """A person was opened, on either side."""

        contact: int

    def __init__(self) -> None:
        super().__init__()
        self._board: PreviewBoard | None = None
        self._open: set[str] = set()
        self._verdicts: dict[int, Verdict] = {}

    def on_mount(self) -> None:
        """Both lists open what is under the cursor."""
        for table in self.query(RecordTable):
            table.opens = True

    def show(self, board: PreviewBoard, *, from_top: bool) -> None:
        """Show the verdicts; the reasons that are open stay open."""
        self._board = board
        self._verdicts = {verdict.contact: verdict for verdict in (*board.eligible, *board.blocked)}
        super().show(board, from_top=from_top)

    def show_nothing(self, why: str) -> None:
        """Show that there are no verdicts, and why."""
        self._board, self._verdicts = None, {}
        super().show_nothing(why)

    def blocked_source(self, board: PreviewBoard) -> Source:
        """The reasons, the most frequent first, and under each that is open its people."""
        people: defaultdict[str, list[Verdict]] = defaultdict(list)
        for verdict in board.blocked:
            people[verdict.reasons[0]].append(verdict)
        rows: list[_Row] = []
        for reason, n in board.reasons.items():
            rows.append(_Reason(reason, n, reason in self._open))
            rows += people[reason] if reason in self._open else ()
        return Listed(rows, _key, _cells)

    @on(RecordTable.Chosen)
    def _row_chosen(self, message: RecordTable.Chosen) -> None:
        message.stop()
        if isinstance(message.key, int):
            self.post_message(self.PersonChosen(message.key))
        elif self._board is not None:
            self._open ^= {str(message.key)}
            self.query_one("#blocked", RecordTable).show(self.blocked_source(self._board))

    @property
    def explained(self) -> list[Piece]:
        """About the row under the cursor: why not and what can be done, or what Enter does."""
        key = self.in_use.key
        if isinstance(key, str):
            return [(f"⊘ {blocked_because(key)}: ", Tone.STRONG), remedy(key)]
        verdict = self._verdicts.get(cast(int, key))
        if verdict is None:
            return []
        name = verdict.name or "(no name)"
        if verdict.reasons:
            return why_blocked(name, verdict.reasons)
        return [(f"✓ {name} ", Tone.STRONG), "would get the message. Enter opens the person."]


def _key(row: _Row) -> Hashable:
    return row.reason if isinstance(row, _Reason) else row.contact


def _cells(row: _Row) -> list[Cell]:
    if isinstance(row, _Reason):
        sign = "▾" if row.is_open else "▸"
        return [
            Cell(f"{sign} {blocked_because(row.reason)}", Tone.WARNING),
            Cell(""),
            Cell(f"{row.people:,}", Tone.STRONG),
        ]
    more = f"  and {len(row.reasons) - 1} more" if len(row.reasons) > 1 else ""
    return [Cell(f"    {row.name or '(no name)'}{more}"), Cell(row.phone or "–", Tone.MUTED), Cell("")]
