"""The board of one run: it follows what the sender and the listener write, and stops, goes on or gives up."""

import time
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ProgressBar

from invite_core import instants
from invite_core.invitations.runs import Status
from invite_core.lifecycle.states import State
from invite_core.views.cost import run_cost
from invite_core.views.hearing import hearing
from invite_core.views.run_board import RunBoard
from invite_core.views.run_messages import failures
from invite_tui.pace_shown import PaceShown
from invite_tui.run_messages_source import RunMessages, columns_for
from invite_tui.screens.run_acts import RunActs
from invite_tui.sender_gone import standing as run_standing
from invite_tui.state_style import STATES
from invite_tui.tone import Tone
from invite_tui.widgets.alarm_line import AlarmLine
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.run_notes import count_column, count_line, done, note_pieces, status_pieces, waiting
from invite_tui.widgets.top_line import TopLine

FILTERS: tuple[State | None, ...] = (None, *STATES)
"""What the list can be narrowed to, in the order of the brackets."""


class RunScreen(RunActs):
    """One run, live."""

    CSS_PATH = "run.tcss"
    AUTO_FOCUS = "#messages"

    HELP = """
One run: where every message stands, what needs a look, and each message in the list. It follows what
the sender and the listener write; nothing here has to be pressed for that, and the cursor stays where
it is.

u lists the unconfirmed: since when, why, and how much of that time the listener was up. Ask the
person, then say with s that it was sent or with n that it was not. g sends it again, at the risk that
it arrives twice.

A click on State, Name or Changed orders the list by it, as . and , do; o turns the order round. In the order of
names a capital letter goes to the first name that begins with it.

Pausing lets nothing new leave and awaits the answers on their way. Cancelling gives up what still
waits; what has left stays sent. A run can be paused, resumed and cancelled from any terminal.
"""

    SPARE_KEYS: ClassVar[tuple[str, ...]] = ("choose", "back", "retry")
    """What is left to help and palette where not every key has room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "filter('')", "All", id="run.all", show=False, tooltip="Show all messages"),
        Binding("f", "filter('failed')", "Failed", id="run.failed", show=False, tooltip="Show failed messages only"),
        Binding("u", "filter('unconfirmed')", "Unconfirmed", id="run.unconfirmed", show=False,
                tooltip="Show unconfirmed messages only"),
        Binding("b", "filter('blocked')", "Blocked", id="run.blocked", show=False, tooltip="Show blocked people only"),
        Binding("d", "filter('delivered')", "Delivered", id="run.delivered", show=False,
                tooltip="Show delivered messages only"),
        Binding("right_square_bracket", "turn(1)", "Next state", id="run.next_state", key_display="]",
                show=False, tooltip="Show the next state in the list"),
        Binding("left_square_bracket", "turn(-1)", "Previous state", id="run.previous_state", key_display="[",
                show=False, tooltip="Show the state before in the list"),
    ]  # fmt: skip

    def __init__(self, run: int) -> None:
        super().__init__(run)
        self._state: State | None = None
        self._pace = PaceShown()

    def compose(self) -> ComposeResult:
        """Status and progress above; counts and notes beside the list."""
        yield TopLine((f"Run {self.run_id}", Tone.ACCENT))
        yield AlarmLine()
        yield FaultLine()
        yield InertLabel(id="status")
        yield ProgressBar(id="progress", show_eta=False)
        with Horizontal(id="board"):
            with VerticalScroll(id="summary"):
                yield InertLabel(id="counts")
                yield InertLabel(id="notes")
            with Vertical(id="list"):
                yield InertLabel(id="shown")
                yield RecordTable(*columns_for(None), opens=True, id="messages")
        yield KeyLine()

    def on_mount(self) -> None:
        """The list reads by itself; the rest is read by `load`."""
        super().on_mount()
        self.query_one("#messages", RecordTable).show(RunMessages(self.desk, self.run_id, None))

    # ------------------------------------------------------------ reading and showing

    async def load(self) -> None:
        """Read the counters and the failures, and let the list read its view again."""
        standing = await self.read(run_standing, self.run_id)
        board = standing.board
        failed = await self.read(failures, self.run_id)
        minutes = self.desk.settings.catch_up_minutes
        self._hearing = await self.read(hearing, catch_up_minutes=minutes, now=instants.now())
        await self.read_alarms(run=self.run_id)
        self._board, self._may_go_on = board, standing.may_go_on
        self._watch_pace(board)
        run = board.run
        self.query_one(TopLine).say_left(
            (f"Run {run.id}  ", Tone.ACCENT),
            (board.event_name, Tone.STRONG),
            f"  {run.purpose}, {run.template}",
        )
        here = self.program.sender.run == run.id
        self.query_one("#status", InertLabel).say(
            *status_pieces(standing, self._pace, self._hearing, sending_here=here, may_act=self.desk.may_act)
        )
        bar = self.query_one("#progress", ProgressBar)
        bar.update(total=max(1, run.eligible), progress=done(board) if run.eligible else 1)
        cost = None if run.status is Status.SENDING else await self.read(run_cost, run.id)
        told = [(cost.sentence(), Tone.MUTED)] if cost else []
        self.query_one("#notes", InertLabel).say(*note_pieces(board, failed, self._hearing), *told)
        self._show_counts()
        self.query_one("#messages", RecordTable).reload()

    def _watch_pace(self, board: RunBoard) -> None:
        if board.run.status is Status.SENDING:
            self._pace.see(time.monotonic(), waiting(board))
        else:
            self._pace.forget()

    def _show_counts(self) -> None:
        if self._board is None:
            return
        narrow = self.has_class("-narrow")
        self.query_one("#counts", InertLabel).say(
            *(count_line(self._board, self._state, self.size.width - 4) if narrow
              else count_column(self._board, self._state))
        )  # fmt: skip
        look = STATES[self._state] if self._state else None
        n = self._board.counts[self._state] if self._state else self._board.run.total
        self.query_one("#shown", InertLabel).say(
            (f"{look.glyph} {look.word}" if look else "All messages", Tone.STRONG), (f"  {n:,}", Tone.ACCENT),
            (f"{'   a all' if look else ' '}  f failed  u unconfirmed  b blocked  [ ] others", Tone.MUTED),
        )  # fmt: skip
        self.query_one("#messages", RecordTable).empty = (
            f"No message is {look.word} now. Press a for all." if look else "This run has no messages."
        )

    def on_resize(self) -> None:
        """The counts take one line where there is little room."""
        self.call_after_refresh(self._show_counts)

    # ------------------------------------------------------------ the list

    def action_filter(self, state: str) -> None:
        """Show the messages in one state, or all with ''."""
        self._state = State(state) if state else None
        self.query_one("#messages", RecordTable).show(
            RunMessages(self.desk, self.run_id, self._state),
            from_top=True,
            columns=columns_for(self._state),
        )
        self._show_counts()

    def action_turn(self, step: int) -> None:
        """Show the next state that has messages."""
        counts = self._board.counts if self._board else {}
        offered = [state for state in FILTERS if state is None or counts.get(state) or state is self._state]
        self.action_filter(offered[(offered.index(self._state) + step) % len(offered)] or "")

    @property
    def in_doubt(self) -> int | None:
        """The message under the cursor of the list of the unconfirmed."""
        key = self.under_cursor("messages")
        return cast("int | None", key) if self._state is State.UNCONFIRMED else None

    @on(RecordTable.Highlighted, "#messages")
    def _another_message(self) -> None:
        self.refresh_bindings()

    @on(RecordTable.Chosen, "#messages")
    def _message_chosen(self, message: RecordTable.Chosen) -> None:
        self.program.open_message(cast(int, message.key))
