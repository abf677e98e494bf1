"""Everything that is held about one person, on one page, to be read out, copied or given to them."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from invite_core import instants
from invite_core.operations.personal_report import as_lines, personal_report
from invite_tui.inert_text import inert
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.saving import save
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.top_line import TopLine


class ReportScreen(DeskScreen):
    """The page, as it was when it was opened."""

    CSS_PATH = "report.tcss"
    AUTO_FOCUS = "#page"

    HELP = """
The answer to “what do you know of me?”: everything the file holds about one person, written for them to read.
s saves it as a text file that only you can read; c copies it where your terminal lets programs copy.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "Save…", id="report.save", tooltip="Save the page as a text file"),
        Binding("c", "copy", "Copy", id="report.copy", tooltip="Copy the page, where the terminal allows it"),
    ]

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self._lines: list[str] = []

    def compose(self) -> ComposeResult:
        """One page."""
        yield TopLine(("Report", Tone.ACCENT))
        yield FaultLine()
        with VerticalScroll(id="page"):
            yield InertLabel(id="report")
        yield KeyLine()

    async def load(self) -> None:
        """Read everything, once: a page that is being read stays as it is."""
        if self._lines:
            return
        report = await self.read(personal_report, self._contact, now=instants.now())
        self._lines = [inert(line) for line in as_lines(report)]
        titles = {inert(section["title"]) for section in report["sections"]}
        self.query_one(TopLine).say_left(
            ("Report  ", Tone.ACCENT), (report["name"] or "(no name)", Tone.STRONG)
        )
        self.query_one("#report", InertLabel).say(
            *((f"{line}\n", Tone.STRONG if line in titles else Tone.PLAIN) for line in self._lines)
        )

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to save before it was read."""
        if action in ("save", "copy"):
            return bool(self._lines)
        return super().check_action(action, parameters)

    @property
    def _text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def action_copy(self) -> None:
        """Hand the page to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("Handed to the terminal to copy. Not every terminal does; s saves a file.", markup=False)

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Ask where to, then write the file."""
        await save(
            self,
            self._text,
            title="Save the report where?",
            said="It holds everything about a person: give it to nobody else.",
            called=f"report-{self._contact}.txt",
        )
