"""Whether everything is there that sending needs, and the settings with where each came from."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from invite_core import instants
from invite_core.operations.check_account import ask_meta
from invite_core.operations.check_up import look_closely, look_here
from invite_core.operations.finding import Finding, may_send, worst_first
from invite_core.operations.settings_in_force import Origin, SettingLine, settings_in_force
from invite_tui.check_up_words import LOOKS, tally
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine


class CheckUpScreen(DeskScreen):
    """The findings above, what is wrong first; the settings below."""

    CSS_PATH = "check_up.tcss"
    AUTO_FOCUS = "#findings"

    HELP = """
What sending needs, one line each: the settings, the file and its guard, the disk, the listener, the templates,
and what Meta says of the token, the number and the account, and whether a signed test through your public address
comes back. Faults stand first, then warnings; below the list stands what to do about the line under the cursor.
What is on this computer is looked at all the time; Meta is asked and every page of the file read once, and again
with r.

Below are the settings as they are in force, and where each came from: an environment variable, .env, the
settings file, or the default. Of a secret only whether it is set is shown. tab goes there and back.
`invite-tui doctor` prints the same check-up.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r", "ask", "Ask Meta again", id="check_up.ask", tooltip="Look at everything anew, and ask Meta"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._here: list[Finding] = []
        self._at_meta: list[Finding] = []
        self._asking = False

    def compose(self) -> ComposeResult:
        """Findings, one of them in full, settings."""
        yield TopLine(("Check-up", Tone.ACCENT))
        yield FaultLine()
        yield RecordTable(
            Column("", 10),
            Column("Check", 12),
            Column("Found", 30, grows=True),
            empty="Looking…",
            id="findings",
        )
        with VerticalScroll(id="reading", can_focus=False):
            yield InertLabel(id="finding")
        yield RecordTable(
            Column("Setting", 27), Column("Value", 20, grows=True), Column("From", 14), id="settings"
        )
        yield KeyLine()

    def on_mount(self) -> None:
        """Look, and ask Meta."""
        super().on_mount()
        lines = settings_in_force(self.desk.settings)
        self.query_one("#settings", RecordTable).show(Listed(lines, lambda line: line.name, _setting_cells))
        self.action_ask()

    async def load(self) -> None:
        """Look again at what is on this computer."""
        await self._look()

    async def _look(self) -> None:
        found = await asyncio.to_thread(look_here, self.desk.settings, now=instants.now())
        if self.in_use:
            self._here = found
            self._show_findings()

    @work(exclusive=True, group="ask")
    async def action_ask(self) -> None:
        """Look at everything anew, and ask Meta."""
        self._asking = True
        await self._look()  # also where the file cannot be opened, so that `load` never comes to it
        try:
            whole = await asyncio.to_thread(look_closely, self.desk.settings)
            self._at_meta = [*whole, *await ask_meta(self.desk.settings)]
        finally:
            self._asking = False
        if self.in_use:
            self._show_findings()
            self.refresh_bindings()

    def _show_findings(self) -> None:
        findings = worst_first([*self._here, *self._at_meta])
        table = self.query_one("#findings", RecordTable)
        shown = Listed(findings, lambda finding: finding.check, _finding_cells)
        table.show(shown, from_top=table.cursor == 0 and self._new_at_top(findings))
        well = may_send(findings)
        self.query_one(TopLine).say_left(
            ("Check-up  ", Tone.ACCENT),
            (tally(findings), Tone.STRONG if well else Tone.BAD),
            ("  asking Meta…" if self._asking else "", Tone.MUTED),
        )
        self._show_finding()

    def _new_at_top(self, findings: Sequence[Finding]) -> bool:
        """Whether something else stands first now, which must not come in above what is seen."""
        return bool(findings) and self.under_cursor("findings") != findings[0].check

    @on(RecordTable.Highlighted, "#findings")
    def _another_finding(self) -> None:
        self._show_finding()

    def _show_finding(self) -> None:
        key = self.under_cursor("findings")
        finding = next((each for each in (*self._here, *self._at_meta) if each.check == key), None)
        self.query_one("#finding", InertLabel).say(*(_reading(finding) if finding else ()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Meta is asked once at a time."""
        return not self._asking if action == "ask" else super().check_action(action, parameters)


def _finding_cells(finding: Finding) -> list[Cell]:
    look = LOOKS[finding.state]
    return [Cell(look.text, look.tone), Cell(finding.check), Cell(finding.fact)]


def _setting_cells(line: SettingLine) -> list[Cell]:
    return [
        Cell(line.name),
        Cell(line.value or "not set", Tone.PLAIN if line.value else Tone.MUTED),
        Cell(line.origin, Tone.MUTED if line.origin is Origin.DEFAULT else Tone.PLAIN),
    ]


def _reading(finding: Finding) -> Sequence[Piece]:
    look = LOOKS[finding.state]
    return [
        (f"{look.glyph} {finding.check}  ", look.tone),
        finding.fact,
        (f"\n{finding.todo}" if finding.todo else "", Tone.STRONG),
    ]
