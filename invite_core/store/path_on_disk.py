"""The file as the operating system sees it, before it is opened for use: whose it is, who may read it.

Nothing here opens a database file that is there already, except through SQLite: closing any other
descriptor would drop the locks that this process holds on the file
(https://sqlite.org/howtocorrupt.html, section 2.2).
"""

import os
import stat
import sys
from contextlib import closing
from pathlib import Path

from invite_core.store import engine, faults

APPLICATION_ID = 0x1A571E0F
"""Written into the file's header once, so that a stranger's file is never taken for ours."""

_SMALLEST_DATABASE = 512
"""Bytes of the smallest page. SQLite takes anything shorter for a new database, and writes over it."""


def make_file(path: Path) -> None:
    """Make an empty file with mode 0600 (a new folder: 0700) unless there is one. Raises `StoreError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not path.is_file() or path.is_symlink():
            raise faults.NoFile(
                f"{path} is no plain file.", "Choose another path with --db or INVITE_DB."
            ) from None
        if not os.access(path, os.R_OK | os.W_OK):
            raise faults.NoFile(f"{path} cannot be opened for writing.", _PERMISSIONS) from None
    except OSError as error:
        raise faults.NoFile(f"{path} cannot be made ({error.strerror}).", _PERMISSIONS) from error


def refuse_missing(path: Path) -> None:
    """Raise `NoFile` unless there is a file at `path` that can be read."""
    try:
        there = path.is_file()
    except OSError as error:
        raise faults.NoFile(f"{path} cannot be read ({error.strerror}).", _PERMISSIONS) from error
    if not there:
        raise faults.NoFile(
            f"There is no database at {path}.",
            "Check the path (--db or INVITE_DB). The first `invite-tui contacts import` makes a new file.",
        )


def refuse_foreign(path: Path) -> None:
    """Raise `NotOurFile` if the file shows another owner, without changing a byte; an empty one has none.

    Opening a stranger's file in the ordinary way could change it: SQLite folds a left-over WAL into it
    on closing. A file of ours whose first page is still in the WAL shows no owner and no table here.
    """
    size = path.stat().st_size
    if 0 < size < _SMALLEST_DATABASE:
        raise faults.not_ours(path)
    try:
        with closing(
            engine.driver.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
        ) as connection:
            # Without this, a file whose checkpoint was cut short by a kill is taken for a corrupt one: its
            # first page tells of pages that are still in the WAL, which is not looked at here.
            connection.execute("PRAGMA writable_schema=ON")
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = (0,) if owner else connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except engine.Error as error:
        raise faults.explained(error, path) from error
    if owner not in (0, APPLICATION_ID) or tables:
        raise faults.not_ours(path)


def make_private(path: Path) -> None:
    """Close the file to everyone but its owner, where the system has such modes. Raises `StoreError`."""
    if os.name != "posix" or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return
    try:
        path.chmod(0o600)
    except OSError as error:
        raise faults.ReadOnlyFile(
            f"{path} is open to others and belongs to someone else.",
            "Let its owner take those permissions away (chmod 600), or choose another file.",
        ) from error


def sync(file: int) -> None:
    """Have what was written to an open file on the disk before this returns.

    On macOS fsync alone leaves it in the drive's own memory (fcntl(2), F_FULLFSYNC).
    """
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(file, fcntl.F_FULLFSYNC)
    else:
        os.fsync(file)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do that."""
    if os.name != "posix":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


_PERMISSIONS = "Check the path and its permissions, or choose another with --db."
