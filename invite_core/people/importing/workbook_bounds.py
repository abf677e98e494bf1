"""What a file named .xlsx may unpack to, settled before anything in it is believed.

A workbook is a ZIP archive of XML. The directory of the archive is asked first, and may lie; so each
entry is unpacked in small pieces, counted, and its XML looked at for entities, for cells so far apart
that the table between them would fill the memory, and for text that many cells repeat.
"""

import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from invite_core.people.importing.table import MOST_ROWS, FileFault, too_many_rows

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_CELLS = 6_000_000
"""Rows times columns of the widest and longest sheet; and the cells of all of them, empty ones too."""
MOST_IN_A_CELL = 32_767
"""Characters, the limit of Excel itself:
https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3"""
MOST_TEXT = 100_000_000
"""Characters in the cells of a sheet: a text that many cells share counts for each of them."""
MOST_IN_A_TAG = 1024 * 1024
"""Bytes of one tag, whose parser takes the square of them."""

_PIECE = 256 * 1024
_LOCAL_HEADER = 30
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_XML_NAMES = (".xml", ".rels", ".vml")
_SHARED_STRINGS = "xl/sharedstrings.xml"
_HOLD_TEXT = frozenset({"si", "is", "v"})
_NO_TRUST = "Do not trust it, or save the sheet with the people as CSV (UTF-8)."
_DELETE = "Delete what stands far away from the list, and save it again."
_SAVE_AGAIN = "Open it in the spreadsheet program and save it again, or save it as CSV (UTF-8)."


def refuse_hostile(content: bytes) -> None:
    """Raise `FileFault` for an archive that is damaged, or unpacks to more than any list of people."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        EOFError,
        zlib.error,
    ) as error:
        raise damaged() from error
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_large()
    if len(names) < len(entries) or sum(entry.compress_size for entry in entries) > len(content):
        raise damaged()
    if not any(name.casefold() == "xl/workbook.xml" for name in names):
        raise FileFault(
            "The file is an archive, and no Excel workbook.", "Unpack it, and import what is in it."
        )
    left, book = MOST_UNPACKED, _Book()
    for entry in sorted(entries, key=lambda each: each.filename.casefold() != _SHARED_STRINGS):
        look = _Xml(book, must=entry.filename.casefold().endswith(_XML_NAMES))
        for piece in _unpacked(content, entry):
            left -= len(piece)
            if left < 0:
                raise _too_large()
            look.feed(piece)
        look.close()


def _unpacked(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes in small pieces, however many its directory says there are."""
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or entry.flag_bits & 1:
        raise damaged()
    start = entry.header_offset + _LOCAL_HEADER + int.from_bytes(header[26:28], "little")
    start += int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (packed[place : place + _PIECE] for place in range(0, len(packed), _PIECE))
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged()
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        piece = inflater.decompress(packed, _PIECE)
        while piece:
            yield piece
            piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error as error:
        raise damaged() from error


@dataclass(slots=True)
class _Book:
    """What is counted over all entries."""

    shared: "array[int]" = field(default_factory=lambda: array("H"))
    """The length of each text that cells name by its number."""
    cells: int = 0
    """How many cells there are, empty ones too."""


class _Xml:
    """One entry, as it is unpacked: nothing is kept of it but how far its cells reach and how much they hold."""

    def __init__(self, book: _Book, *, must: bool) -> None:
        self._book = book
        self._must = must
        self._begun = False
        self._parser: expat.XMLParserType | None = None
        self._fed = 0
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._is_shared = False
        self._reading, self._length, self._number = False, 0, ""
        self._text = 0

    def feed(self, piece: bytes) -> None:
        if not self._begun:
            self._begun = True
            if self._must or piece.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
                self._parser = expat.ParserCreate()
                self._parser.StartDoctypeDeclHandler = self._refuse_document_type
                self._parser.StartElementHandler = self._element
                self._parser.CharacterDataHandler = self._characters
                self._parser.EndElementHandler = self._ended
        self._parse(piece, last=False)

    def close(self) -> None:
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # The last two: an encoding that does not exist, or is none of XML's.
            raise damaged() from error
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > MOST_IN_A_TAG:
            raise damaged()

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._is_shared = attributes.get("t") == "s"
            self._cell(attributes.get("r"))
        elif kind == "row":
            number = attributes.get("r")
            self._row = self._row + 1 if number is None else _row_number(number)
            self._column = 0
        elif kind in _HOLD_TEXT:
            self._reading, self._length, self._number = True, 0, ""
            if kind != "si":
                self._reach()

    def _characters(self, text: str) -> None:
        if not self._reading:
            return
        self._length += len(text)
        if self._length > MOST_IN_A_CELL:
            raise FileFault(
                f"A cell of the workbook holds more than {MOST_IN_A_CELL:,} characters, more than Excel can.",
                _NO_TRUST,
            )
        if self._is_shared:
            self._number += text

    def _ended(self, name: str) -> None:
        if not self._reading:
            return
        kind = name.rpartition(":")[2]
        if kind not in _HOLD_TEXT:
            return
        self._reading = False
        if kind == "si":
            self._book.shared.append(self._length)
            if len(self._book.shared) > MOST_CELLS:
                raise _too_large()
            return
        self._text += self._shared_length() if self._is_shared else self._length
        if self._text > MOST_TEXT:
            raise FileFault(
                f"The cells of a sheet hold more than {MOST_TEXT:,} characters, far more than a list of people.",
                _NO_TRUST,
            )

    def _shared_length(self) -> int:
        number = self._number.strip()
        place = int(number) if number.isascii() and number.isdecimal() and len(number) <= 9 else -1
        return self._book.shared[place] if 0 <= place < len(self._book.shared) else 0

    def _cell(self, reference: str | None) -> None:
        self._book.cells += 1
        if self._book.cells > MOST_CELLS:
            raise FileFault(f"The workbook has more than {MOST_CELLS:,} cells.", _DELETE)
        if reference is None:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise damaged()
        self._row, self._column = _row_number(found[2]), 0
        for letter in found[1]:
            self._column = self._column * 26 + ord(letter) - 64

    def _reach(self) -> None:
        """Count a cell that holds something."""
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)
        if self._rows > MOST_ROWS + 1:
            raise too_many_rows()
        if self._rows * self._columns > MOST_CELLS:
            raise FileFault(
                f"The sheet reaches over {self._rows:,} rows and {self._columns:,} columns.", _DELETE
            )

    @staticmethod
    def _refuse_document_type(*_: object) -> None:
        raise FileFault(
            "The workbook defines XML entities, which no spreadsheet program writes.",
            "Do not trust it; ask for the list as CSV.",
        )


def _row_number(text: str) -> int:
    # What no spreadsheet program writes can keep the library that reads the sheet busy for ever.
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and text[0] != "0"):
        raise damaged()
    return int(text)


def damaged() -> FileFault:
    """The refusal of a workbook that cannot be read."""
    return FileFault("The Excel workbook is damaged.", _SAVE_AGAIN)


def _too_large() -> FileFault:
    return FileFault(
        f"The workbook unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB, far more than a list of people.",
        _NO_TRUST,
    )
