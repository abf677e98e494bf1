"""The board of one run: it follows what the sender and the listener write, and stops, goes on or gives up."""

import time
from collections.abc import Callable
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, ProgressBar

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Status
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.run_board import RunBoard
from invite_core.views.run_messages import failures
from invite_tui.pace_shown import PaceShown
from invite_tui.run_messages_source import COLUMNS, RunMessages
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.sender_gone import standing as run_standing
from invite_tui.state_style import STATES
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.run_notes import count_column, count_line, done, note_pieces, status_pieces, waiting
from invite_tui.widgets.top_line import TopLine

FILTERS: tuple[State | None, ...] = (None, *STATES)
"""What the list can be narrowed to, in the order of the brackets."""


class RunScreen(DeskScreen):
    """One run, live."""

    CSS_PATH = "run.tcss"
    AUTO_FOCUS = "#messages"

    HELP = """
One run: where every message stands, what needs a look, and each message in the list. It follows what
the sender and the listener write; nothing here has to be pressed for that, and the cursor stays where
it is.

Pausing lets nothing new leave and awaits the answers on their way. Cancelling gives up what still
waits; what has left stays sent. A run can be paused, resumed and cancelled from any terminal.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "Pause", id="run.pause", tooltip="Let nothing new leave; answers are awaited"),
        Binding("r", "resume", "Go on", id="run.resume", tooltip="Lift the pause and send the rest"),
        Binding("x", "cancel", "Cancel…", id="run.cancel", tooltip="Give up what still waits"),
        Binding("t", "retry", "Retry…", id="run.retry", tooltip="Queue again what may be tried again"),
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
        super().__init__()
        self.run_id = run
        self._board: RunBoard | None = None
        self._state: State | None = None
        self._pace = PaceShown()
        self._may_go_on = False

    def compose(self) -> ComposeResult:
        """Status and progress above; counts and notes beside the list."""
        yield TopLine((f"Run {self.run_id}", Tone.ACCENT))
        yield FaultLine()
        yield InertLabel(id="status")
        yield ProgressBar(id="progress", show_eta=False)
        with Horizontal(id="board"):
            with VerticalScroll(id="summary"):
                yield InertLabel(id="counts")
                yield InertLabel(id="notes")
            with Vertical(id="list"):
                yield InertLabel(id="shown")
                yield RecordTable(*COLUMNS, opens=True, id="messages")
        yield Footer()

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
        self._board, self._may_go_on = board, standing.may_go_on
        self._watch_pace(board)
        run = board.run
        self.query_one(TopLine).say_left(
            (f"Run {run.id}  ", Tone.ACCENT),
            (board.event_name, Tone.STRONG),
            f"  {run.purpose}, {run.template}",
        )
        here = self.program.sender.run == run.id
        said = status_pieces(standing, self._pace, sending_here=here, may_act=self.desk.may_act)
        self.query_one("#status", InertLabel).say(*said)
        bar = self.query_one("#progress", ProgressBar)
        bar.update(total=max(1, run.eligible), progress=done(board) if run.eligible else 1)
        self.query_one("#notes", InertLabel).say(*note_pieces(board, failed))
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
            ("   a all  f failed  u unconfirmed  b blocked  [ ] other states", Tone.MUTED),
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
            RunMessages(self.desk, self.run_id, self._state), from_top=True
        )
        self._show_counts()

    def action_turn(self, step: int) -> None:
        """Show the next state that has messages."""
        counts = self._board.counts if self._board else {}
        offered = [state for state in FILTERS if state is None or counts.get(state) or state is self._state]
        self.action_filter(offered[(offered.index(self._state) + step) % len(offered)] or "")

    @on(RecordTable.Chosen, "#messages")
    def _message_chosen(self, message: RecordTable.Chosen) -> None:
        self.program.open_message(cast(int, message.key))

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the run's status allows; nothing that changes anything for a viewer."""
        if action not in ("pause", "resume", "cancel", "retry"):
            return super().check_action(action, parameters)
        if self._board is None or not self.desk.may_act:
            return False
        status = self._board.run.status
        sending = self.program.sender.sending
        possible = {
            "pause": status is Status.READY or (status is Status.SENDING and not self._may_go_on),
            "resume": self._may_go_on and not sending,
            "cancel": status in runs.UNFINISHED,
            "retry": self._board.counts[State.FAILED] > 0 and not sending,
        }
        return possible[action]

    @work(exclusive=True, group="act")
    async def action_pause(self) -> None:
        """Pause."""
        await self._act(
            lambda store: runs.pause(
                store, self.run_id, PauseReason.OPERATOR, by=self.desk.operator, now=instants.now()
            )
        )

    @work(exclusive=True, group="act")
    async def action_resume(self) -> None:
        """Become the sender and go on."""
        self.show_fault(None)
        try:
            await self.program.sender.resume(self.run_id)
        except InviteError as fault:
            self.show_fault(fault)
        self.reload()

    @work(exclusive=True, group="act")
    async def action_cancel(self) -> None:
        """Ask, then give up the rest."""
        left = self._board.counts[State.QUEUED] if self._board else 0
        question = AskScreen(
            f"Cancel the rest of run {self.run_id}?",
            (f"{left:,} people", Tone.STRONG), " who still wait will not get this message from this run. "
            "What has left stays sent. This run cannot be taken up again; "
            "the people can be written to in a new one.",
            do="Cancel the rest", cancel="Leave it",
        )  # fmt: skip
        if await self.app.push_screen_wait(question):
            await self._act(
                lambda store: control.cancel_rest(
                    store, self.run_id, by=self.desk.operator, now=instants.now()
                )
            )

    @work(exclusive=True, group="act")
    async def action_retry(self) -> None:
        """Ask, then queue again what failed and may be tried again."""
        question = AskScreen(
            "Try the failed messages again?",
            "Only messages that certainly did not arrive and whose error allows it are queued again. "
            "The run is left paused; go on with r.",
            do="Queue again", cancel="Leave it",
        )  # fmt: skip
        if await self.app.push_screen_wait(question):
            await self._act(
                lambda store: control.retry_failed(
                    store, self.run_id, by=self.desk.operator, now=instants.now()
                )
            )

    async def _act(self, act: Callable[[Store], object]) -> None:
        self.show_fault(None)
        try:
            await self.desk.act(act)
        except InviteError as fault:
            self.show_fault(fault)
        self.reload()
