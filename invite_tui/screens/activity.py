"""What Meta tells, as it comes: statuses, answers, stops, news of templates and the account."""

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from invite_core.views.activity import MOST_LISTED, ActivityLine
from invite_tui.activity_words import COLUMNS, Activity, reading
from invite_tui.desk import Desk
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.top_line import TopLine


class ActivityScreen(DeskScreen):
    """Every update, the newest first; the cursor follows the newest while it is at the top."""

    CSS_PATH = "activity.tcss"
    AUTO_FOCUS = "#updates"

    HELP = """
Every update that Meta sent, the newest first, with what became of it. While the cursor is in the first line
the list follows what comes; anywhere else it stays on its line, and the first line says how many are newer.
Enter opens the message that an update is about, or the person who wrote.

“Came late” is no fault: Meta sends updates in any order and more than once, and what is known already
changes nothing. “Ignored” is what is about another number, or nothing that this program acts on.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "person", "Person", id="activity.person", tooltip="Show the person whom it is about"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._source = Activity(desk, self._follows)

    def compose(self) -> ComposeResult:
        """The list above, one update in full below."""
        yield TopLine(("Activity", Tone.ACCENT))
        yield FaultLine()
        yield RecordTable(
            *COLUMNS,
            empty="No update has come yet. They come once messages are out and the listener hears Meta.",
            opens=True,
            id="updates",
        )
        with VerticalScroll(id="reading", can_focus=False):
            yield InertLabel(id="update")
        yield KeyLine()

    def on_mount(self) -> None:
        """The list reads by itself."""
        super().on_mount()
        self.query_one("#updates", RecordTable).show(self._source)

    async def load(self) -> None:
        """Read the list again."""
        self.query_one("#updates", RecordTable).reload()
        self._say_where(await self._source.count())

    def _follows(self) -> bool:
        return self.query_one("#updates", RecordTable).cursor == 0

    def _say_where(self, count: int) -> None:
        above = self.query_one("#updates", RecordTable).scroll_offset.y
        newest = " newest" if count >= MOST_LISTED else ""
        self.query_one(TopLine).say_left(
            ("Activity  ", Tone.ACCENT),
            (f"{count:,}", Tone.STRONG),
            f"{newest} update{'' if count == 1 else 's'}",
            (f"  {above:,} newer above: Home goes there" if above else "", Tone.MUTED),
        )

    @on(RecordTable.Highlighted, "#updates")
    def _another_update(self) -> None:
        self._show_update()
        self._say_where(self.query_one("#updates", RecordTable).count)
        self.refresh_bindings()

    @property
    def _line(self) -> ActivityLine | None:
        return self._source.lines.get(cast(int, self.under_cursor("updates")))

    def _show_update(self) -> None:
        line = self._line
        self.query_one("#update", InertLabel).say(*(reading(line) if line else ()))

    # ------------------------------------------------------------ where one goes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where the person is known."""
        if action == "person":
            line = self._line
            return line is not None and line.contact is not None
        return super().check_action(action, parameters)

    @on(RecordTable.Chosen, "#updates")
    def _update_chosen(self, message: RecordTable.Chosen) -> None:
        line = self._source.lines.get(cast(int, message.key))
        if line is None:
            return
        if line.message is not None:
            self.program.open_message(line.message)
        elif line.contact is not None:
            self.program.open_person(line.contact)

    def action_person(self) -> None:
        """Show the person whom the update is about."""
        line = self._line
        if line is not None and line.contact is not None:
            self.program.open_person(line.contact)
