"""A list as an Excel workbook (XLSX) in which every text is a text: no formula, no link, no number out of it."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from invite_core.operations.exporting.listing import Listing, as_text
from invite_core.operations.exporting.private_file import ExportFault

MOST_ROWS = 1_048_575
"""The rows of a sheet below its heads."""

_MOST_CHARACTERS = 32_767
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_BOX = "\u2610"
_WIDTHS = {"name": 32, "phone": 18, "here": 7, "places": 8}


def write_workbook(listing: Listing, file: BinaryIO) -> int:
    """Write the workbook; gives the number of rows. Raises `ExportFault` for more rows than a sheet holds."""
    # Rows wait in a file until the workbook is whole; beside the target it is as private as that.
    with TemporaryDirectory(prefix=".new-", dir=Path(file.name).parent) as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with Workbook(file, options) as book:
            sheet = book.add_worksheet(_sheet_name(listing.title))
            head, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
            _prepare(sheet, listing)
            for place, column in enumerate(listing.columns):
                sheet.write_string(0, place, as_text(column), head)
            written = 0
            for written, row in enumerate(listing.rows, 1):
                if written > MOST_ROWS:
                    raise _too_many()
                for place, column in enumerate(listing.columns):
                    value = _BOX if column == listing.to_tick else row.get(column)
                    _write_cell(sheet, written, place, value, text)
    return written


def _prepare(sheet: Worksheet, listing: Listing) -> None:
    """How the sheet looks, on the screen and printed."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(0 if listing.to_tick else 1)
    for place, column in enumerate(listing.columns):
        sheet.set_column(place, place, _WIDTHS.get(column, 16))


def _write_cell(sheet: Worksheet, row: int, place: int, value: object, text: Format) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    elif words := as_text(value):
        # A cell of the kind "text" stays one when somebody edits it.
        sheet.write_string(row, place, _fitting(words), text)


def _fitting(words: str) -> str:
    """`words`, cut where Excel would refuse the whole cell (it counts in UTF-16)."""
    if len(words.encode("utf-16-le")) // 2 <= _MOST_CHARACTERS:
        return words
    cut = words.encode("utf-16-le")[: (_MOST_CHARACTERS - 1) * 2].decode("utf-16-le", "ignore")
    return f"{cut}\u2026"


def _sheet_name(title: str) -> str:
    return _NO_SHEET_NAME.sub(" ", as_text(title)).strip()[:31].strip() or "List"


def _too_many() -> ExportFault:
    return ExportFault(
        f"A sheet of a workbook holds {MOST_ROWS:,} rows, and this list has more.", "Choose --format csv."
    )
