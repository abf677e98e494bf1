"""The lock that lets one process send, and no other. It guards nothing but dispatch.

The operating system holds it and frees it when the process ends, however it ends, so that no clock
decides whether a sender is alive. Beside the lock a small file says who has it.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from invite_core.errors import InviteError


class SenderBusy(InviteError):
    """Another process is sending from this file."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sends: process id, name of the operator, start in stored form."""

    pid: int
    operator: str
    since: str


def _lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".send.lock")


def _holder_path(database: Path) -> Path:
    return database.with_name(database.name + ".sender.json")


@contextmanager
def sender_lock(database: Path, *, operator: str, since: str) -> Iterator[None]:
    """Hold the lock for the block. Raises `SenderBusy`, naming the holder, if another process has it."""
    lock = FileLock(_lock_path(database), timeout=0, mode=0o600, fallback_to_soft=False)
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
        note = _holder_path(database)
        note.write_text(json.dumps({"pid": os.getpid(), "operator": operator, "since": since}), "utf-8")
        note.chmod(0o600)
        yield
    finally:
        _holder_path(database).unlink(missing_ok=True)
        lock.release()


def require_free(database: Path) -> None:
    """Raise `SenderBusy` if another process is sending; takes nothing."""
    lock = FileLock(_lock_path(database), timeout=0, mode=0o600, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(holder(database)) from None
    lock.release()


def holder(database: Path) -> Holder | None:
    """Who says to be sending, or None where nobody does."""
    try:
        noted = json.loads(_holder_path(database).read_text("utf-8"))
        return Holder(int(noted["pid"]), str(noted["operator"]), str(noted["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _busy(who: Holder | None) -> SenderBusy:
    by = f"{who.operator} (process {who.pid}, since {who.since})" if who else "another process"
    return SenderBusy(
        f"{by} is already sending from this file.", "Wait until it is done, or pause its run and close it."
    )
