"""A file with people's data in it: whole or not at all, and readable only by whoever wrote it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from invite_core.errors import InviteError


class ExportFault(InviteError):
    """A file cannot be written."""


@contextmanager
def private_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to be written, mode 0600: it lies in the folder of `path`, and is at `path` once the block has ended.

    Raises `ExportFault` where a file is there already (unless `force` says that it may go) and where none
    can be written; what was there is then as before.
    """
    if "\0" in str(path):
        raise _cannot_be_written(path, "no such path")
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        os.close(descriptor)
    except OSError as error:
        raise _cannot_be_written(path, error.strerror) from error
    try:
        if not force and os.path.lexists(path):
            raise _is_there(path)
        with open(temporary, "w+b") as file:
            yield file
        _put(Path(temporary), path, force=force)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise _cannot_be_written(path, error.strerror) from error
        raise


def write_private(path: Path, text: str) -> None:
    """Write `text` to a file that is not there yet, in UTF-8. Raises `ExportFault`."""
    with private_file(path) as file:
        file.write(text.encode())


def _put(temporary: Path, path: Path, *, force: bool) -> None:
    if force:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        temporary.replace(path)
        return
    # The name is taken first, so that two who write at once cannot replace each other's file.
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise _is_there(path) from None
    try:
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _is_there(path: Path) -> ExportFault:
    return ExportFault(f"{path} is there already.", "Choose another name, or say --force to replace it.")


def _cannot_be_written(path: Path, why: str | None) -> ExportFault:
    return ExportFault(f"{path} cannot be written ({why or 'the disk fails'}).", "Choose another place.")
