"""Writing a list to a file of some kind. Each kind is safe to open, whatever the people are called."""

import csv
import io
import json
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from invite_core.operations.exporting.listing import Listing, as_text
from invite_core.operations.exporting.page import write_page
from invite_core.operations.exporting.private_file import ExportFault, private_file
from invite_core.people.importing.inert_cells import inert_cell


class FileKind(StrEnum):
    """What a list can be written as."""

    CSV = "csv"
    """For other programs; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    XLSX = "xlsx"
    """For a spreadsheet; texts and phone numbers are text cells."""
    JSON = "json"
    """For scripts: a list of objects, one a line, with every character as it is."""
    HTML = "html"
    """A page to be printed."""


def kind_of(path: Path) -> FileKind | None:
    """The kind that the ending of a name says, or None."""
    ending = path.suffix.removeprefix(".").casefold()
    return FileKind(ending) if ending in list(FileKind) else None


def write(listing: Listing, path: Path, kind: FileKind | None = None, *, force: bool = False) -> int:
    """Write a list to `path` as `kind`, or as what the ending of its name says (CSV for any other); the number
    of rows.

    The file is private, in place only once it is whole, and takes no other file's place unless `force` says
    so. Raises `ExportFault`.
    """
    match kind or kind_of(path) or FileKind.CSV:
        case FileKind.CSV:
            writer = _write_csv
        case FileKind.JSON:
            writer = _write_json
        case FileKind.HTML:
            writer = write_page
        case FileKind.XLSX:
            # Only who writes a workbook pays for this import.
            from invite_core.operations.exporting.workbook import write_workbook as writer
    with private_file(path, force=force) as file:
        return writer(listing, file)


def _write_csv(listing: Listing, file: BinaryIO) -> int:
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    lines = csv.writer(text)
    lines.writerow(inert_cell(as_text(column)) for column in listing.columns)
    written = 0
    for row in listing.rows:
        written += 1
        lines.writerow([inert_cell(as_text(row.get(column))) for column in listing.columns])
    text.flush()
    text.detach()
    return written


def _write_json(listing: Listing, file: BinaryIO) -> int:
    written = 0
    for written, row in enumerate(listing.rows, 1):
        document = json.dumps({column: row.get(column) for column in listing.columns})
        file.write(f"{'[' if written == 1 else ','}\n{document}".encode())
    file.write(b"\n]\n" if written else b"[]\n")
    return written


__all__ = ["ExportFault", "FileKind", "kind_of", "write"]
