"""A CSV file as other programs write it: any usual encoding and delimiter, or a sentence why not."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from invite_core.errors import InviteError

DELIMITERS = ",;\t|"

_SAVE_AS_CSV = "Open it in the spreadsheet program and save it as CSV (UTF-8)."
_OTHER_KINDS: dict[bytes, str] = {
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a word processor's document",
}
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 50
_NUMBER = re.compile(r"[\s\"']*\+?(?:[\s().\-/]*\d){7,15}[\s\"']*")
_LETTERLIKE = frozenset("€‚„…‘’“”•–—™©®°ªº¿¡«»·£\xa0")


class CsvFault(InviteError):
    """A file cannot be read as CSV; nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file's header and its rows, each with the row number that a spreadsheet shows."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def open_csv(source: Path | bytes, recognised: Callable[[Sequence[str]], int]) -> CsvFile:
    """The header and, row by row, the rest of the file; empty rows are left out.

    `recognised` says how many cells of a header mean something: the delimiter that makes the most of
    the header is taken. Raises `CsvFault` for a file that is missing, unreadable, no text, or empty; the
    rows raise it for a quotation mark that is never closed.
    """
    text = _text(source if isinstance(source, bytes) else _bytes(source))
    text, delimiter = _delimiter(text, recognised)
    rows = _rows(text, delimiter)
    number, header = next(rows, (0, []))
    if not number:
        raise CsvFault("The file is empty.", "Choose a file with a header row and people below it.")
    return CsvFile([cell.strip() for cell in header], rows)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CsvFault(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise CsvFault(f"{path} is a folder.", "Name a CSV file in it.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise CsvFault(f"{path} cannot be read ({why}).", "Check the path and its permissions.") from None


def _text(content: bytes) -> str:
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise CsvFault(f"The file is {kind}, not CSV.", _SAVE_AS_CSV)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    encoding = encoding or _unmarked_utf16(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise CsvFault(f"The file is damaged: it is no {encoding.upper()} text.", _SAVE_AS_CSV) from None
        text = _western(content, error)
    if "\0" in text:
        raise CsvFault("The file is no text.", _SAVE_AS_CSV)
    return text.removeprefix("\ufeff")


def _unmarked_utf16(content: bytes) -> str | None:
    sample = content[:1000]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > half * 0.6 else None


def _western(content: bytes, error: UnicodeDecodeError) -> str:
    """`content` in Windows' Western encoding, where that makes sense; spreadsheets still write it."""
    line = content.count(b"\n", 0, error.start) + 1
    as_utf8 = content.decode("utf-8", errors="replace")
    broken = as_utf8.count("\ufffd")
    whole = sum(not character.isascii() for character in as_utf8) - broken
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    odd = sum(
        1
        for character in text
        if not character.isascii() and not character.isalpha() and character not in _LETTERLIKE
    )
    foreign = sum(not character.isascii() for character in text)
    controls = any(unicodedata.category(each) == "Cc" and each not in "\t\n\r\f\v" for each in text)
    if whole > broken * 3 or odd > foreign * 0.3 or controls:
        raise CsvFault(
            f"The file cannot be decoded: line {line} is not UTF-8, nor does it read as Western text.",
            "Save it again as CSV (UTF-8).",
        )
    return text


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
            if any(row) and any(cell.strip() for cell in row):
                if any(_holds_rows(cell, delimiter) for cell in row):
                    raise _unclosed(number)
                yield number, row
    except csv.Error:
        raise CsvFault(
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


def _unclosed(row: int) -> CsvFault:
    return CsvFault(
        f"A quotation mark in row {row} is never closed, so the rest of the file cannot be told apart.",
        "Close it, or save the file again from the spreadsheet program.",
    )
