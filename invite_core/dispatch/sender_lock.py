"""The lock that lets one process send, and no other. It guards nothing but dispatch.

The operating system holds it and frees it when the process ends, however it ends, so that no clock
decides whether a sender is alive. Beside the lock a small file says who has it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from invite_core.crashpoints import crashpoint
from invite_core.errors import InviteError

PATIENCE_S = 2.0
"""How long a sender tries for the lock: whoever only asks whether it is free has it for an instant."""


class SenderBusy(InviteError):
    """Another process is sending from this file."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sends: process id, name of the operator, start in stored form."""

    pid: int
    operator: str
    since: str


def _beside(database: Path, ending: str) -> Path:
    # The file itself, by whatever link it was named: two names must not make two senders.
    file = Path(os.path.realpath(database))
    return file.with_name(file.name + ending)


def _lock_path(database: Path) -> Path:
    return _beside(database, ".send.lock")


def _note_path(database: Path) -> Path:
    return _beside(database, ".sender.json")


def _lock(database: Path, patience_s: float) -> FileLock:
    return FileLock(
        _lock_path(database), timeout=patience_s, poll_interval=0.01, mode=0o600, fallback_to_soft=False
    )


def _word_path(database: Path) -> Path:
    return _beside(database, ".sender.storage")


@contextmanager
def sender_lock(database: Path, *, operator: str, since: str) -> Iterator[None]:
    """Hold the lock for the block. Raises `SenderBusy`, naming the holder, if another process has it
    and keeps it for two seconds, and `InviteError` where nothing can be written beside the file."""
    lock = _lock(database, PATIENCE_S)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(holder(database)) from None
    except (OSError, NotImplementedError) as error:
        raise SenderBusy(
            f"The sender's lock beside {database} cannot be taken ({error}).",
            "Keep the database on a local disk that you may write to.",
        ) from error
    try:
        crashpoint("sender_lock.taken")
        _write_note(database, {"pid": os.getpid(), "operator": operator, "since": since})
        crashpoint("sender_lock.noted")
        yield
    finally:
        crashpoint("sender_lock.before_release")
        _note_path(database).unlink(missing_ok=True)
        lock.release()


def _write_note(database: Path, who: Mapping[str, object]) -> None:
    note = _note_path(database)
    try:
        note.write_text(json.dumps(who), "utf-8")
        note.chmod(0o600)
    except OSError as error:
        raise InviteError(
            f"The sender's note beside {database} cannot be written ({error.strerror}).",
            "Free some space on the disk, or check the permissions of the folder, and try again.",
        ) from error


def leave_word(database: Path) -> None:
    """Have the next sender know that this one, which holds the lock, ended because the file could not be
    written. A file is renamed for it, which needs no room on a full disk; where even that fails, nothing
    is known later but that the sender ended."""
    with suppress(OSError):
        _note_path(database).replace(_word_path(database))


def storage_failed(database: Path) -> bool:
    """Whether the sender before this one left word that it could not write the file."""
    return _word_path(database).exists()


def take_word_away(database: Path) -> None:
    """Forget what the sender before left, once it is in the file."""
    with suppress(OSError):
        _word_path(database).unlink(missing_ok=True)


def require_free(database: Path) -> None:
    """Raise `SenderBusy` if another process is sending. For whoever only wants to know: a sender that
    starts at the same moment is not disturbed.

    A sender has a note beside the lock, so without one the lock is not touched. A note that a dead
    sender left is taken away, under the lock.
    """
    if not _note_path(database).exists():
        return
    lock = _lock(database, 0)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(holder(database)) from None
    except (OSError, NotImplementedError):
        return  # a folder that cannot be written to: whoever wants to send here is told so
    try:
        _note_path(database).unlink(missing_ok=True)
    finally:
        lock.release()


def holder(database: Path) -> Holder | None:
    """Who says to be sending, or None where nobody does."""
    try:
        noted = json.loads(_note_path(database).read_text("utf-8"))
        return Holder(int(noted["pid"]), str(noted["operator"]), str(noted["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _busy(who: Holder | None) -> SenderBusy:
    by = f"{who.operator} (process {who.pid}, since {who.since})" if who else "another process"
    return SenderBusy(
        f"{by} is already sending from this file.", "Wait until it is done, or pause its run and close it."
    )
