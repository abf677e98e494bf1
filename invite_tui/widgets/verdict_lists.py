"""Who would get a message and who would not, side by side, each person with the reasons."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from invite_core.errors import InviteError
from invite_core.invitations.policy import BlockReason
from invite_core.invitations.verdicts import Verdict
from invite_core.views.preview_board import PreviewBoard
from invite_tui.consent_words import doubt_lines
from invite_tui.reasons import blocked_because, remedy
from invite_tui.template_looks import on_screen
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed, Source


class VerdictLists(Horizontal):
    """Two lists with their numbers above them. The one with the focus says who is spoken of."""

    DEFAULT_CSS = """
    VerdictLists {
        width: 1fr;
        & > .eligible { width: 3fr; }
        & > .blocked { width: 4fr; margin-left: 1; }
        & .title { padding: 0 1; height: 1; }
    }
    """

    BLOCKED_COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", 10, grows=True),
        Column("Number", 16, drop=1),
        Column("Why not", 26, grows=True),
    )

    def compose(self) -> ComposeResult:
        """The two lists."""
        with Vertical(classes="eligible"):
            yield InertLabel(id="eligible-title", classes="title")
            yield RecordTable(
                Column("Name", 12, grows=True),
                Column("Number", 16, drop=1),
                Column("Lang", 5, drop=2),
                id="eligible",
            )
        with Vertical(classes="blocked"):
            yield InertLabel(id="blocked-title", classes="title")
            yield RecordTable(*self.BLOCKED_COLUMNS, id="blocked")

    def show(self, board: PreviewBoard, *, from_top: bool) -> None:
        """Show the verdicts; `from_top` where they are those of another wish."""
        eligible, blocked = self._tables()
        eligible.empty = (
            "Nobody. The reasons stand on the right." if board.blocked else "Nobody is in this audience."
        )
        blocked.empty = "Nobody: everyone in this audience would get it." if board.eligible else "Nobody."
        self._show_titles(f"{len(board.eligible):,}", f"{len(board.blocked):,}")
        eligible.show(Listed(board.eligible, _contact, _eligible_cells), from_top=from_top)
        blocked.show(self.blocked_source(board), from_top=from_top)

    def blocked_source(self, board: PreviewBoard) -> Source:
        """The rows of the list on the right."""
        return Listed(board.blocked, _contact, _blocked_cells)

    def show_nothing(self, why: str) -> None:
        """Show that there are no verdicts, and why."""
        self._show_titles("", "")
        for table in self._tables():
            table.empty = why
            table.show(Listed[Verdict]([], _contact, _eligible_cells), from_top=True)

    def _show_titles(self, eligible: str, blocked: str) -> None:
        self.query_one("#eligible-title", InertLabel).say(
            ("✓ Will get it  ", Tone.STRONG), (eligible, Tone.ACCENT)
        )
        self.query_one("#blocked-title", InertLabel).say(
            ("⊘ Will not  ", Tone.STRONG), (blocked, Tone.ACCENT)
        )

    def _tables(self) -> tuple[RecordTable, RecordTable]:
        return self.query_one("#eligible", RecordTable), self.query_one("#blocked", RecordTable)

    @property
    def in_use(self) -> RecordTable:
        """The list that has the focus, or that has anybody in it."""
        eligible, blocked = self._tables()
        return blocked if blocked.has_focus or not eligible.count else eligible

    @property
    def person(self) -> tuple[int, str] | None:
        """Contact id and name of the person under the cursor."""
        record = self.in_use.record(self.in_use.cursor)
        return (cast(int, record.key), record.cells[0].text) if record else None


def why_blocked(name: str, reasons: Sequence[str], faults: Sequence[InviteError] = ()) -> list[Piece]:
    """All reasons of one person, and what can be done about the strongest; nothing without reasons. Where it is
    the person's text, its `faults` say what."""
    if not reasons:
        return []
    because = ", ".join(map(blocked_because, reasons))
    if reasons[0] in (BlockReason.MISSING_PARAMETER, BlockReason.TEXT_TOO_LONG) and faults:
        return [(f"⊘ {name}: ", Tone.STRONG), f"{because}. {on_screen(faults[0])}"]
    return [(f"⊘ {name}: ", Tone.STRONG), f"{because}. {remedy(reasons[0])}"]


def without_text(board: PreviewBoard, *, first: bool) -> list[Piece]:
    """How many are left out because no text is in their language, and no fall-back is chosen; nothing if
    nobody is. `first` is whether no line stands before it."""
    n = board.reasons.get(BlockReason.LANGUAGE_NOT_AVAILABLE, 0)
    if not n or board.plan.fallback is not None:
        return []
    people = "1 person has" if n == 1 else f"{n:,} people have"
    return [
        (f"{'' if first else chr(10)}⊘ {people} no text in their language; ", Tone.WARNING),
        "choose a fall-back.",
    ]


def in_doubt(board: PreviewBoard, *, first: bool) -> list[Piece]:
    """How many of those who would get it have a consent in doubt, and why; nothing if nobody has. `first` is
    whether no line stands before it."""
    lines = doubt_lines(board.doubts)
    return [(f"{'' if first and not n else chr(10)}! {line}", Tone.WARNING) for n, line in enumerate(lines)]


def _contact(verdict: Verdict) -> int:
    return verdict.contact


def _eligible_cells(verdict: Verdict) -> list[Cell]:
    return [
        Cell(verdict.name or "(no name)"),
        Cell(verdict.phone or "", Tone.MUTED),
        Cell(verdict.language or "", Tone.MUTED),
    ]


def _blocked_cells(verdict: Verdict) -> list[Cell]:
    more = f" (+{len(verdict.reasons) - 1})" if len(verdict.reasons) > 1 else ""
    return [
        Cell(verdict.name or "(no name)"),
        Cell(verdict.phone or "–", Tone.MUTED),
        Cell(f"⊘ {blocked_because(verdict.reasons[0])}{more}", Tone.WARNING),
    ]
