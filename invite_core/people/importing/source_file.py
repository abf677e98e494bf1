"""The file that the organiser has, whichever kind it is: by what stands in it, not by its name."""

from collections.abc import Callable, Sequence
from pathlib import Path

from invite_core.people.importing.csv_file import open_csv
from invite_core.people.importing.encodings import decoded
from invite_core.people.importing.table import FileFault, Table

MOST_BYTES = 100 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_SAVE_AS = "Open it in the program that wrote it, and save it as XLSX or as CSV (UTF-8)."
_OTHER_KINDS: dict[bytes, str] = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, or one with a password",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a word processor's document",
    b"PK\x05\x06": "an empty archive",
}


def open_source(
    source: Path | bytes, recognised: Callable[[Sequence[str]], int], *, sheet: str = ""
) -> Table:
    """The table in a CSV file, an Excel workbook (XLSX) or a file of vCards.

    `recognised` says how many cells of a header mean something; `sheet` names one of a workbook.
    Raises `FileFault` for a file that is missing, cannot be read, is too large or of another kind.
    """
    content = source if isinstance(source, bytes) else content_of(source)
    if len(content) > MOST_BYTES:
        raise _too_large()
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise FileFault(f"The file is {kind}, no list of people that can be read.", _SAVE_AS)
    if content.startswith(_ZIP):
        # Only who imports a workbook, or cards, pays for these imports.
        from invite_core.people.importing.workbook import open_workbook

        return open_workbook(content, sheet)
    if sheet:
        raise FileFault("Only an Excel workbook has sheets.", "Leave --sheet out.")
    text = decoded(content)
    if text.lstrip()[:11].casefold() == "begin:vcard":
        from invite_core.people.importing.vcards import open_vcards

        return open_vcards(text)
    return open_csv(text, recognised)


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises `FileFault` for one that is missing, cannot be read or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large()
        return path.read_bytes()
    except FileNotFoundError:
        raise FileFault(f"There is no file {path}.", "Check the path.") from None
    except IsADirectoryError:
        raise FileFault(f"{path} is a folder.", "Name a file in it.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise FileFault(f"{path} cannot be read ({why}).", "Check the path and its permissions.") from None


def _too_large() -> FileFault:
    return FileFault(
        f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.",
        "Take out what is no list of people (pictures, other columns), or split it.",
    )
