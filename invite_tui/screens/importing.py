"""Importing people from a file: what each column is taken for, what would come of every row, then the import."""

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.operations.exporting.listing import Listing
from invite_core.people.importing.layout import NoNumbers
from invite_core.people.importing.report import ImportReport
from invite_core.people.importing.source_file import content_of
from invite_tui.import_stages import Stage, progress_pieces, stage_pieces
from invite_tui.import_work import ImportProgressed, ImportWish, ImportWork, Stopped
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.importing_questions import (
    column_question,
    field_said,
    import_question,
    nameless_column,
)
from invite_tui.screens.saving import save_list
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.import_form import ImportForm
from invite_tui.widgets.import_preview import NOTE_COLUMNS, ImportPreview
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.top_line import TopLine


class ImportScreen(DeskScreen):
    """One file."""

    CSS_PATH = "importing.tcss"
    AUTO_FOCUS = "#columns"

    HELP = """
What the file holds and what would come of it. Nothing is stored before you press i and say so. A person is
known again by number and name: what is new is added, what the row leaves empty stays. No import lifts a block.

Enter on a column says what it holds; that is remembered for the next file with the same headers. The country
is that of numbers written without a country code. A consent given here is that of everybody whose row names
none, or of those whose row says yes.

Rows that are rejected, or need a look, stand in the list with the reason; s saves them. Escape while the file
is read or stored stops it and leaves nothing behind.
"""

    SPARE_KEYS: ClassVar[tuple[str, ...]] = ("choose",)
    """What is left to help and palette where not every key has room; the summary says what Enter does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import", "Import…", id="import.import", tooltip="Store what the preview shows"),
        Binding("r", "look", "Look again", id="import.look", tooltip="Read the file again, as it is now"),
        Binding("s", "save", "Save rows…", id="import.save",
                tooltip="Save the rows that are rejected or need a look, for whoever mends the file"),
        Binding("escape", "back", "Stop / Back", id="import.back",
                tooltip="While it works: stop, with nothing left behind; else to the people"),
    ]  # fmt: skip

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._content = b""
        self._wish = ImportWish(b"", file.name)
        self._picks: dict[str, str] = {}
        self._work: ImportWork | None = None
        self._stage = Stage.LOOKING
        self._report: ImportReport | None = None

    def compose(self) -> ComposeResult:
        """What is said of all, what came of it, and the file itself."""
        yield TopLine(("Import  ", Tone.ACCENT), (self._file.name, Tone.STRONG))
        yield FaultLine()
        yield ImportForm(self.desk.settings.default_region.upper())
        yield InertLabel(id="summary")
        yield ImportPreview()
        yield KeyLine()

    def on_mount(self) -> None:
        """Look at the file."""
        super().on_mount()
        self._look(read=True)

    def on_unmount(self) -> None:
        """Nothing goes on behind a screen that is left."""
        if self._work is not None:
            self._work.stop()

    async def load(self) -> None:
        """A file is read only when it is asked for."""

    # ------------------------------------------------------------ the work

    @work(exclusive=True, group="import")
    async def _look(self, *, read: bool = False) -> None:
        """A preview of what is said now; with `read`, of the file as it is now."""
        report = await self._run(Stage.LOOKING, preview=True, read=read)
        if report is not None:
            is_current = self._wish_now() == self._wish
            self._show(report, Stage.PREVIEW if is_current else Stage.STALE)
            if is_current and isinstance(self.focused, Input):
                self.query_one("#columns").focus()  # where the keys of the screen work

    async def _run(self, stage: Stage, *, preview: bool, read: bool = False) -> ImportReport | None:
        """Do it, and say how it goes; None where it was stopped or refused, which is then shown."""
        if self._work is not None:
            self._work.stop()
        self.show_fault(None)
        self._say(stage)
        try:
            if read or not self._content:
                self._content = await asyncio.to_thread(content_of, self._file)
            self._wish = self._wish_now() if preview else self._wish
            mine = self._work = ImportWork(self._wish, self._tell)
            return await self.desk.act(mine.run, preview=preview, by=self.desk.operator, now=instants.now())
        except Stopped:
            self._say(Stage.STOPPED)
        except NoNumbers as fault:
            self.query_one(ImportPreview).show_columns(fault.mapping)
            self._refuse(InviteError(fault.sentence, "Press Enter on the one that does, and say so."))
        except InviteError as fault:
            self._refuse(fault)
        return None

    def _wish_now(self) -> ImportWish:
        said = self.query_one(ImportForm).said
        return ImportWish(
            content=self._content,
            called=self._file.name,
            region=said.region,
            tags=said.tags,
            consent_source=said.consent_source,
            consent_at=said.consent_at,
            columns=tuple(f"{header}={field}" for header, field in self._picks.items()),
            sheet=said.sheet,
        )

    def _tell(self, phase: str, done: int, total: int | None) -> None:
        if self._work is not None:
            self.post_message(ImportProgressed(self._work, phase, done, total))

    def _refuse(self, fault: InviteError) -> None:
        self._report = None
        self._say(Stage.REFUSED)
        self.show_fault(fault)

    # ------------------------------------------------------------ showing

    @on(ImportProgressed)
    def _progressed(self, message: ImportProgressed) -> None:
        if message.work is self._work and self._stage.is_working:
            said = progress_pieces(self._stage, message.phase, message.done, message.total)
            self.query_one("#summary", InertLabel).say(*said)

    def _say(self, stage: Stage) -> None:
        self._stage = stage
        self.query_one(ImportForm).disabled = not stage.may_change
        self.query_one(ImportPreview).offer_columns(offered=stage.may_change)
        self.query_one("#summary", InertLabel).say(*stage_pieces(stage, self._report))
        self.refresh_bindings()

    def _show(self, report: ImportReport, stage: Stage) -> None:
        self._report = report
        self.query_one(ImportForm).offer_sheets(report.sheet, report.other_sheets)
        self.query_one(ImportPreview).show_report(report)
        self._say(stage)

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what was previewed is imported, and once; a new look takes the place of one that is under way."""
        if action == "import":
            return self.desk.may_act and self._stage is Stage.PREVIEW and self._report is not None
        if action == "save":
            report = self._report
            return report is not None and bool(report.rejected or report.warnings)
        if action == "look":
            return self._stage.may_change
        return super().check_action(action, parameters)

    @on(ImportForm.Changed)
    def _something_else_said(self) -> None:
        if self._stage is Stage.PREVIEW:
            self._say(Stage.STALE)

    @on(ImportForm.Asked)
    def _asked_for_a_look(self) -> None:
        if self.check_action("look", ()):
            self._look()

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Ask where to, then write the list of rows."""
        await save_list(
            self,
            Listing("Rows to look at", NOTE_COLUMNS, self.query_one(ImportPreview).noted_rows),
            title="Save the rows where?",
            called=f"{self._file.stem}-rows.csv",
        )

    def action_look(self) -> None:
        """Read the file again."""
        self._look(read=True)

    def action_back(self) -> None:
        """Stop what is under way; with nothing under way, go back."""
        if self._stage.is_working and self._work is not None:
            self._work.stop()
        else:
            super().action_back()

    @on(ImportPreview.ColumnChosen)
    def _column_chosen(self, message: ImportPreview.ColumnChosen) -> None:
        if self.check_action("look", ()):
            self._pick(message.header)

    @work(exclusive=True, group="pick")
    async def _pick(self, header: str) -> None:
        if not header:
            self.show_fault(nameless_column())
            return
        filled = await self.app.push_screen_wait(column_question(header))
        if filled is not None:
            self._picks[header] = field_said(header, filled)
            self._look()

    @work(exclusive=True, group="import")
    async def action_import(self) -> None:
        """Ask, then store what the preview shows."""
        if self._report is None:
            return
        if not await self.app.push_screen_wait(import_question(self._report)):
            return
        report = await self._run(Stage.IMPORTING, preview=False)
        if report is not None:
            self._show(report, Stage.IMPORTED)
