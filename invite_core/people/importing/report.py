"""What an import did, row by row where something was not as it should be."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invite_core.people.importing.columns import Assigned


@dataclass(frozen=True, slots=True)
class Note:
    """A row that was refused, or that needs a look."""

    row: int
    """As a spreadsheet numbers it: the header is row 1."""
    reason: str
    """One word, such as `invalid_number` or `unknown_language`."""
    value: str
    """The cell that is meant."""

    def as_json(self) -> dict[str, Any]:
        """`row, reason, value`."""
        return {"row": self.row, "reason": self.reason, "value": self.value}


@dataclass(slots=True)
class ImportReport:
    """The whole import; `read` = `created` + `updated` + `unchanged` + the rejected rows."""

    preview: bool = False
    """Whether nothing was stored: this is what an import would do."""
    format: str = "csv"
    """`csv`, `xlsx` or `vcard`."""
    sheet: str = ""
    """The sheet of a workbook that was read."""
    other_sheets: list[str] = field(default_factory=list)
    """Sheets with something in them that were not read."""
    mapping: list["Assigned"] = field(default_factory=list)
    """What every column was taken for."""
    read: int = 0
    """Rows with anything in them."""
    created: int = 0
    """New people."""
    updated: int = 0
    """Rows that changed something of a person who was there."""
    unchanged: int = 0
    """Rows that changed nothing at all."""
    shared_number: int = 0
    """New people whose number someone of another name has too."""
    rejected: list[Note] = field(default_factory=list)
    """Rows of which nothing was stored."""
    warnings: list[Note] = field(default_factory=list)
    """Cells that were left out or look odd; their rows were stored."""
    ignored_columns: list[str] = field(default_factory=list)
    """Headers that mean nothing to this program."""
    people: int = 0
    """The people whom the rows that were stored are about, each once."""
    without_consent: int = 0
    """Those of them who have no consent to invitations now, wherever it might come from."""
    consent_said: dict[str, int] = field(default_factory=dict)
    """How many rows say `yes`, `no` or something `unclear` (nothing, too) in a consent column; empty
    where the file has none."""

    def sort(self) -> None:
        """Put the notes in the order of the rows."""
        self.rejected.sort(key=lambda note: note.row)
        self.warnings.sort(key=lambda note: note.row)

    def as_json(self) -> dict[str, Any]:
        """The document that `contacts import --json` prints."""
        return {
            "preview": self.preview,
            "format": self.format,
            "sheet": self.sheet or None,
            "other_sheets": self.other_sheets,
            "mapping": [each.as_json() for each in self.mapping],
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "shared_number": self.shared_number,
            "rejected": [note.as_json() for note in self.rejected],
            "warnings": [note.as_json() for note in self.warnings],
            "ignored_columns": self.ignored_columns,
            "people": self.people,
            "without_consent": self.without_consent,
            "consent_said": self.consent_said,
        }
