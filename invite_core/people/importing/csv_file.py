"""A CSV file as other programs write it, with any usual delimiter, or a sentence why it is none."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from invite_core.people.importing.inert_cells import plain_cell
from invite_core.people.importing.table import MOST_ROWS, FileFault, Table, too_many_rows

DELIMITERS = ",;\t|"

_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 50
_NUMBER = re.compile(r"[\s\"']*\+?(?:[\s().\-/]*\d){7,15}[\s\"']*")


def open_csv(text: str, recognised: Callable[[Sequence[str]], int]) -> Table:
    """The header and, row by row, the rest of the file; empty rows are left out.

    `recognised` says how many cells of a header mean something: the delimiter that makes the most of
    the header is taken. Raises `FileFault` for an empty file or too many rows; the rows raise it for a
    quotation mark that is never closed.
    """
    text, delimiter = _delimiter(text, recognised)
    if text.count("\n") + text.count("\r") > MOST_ROWS and _has_too_many(text, delimiter):
        raise too_many_rows()
    rows = _rows(text, delimiter)
    number, header = next(rows, (0, []))
    if not number:
        raise FileFault("The file is empty.", "Choose a file with a header row and people below it.")
    return Table([cell.strip() for cell in header], rows)


def _has_too_many(text: str, delimiter: str) -> bool:
    try:
        people = (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row))
        return next(islice(people, MOST_ROWS + 1, None), None) is not None
    except csv.Error:
        return False


def _delimiter(text: str, recognised: Callable[[Sequence[str]], int]) -> tuple[str, str]:
    """The text without Excel's `sep=` line, and the delimiter."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r\"' ")
    if first[:4].casefold() == "sep=" and len(first) == 5:
        return rest, first[4]
    scores = {}
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=delimiter)
        try:
            rows = [row for row in islice(reader, _SAMPLE_ROWS) if any(cell.strip() for cell in row)]
        except csv.Error:
            continue
        header = rows[0] if rows else []
        alike = sum(len(row) == len(header) for row in rows) / max(1, len(rows))
        scores[delimiter] = (
            (recognised(header), alike, len(header)) if len(header) > 1 else (recognised(header), 0, 0)
        )
    return text, max(scores, key=lambda each: scores[each], default=",")


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    row: list[str] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            whole = "".join(row)
            if whole and not whole.isspace():
                if ("\n" in whole or "\r" in whole) and any(_holds_rows(cell, delimiter) for cell in row):
                    raise _unclosed(number)
                yield number, [plain_cell(cell) for cell in row] if "'" in whole else row
    except csv.Error:
        raise FileFault(
            f"A cell in row {number + 1} is far too long; most likely a quotation mark is never closed.",
            "Close it, or save the file again from the spreadsheet program.",
        ) from None
    if any("\n" in cell for cell in row) and text.count('"') % 2:
        raise _unclosed(number)


def _holds_rows(cell: str, delimiter: str) -> bool:
    """Whether a cell of several lines has swallowed rows: a line of it holds a delimiter and a number."""
    if "\n" not in cell and "\r" not in cell:
        return False
    return any(
        len(pieces) > 1 and any(_NUMBER.fullmatch(piece) for piece in pieces)
        for pieces in (line.split(delimiter) for line in cell.splitlines())
    )


def _unclosed(row: int) -> FileFault:
    return FileFault(
        f"A quotation mark in row {row} is never closed, so the rest of the file cannot be told apart.",
        "Close it, or save the file again from the spreadsheet program.",
    )
