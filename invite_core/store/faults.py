"""What can go wrong with the file, each as one sentence and what to do.

SQLite's errors are told apart by their symbolic name, never by their message.
"""

import errno
import shutil
from pathlib import Path

from invite_core.errors import InviteError
from invite_core.store import engine

_ROOM_NEEDED = 256 * 1024
"""Bytes that SQLite needs beside the file to open and change it at all."""


class StoreError(InviteError):
    """The file cannot be used for this act now. Nothing of the act has been stored."""


class NotOurFile(StoreError):
    """The file is not SQLite, or belongs to another program."""


class NewerFile(StoreError):
    """The file was made by a newer version of this program."""


class OlderFile(StoreError):
    """The file waits for a migration, which only `invite-tui` does."""


class NoFile(StoreError):
    """There is no file at that path, and this program does not make one."""


class ReadOnlyFile(StoreError):
    """The file, or the way it was opened, allows no writing."""


class BusyFile(StoreError):
    """Another program holds the file's write lock for longer than we wait."""


class FullDisk(StoreError):
    """There is no room for the write."""


class BrokenFile(StoreError):
    """SQLite reports damage, or the disk fails."""


class BehindGuard(StoreError):
    """The guard file knows of acts that this file does not, or is not there: catch up first."""


class ForeignGuard(StoreError):
    """The guard file beside the database is another database's."""


class HandedOver(StoreError):
    """The database goes on on another computer; nothing is changed in this file any more."""


def explained(error: engine.Error, path: Path) -> StoreError:
    """The `StoreError` that says what `error` means for the organiser."""
    name = engine.error_name(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyFile(
            f"Another program is writing to {path} and did not finish in time.",
            "Try again in a moment; close other programs that have the file open.",
        )
    if name.startswith("SQLITE_READONLY"):
        return ReadOnlyFile(f"{path} cannot be written.", "Check the permissions of the file and its folder.")
    # Without room for the files beside it, SQLite calls a full disk a failure of the disk.
    if name.startswith("SQLITE_FULL") or (name.startswith("SQLITE_IOERR") and _has_no_room(path)):
        return FullDisk(f"The disk that holds {path} is full.", "Free some space and try again.")
    if name.startswith("SQLITE_NOTADB"):
        return not_ours(path)
    if name.startswith("SQLITE_CANTOPEN"):
        return NoFile(f"{path} cannot be opened.", "Check the path and its permissions.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_IOERR")):
        return BrokenFile(
            f"{path} cannot be read or written ({name}).",
            "Check the disk; if it is sound and the file stays so, restore the latest backup.",
        )
    return BrokenFile(f"The database refused an operation ({name or error}).", "Please report this.")


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_NEEDED
    except OSError:
        return False


def not_ours(path: Path) -> NotOurFile:
    """The refusal of a file that this program did not make."""
    return NotOurFile(
        f"{path} is not a database of this program.",
        "Choose another file with --db or INVITE_DB; this one was not touched.",
    )


def undone(path: Path) -> StoreError:
    """The refusal to go on in a transaction that SQLite has undone by itself (a full disk, mostly)."""
    return FullDisk(
        f"{path} could not take the whole change, so nothing of it was stored.",
        "Free some space and try again.",
    )


def guard_fault(error: OSError, path: Path) -> StoreError:
    """The refusal to go on without the guard file at `path`, which cannot be read or written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FullDisk(f"The disk that holds {path} is full.", "Free some space and try again.")
    return ReadOnlyFile(
        f"{path}, which keeps what must never be forgotten, cannot be used ({error.strerror}).",
        "Check the permissions of the file and its folder; nothing was stored.",
    )


def newer_guard(path: Path) -> NewerFile:
    """The refusal of a guard file that a newer version has written."""
    return NewerFile(
        f"{path} was written by a newer version of this program.",
        "Upgrade this program; nothing was stored.",
    )


def behind_guard(path: Path) -> BehindGuard:
    """The refusal to change a file before it has caught up with its guard."""
    return BehindGuard(
        f"{path} does not know all that its guard file knows: it is an older copy, or the guard is gone.",
        "Start the program again; it brings the file up to date and says what is left to look at.",
    )


def handed_over(path: Path, since: str) -> HandedOver:
    """The refusal to change a file that goes on elsewhere; `since` is in stored form."""
    return HandedOver(
        f"{path} was handed over to another computer on {since[:10]}: nothing is sent from here any more, or changed.",
        "Go on there. To go on here, make a handover there and say `invite-tui handover --open FILE` here.",
    )


def foreign_guard(path: Path) -> ForeignGuard:
    """The refusal of a guard file that was begun for another database."""
    return ForeignGuard(
        f"{path} belongs to another database than the one beside it.",
        "Put the two files that belong together side by side; "
        "if that guard's database is gone for good, move it away.",
    )


def foreign_copy(copy: Path, database: Path) -> ForeignGuard:
    """The refusal to put a copy of one database in the place of another."""
    return ForeignGuard(
        f"{copy} is no backup of {database}, but of another database.",
        "Name a backup of this one, or the database that it is a backup of, with --db.",
    )


def guard_without_database(guard: Path, database: Path) -> ForeignGuard:
    """The refusal to make a new file where the guard of a lost one still stands."""
    return ForeignGuard(
        f"There is no database at {database}, but {guard} still knows whom it had blocked and written to.",
        "Restore a copy with `invite-tui restore FILE`, or move the guard away if you mean to begin anew.",
    )


def copy_fault(error: OSError, path: Path) -> StoreError:
    """The refusal to write a copy at `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FullDisk(f"The disk that would hold {path} is full.", "Free some space and try again.")
    return NoFile(f"{path} cannot be written ({error.strerror}).", "Check the path and its permissions.")
