"""A list of people as a table, whatever kind of file it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from invite_core.errors import InviteError
from invite_core.people.importing.report import Note

MOST_ROWS = 200_000
"""A file with more rows is refused: all of it is stored at once, and people are kept in memory till then."""

MOST_COLUMNS = 2_000
"""A file with more is refused: no list of people has them, and each would be looked at for what it holds."""


class FileFault(InviteError):
    """A file cannot be read as a list of people; nothing of it was stored."""


@dataclass(slots=True)
class Table:
    """A header, and the rows below it, each with the number by which the organiser finds it."""

    header: list[str]
    """The names of the columns; empty where the first row is a person already."""
    rows: Iterator[tuple[int, list[str] | Note]]
    """Every row with anything in it, or why it cannot be read; the header is row 1, a first card is card 1."""
    kind: str = "csv"
    """`csv`, `xlsx` or `vcard`."""
    sheet: str = ""
    """The sheet of a workbook that was read."""
    other_sheets: list[str] = field(default_factory=list)
    """Sheets that hold something too and were not read."""
    unused: list[str] = field(default_factory=list)
    """What cards hold besides the columns."""


def too_many_rows() -> FileFault:
    """The refusal of a file with more than `MOST_ROWS` rows."""
    return FileFault(
        f"The file has more than {MOST_ROWS:,} rows.",
        "Split it into several files and import one after the other.",
    )


def too_many_columns() -> FileFault:
    """The refusal of a file with more than `MOST_COLUMNS` columns."""
    return FileFault(
        f"The file has more than {MOST_COLUMNS:,} columns.",
        "Take out what is no list of people, or save it again from the spreadsheet program.",
    )
