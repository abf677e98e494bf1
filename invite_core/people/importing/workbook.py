"""An Excel workbook as a table: the first sheet that holds anything, or the one that is named."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from invite_core.people.importing.table import FileFault, Table
from invite_core.people.importing.workbook_bounds import damaged, refuse_hostile

Cell = int | float | str | bool | time | date | datetime | timedelta

_MOST_EXACT = 10**15
"""From here on a spreadsheet has lost digits of a whole number."""


def open_workbook(content: bytes, wanted: str = "") -> Table:
    """The rows of a sheet: of `wanted`, or of the first visible one that holds anything.

    Formula cells give the value that was last calculated, whole numbers no decimals, dates ISO 8601.
    Raises `FileFault` for a workbook that is damaged, hostile or empty, and a sheet that is not there.
    """
    refuse_hostile(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _table(book, wanted)
    except (CalamineError, ValueError) as error:
        raise damaged() from error


def _table(book: CalamineWorkbook, wanted: str) -> Table:
    sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    sheets.sort(key=lambda each: each.visible != SheetVisibleEnum.Visible)
    names = [each.name for each in sheets]
    if wanted and wanted not in names:
        raise FileFault(
            f"The workbook has no sheet “{wanted}”.", f"Its sheets are: {', '.join(names) or 'none'}."
        )
    filled = [name for name in names if book.get_sheet_by_name(name).height]
    chosen = wanted or next(iter(filled), "")
    rows = _rows(book.get_sheet_by_name(chosen)) if chosen else iter(())
    number, header = next(rows, (0, []))
    if not number:
        raise FileFault("The workbook is empty.", "Choose a file with a header row and people below it.")
    others = [name for name in filled if name != chosen]
    return Table([cell.strip() for cell in header], rows, "xlsx", chosen, others)


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    start = sheet.start
    for number, row in enumerate(sheet.iter_rows(), start[0] + 1 if start else 1):
        cells = [_text(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield number, cells


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _MOST_EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
