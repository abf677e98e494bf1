"""A file with somebody's data in it: new, whole, and readable only by whoever wrote it."""

import os
from pathlib import Path

from invite_core.errors import InviteError


class PrivateFileFault(InviteError):
    """The file cannot be written."""


def write_new(path: Path, text: str) -> None:
    """Write `text` to a file that is not there yet, mode 0600, in UTF-8. Raises `PrivateFileFault`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise PrivateFileFault(f"{path} is there already.", "Choose another name.") from None
    except (OSError, ValueError) as error:
        raise _cannot_be_written(path, error) from None
    try:
        with open(descriptor, "wb") as file:
            file.write(text.encode())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _cannot_be_written(path, error) from None


def _cannot_be_written(path: Path, error: Exception) -> PrivateFileFault:
    why = getattr(error, "strerror", None) or "no such path"
    return PrivateFileFault(f"{path} cannot be written ({why}).", "Choose another place.")
