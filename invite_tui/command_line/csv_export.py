"""Lists as files for a spreadsheet: private, whole or not at all, and with no cell that acts."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from invite_core.errors import InviteError

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_PHONE = re.compile(r"\+[0-9]{5,15}")


class ExportFault(InviteError):
    """A file cannot be written."""


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
    """Write `columns` of `rows` to `path`, mode 0600, in UTF-8 with the mark that spreadsheets look for;
    gives the number of rows. Raises `ExportFault`; a file that was there is then as before."""
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _cannot_be_written(path, error) from error
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            written = 0
            for row in rows:
                writer.writerow([safe_cell(row.get(column)) for column in columns])
                written += 1
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot_be_written(path, error) from error
        raise
    return written


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A list as `write_csv` writes it, mark included, for whoever has another way to a file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def safe_cell(value: object) -> str:
    """`value` as text that no spreadsheet takes for a formula; a phone number stays as it is.

    The rule is OWASP's for CSV injection: an apostrophe before what could begin a formula.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_ACTS) and not _PHONE.fullmatch(text) else text


def _cannot_be_written(path: Path, error: OSError) -> ExportFault:
    return ExportFault(f"{path} cannot be written ({error.strerror}).", "Choose another file with -o.")
