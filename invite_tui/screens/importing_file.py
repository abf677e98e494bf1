"""Which file to import: picked from a folder, or its path typed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from invite_core.errors import InviteError
from invite_tui.folder import UP, Entry, listed
from invite_tui.inert_text import inert
from invite_tui.local_time import day
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_input import InertInput
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed


class ChooseFileScreen(ModalScreen[Path | None]):
    """Gives the path of a file, or None."""

    CSS_PATH = "importing_file.tcss"
    AUTO_FOCUS = "#files"

    HELP = """
Enter opens the folder or takes the file under the cursor, Backspace goes up. A path can be typed or pasted
instead; what is typed last narrows the list.

Lists of people may be CSV (any delimiter), Excel (XLSX) or vCards, and exports of Google Contacts, Outlook
and iPhones.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="file.cancel"),
        Binding(
            "tab", "app.focus_next", "Type a path", id="file.next", tooltip="Between the list and the path"
        ),
        Binding("backspace", "up", "Folder above", id="file.up"),
        Binding("down", "to_list", "To the list", id="file.to_list", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._start = self._folder = folder
        self._entries: Sequence[Entry] = ()

    def compose(self) -> ComposeResult:
        """The path above, the folder below."""
        with Vertical(classes="dialog"):
            yield InertLabel(("Import people from which file?", Tone.ACCENT))
            yield InertInput(placeholder="a path", id="path", compact=True, select_on_focus=False)
            yield FaultLine()
            yield RecordTable(
                Column("Name", 20, grows=True),
                Column("Size", 9, right=True),
                Column("Changed", 17, drop=1),
                empty="No list of people is here: CSV, Excel (XLSX) or vCards (VCF). Go to another folder.",
                opens=True,
                id="files",
            )
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin where the program was started."""
        self._go(self._folder)

    # ------------------------------------------------------------ where one is

    def _go(self, folder: Path) -> None:
        self._folder, self._entries = folder, ()
        self.query_one("#path", Input).value = f"{folder}/"
        self._look_into(folder)

    @work(exclusive=True, group="look")
    async def _look_into(self, folder: Path) -> None:
        try:
            entries = await asyncio.to_thread(listed, folder)
        except InviteError as fault:
            self._show_fault(fault)
            return
        self._show_fault(None)
        self._folder, self._entries = folder, entries
        self._show(from_top=True)

    def _show_fault(self, fault: InviteError | None) -> None:
        self.query_one(FaultLine).show(fault)

    def _show(self, *, from_top: bool) -> None:
        begun = self._typed_parts()[1].casefold()
        fitting = [each for each in self._entries if each.name.casefold().startswith(begun)]
        files = self.query_one("#files", RecordTable)
        files.show(Listed(fitting, lambda each: each.name, _cells), from_top=from_top)

    def _typed_parts(self) -> tuple[Path, str]:
        """What stands in the field: the folder, and the beginning of a name in it."""
        folder, slash, begun = self.query_one("#path", Input).value.rpartition("/")
        return self._path(folder + slash), begun

    def _path(self, text: str) -> Path:
        if text == inert(f"{self._folder}/"):  # as the field shows it, which may not be as it is called
            return self._folder
        try:
            return self._start / Path(text).expanduser()
        except RuntimeError:  # the home of nobody
            return self._start / text

    @on(Input.Changed, "#path")
    def _typed(self) -> None:
        folder, _ = self._typed_parts()
        if folder != self._folder:
            self._look_into(folder)
        else:
            self._show(from_top=True)

    @on(Input.Submitted, "#path")
    async def _typed_out(self, message: Input.Submitted) -> None:
        path = self._path(message.value.strip())
        if await asyncio.to_thread(path.is_dir):
            self._go(path)
        elif await asyncio.to_thread(path.is_file):
            self.dismiss(path)
        else:
            self._show_fault(InviteError(f"There is no file {path}.", "Check the path."))

    @on(RecordTable.Chosen, "#files")
    def _chosen(self, message: RecordTable.Chosen) -> None:
        entry = next((each for each in self._entries if each.name == message.key), None)
        if entry is None:
            return
        if entry.name == UP:
            self._go(self._folder.parent)
        elif entry.is_folder:
            self._go(self._folder / entry.name)
        else:
            self.dismiss(self._folder / entry.name)

    # ------------------------------------------------------------ acts

    def action_up(self) -> None:
        """To the folder above."""
        self._go(self._folder.parent)

    def action_to_list(self) -> None:
        """From the path to the list."""
        self.query_one("#files").focus()

    def action_cancel(self) -> None:
        """Import nothing."""
        self.dismiss(None)


def _cells(entry: Entry) -> list[Cell]:
    if entry.is_folder:
        return [Cell(f"{entry.name}/", Tone.STRONG), Cell(""), Cell("")]
    changed = day(entry.changed.astimezone()) if entry.changed is not None else ""
    return [Cell(entry.name), Cell(_size(entry.size), Tone.MUTED), Cell(changed, Tone.MUTED)]


def _size(size: int) -> str:
    return f"{size:,} B" if size < 10_000 else f"{size / 1000:,.0f} kB"
