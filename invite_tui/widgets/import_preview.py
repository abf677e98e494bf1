"""What a file of people holds, column by column, and the rows of it that are rejected or need a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message

from invite_core.people.importing.columns import Assigned
from invite_core.people.importing.report import ImportReport, Note
from invite_tui.import_words import KNOWN_BY, field_words, note_sentence
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed

NotedRow = tuple[int, bool, Note]
"""Its place in the list, whether the row was rejected, and why."""

NOTE_COLUMNS = ("row", "what", "value", "why")
"""The heads of a saved list of such rows."""


class ImportPreview(Vertical):
    """The columns and the noted rows, with the note under the cursor in full below them."""

    @dataclass
    class ColumnChosen(Message):
        """The organiser wants to say what a column holds."""

        header: str
        """As the file has it; '' where it has none."""

    DEFAULT_CSS = """
    ImportPreview {
        #tables { height: 1fr; }
        #columns { width: 3fr; }
        #notes { width: 4fr; margin-left: 1; }
        #reading { height: 3; padding: 0 1; border-top: solid $panel; scrollbar-size-vertical: 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._notes: list[NotedRow] = []

    def compose(self) -> ComposeResult:
        """Two tables and a line or two."""
        with Horizontal(id="tables"):
            yield RecordTable(
                Column("Column", 14, grows=True),
                Column("Holds", 16, grows=True),
                Column("Recognised", 18, drop=1),
                Column("For example", 16, grows=True),
                empty="No columns are known yet.",
                opens=True,
                id="columns",
            )
            yield RecordTable(
                Column("Row", 6, right=True),
                Column("", 10),
                Column("Value", 18),
                Column("Why", 20, grows=True),
                id="notes",
            )
        with VerticalScroll(id="reading", can_focus=False):
            yield InertLabel(id="note")

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.show_columns(())
        self._show_notes()

    def offer_columns(self, *, offered: bool) -> None:
        """Whether what a column holds can be said now."""
        self.query_one("#columns", RecordTable).opens = offered

    def show_columns(self, mapping: Sequence[Assigned]) -> None:
        """Show what the columns were taken for."""
        columns = self.query_one("#columns", RecordTable)
        columns.show(Listed(mapping, lambda each: (each.place, each.header), _column_cells))

    def show_report(self, report: ImportReport) -> None:
        """Show the columns and the noted rows of a report."""
        self.show_columns(report.mapping)
        noted = [(note, True) for note in report.rejected] + [(note, False) for note in report.warnings]
        noted.sort(key=lambda each: each[0].row)
        self._notes = [(place, rejected, note) for place, (note, rejected) in enumerate(noted)]
        self.query_one("#notes", RecordTable).empty = "No row is rejected, and none needs a look."
        self._show_notes()

    @property
    def noted_rows(self) -> list[dict[str, object]]:
        """The rows that are rejected or need a look, in the columns `NOTE_COLUMNS`."""
        return [
            {
                "row": note.row,
                "what": "rejected" if rejected else "look",
                "value": note.value,
                "why": note_sentence(note),
            }
            for _, rejected, note in self._notes
        ]

    def _show_notes(self) -> None:
        notes = self.query_one("#notes", RecordTable)
        notes.show(Listed(self._notes, lambda each: each[0], _note_cells), from_top=True)
        self._say_note(self._notes[0][2] if self._notes else None)

    @on(RecordTable.Highlighted, "#notes")
    def _another_note(self, message: RecordTable.Highlighted) -> None:
        place = cast(int, message.key)
        self._say_note(self._notes[place][2] if place < len(self._notes) else None)

    def _say_note(self, note: Note | None) -> None:
        label = self.query_one("#note", InertLabel)
        if note is None:
            label.say()
        else:
            label.say((f"Row {note.row}: ", Tone.STRONG), note_sentence(note))

    @on(RecordTable.Chosen, "#columns")
    def _column_chosen(self, message: RecordTable.Chosen) -> None:
        message.stop()
        self.post_message(self.ColumnChosen(cast(tuple[int, str], message.key)[1]))


def _column_cells(column: Assigned) -> list[Cell]:
    return [
        Cell(column.header or "(no header)"),
        Cell(field_words(column.field), Tone.STRONG if column.field else Tone.WARNING),
        Cell(KNOWN_BY[column.by], Tone.MUTED),
        Cell(column.sample, Tone.MUTED),
    ]


def _note_cells(noted: NotedRow) -> list[Cell]:
    _, rejected, note = noted
    return [
        Cell(str(note.row), Tone.MUTED),
        Cell("✗ rejected", Tone.BAD) if rejected else Cell("! look", Tone.WARNING),
        Cell(note.value),
        Cell(note_sentence(note), Tone.MUTED),
    ]
