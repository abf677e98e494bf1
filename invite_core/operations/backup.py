"""Backups of the database, and putting one in its place."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from invite_core.dispatch.sender_lock import sender_lock
from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import review
from invite_core.operations.opening import open_database
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import copying, faults, unsafe_places
from invite_core.store.guard import guard_path, handed_over_since


class BackupFault(InviteError):
    """A backup cannot be written there, or not be put in place."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written."""

    file: Path
    """Where it is."""
    at: str
    """When, in stored form."""
    rows: int
    """How many rows it holds; as many as the database did at that moment."""
    guard: Path | None
    """Where the guard is that a restore takes up if the database's own is gone; None where there was none."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup, as a note beside the database has it."""

    at: str
    """When it was made, in stored form."""
    file: str
    """Where it was written."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in place."""

    kept: Path | None
    """Where what was replaced is kept, or None where there was nothing."""
    found: str
    """What the review is about, as a sentence."""


def back_up(database: Path, target: Path, *, by: Operator, now: datetime) -> Backup:
    """Write a checked copy of the database to `target`, and of its guard beside it; whoever uses the database
    goes on.

    Raises `BackupFault` for a target that is there and no backup of ours, `StoreError` where the copy
    cannot be made; the backup that was there can then be restored as before.
    """
    by.may_act("make a backup")
    if os.path.lexists(target) and not copying.is_copy(target):
        raise BackupFault(
            f"{target} is there already and is no backup of this program.", "Choose another name."
        )
    copying.database_id(database)
    guard = copying.guard_beside(target)
    if not copying.may_replace_guard(database, target):
        raise BackupFault(
            f"{guard} is there already and belongs to no backup of this database.", "Choose another name."
        )
    rows = copying.write_copy(database, target, mark=stored(now), guard=guard)
    _leave_note(database, target, now)
    return Backup(target, stored(now), sum(rows.values()), guard if guard.exists() else None)


def last_backup(database: Path) -> LastBackup | None:
    """The newest backup of the database that was made here, or None where none is known."""
    try:
        noted = json.loads(_note_path(database).read_text("utf-8"))
        return LastBackup(str(noted["at"]), str(noted["file"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _leave_note(database: Path, target: Path, now: datetime) -> None:
    # Beside the database and not in it: a copy should not change what it is a copy of.
    note = _note_path(database)
    with suppress(OSError):
        new = note.with_name(f"{note.name}.new")
        new.write_text(json.dumps({"at": stored(now), "file": str(target.absolute())}), "utf-8")
        new.chmod(0o600)
        new.replace(note)


def _note_path(database: Path) -> Path:
    return database.with_name(f"{database.name}.backup.json")


def require_restorable(database: Path, source: Path) -> None:
    """Raise `StoreError` unless the file at `source` may take the place of the database: `HandedOver` where that
    goes on on another computer."""
    unsafe_places.refuse(database)
    since = handed_over_since(database)
    if since is not None:
        raise faults.handed_over(database, since)
    copying.require_copy_of(source, database)


def restore(database: Path, source: Path, *, by: Operator, now: datetime) -> Restored:
    """Put the copy at `source` in the place of the database, which is kept aside.

    What the guard file knows and the copy does not is taken in, runs are paused, and nothing is sent
    before `reviewed`. The guard beside the copy serves where the database's own is gone. Raises
    `SenderBusy` while somebody sends, `StoreError` for a file that is no copy of this database; nothing is
    changed then.
    """
    by.may_act("restore a backup")
    require_restorable(database, source)
    there = os.path.lexists(database) and database.stat().st_size > 0
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        sender_lock(database, operator=by.name, since=stored(now)),
        TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder,
    ):
        copy = Path(folder) / "copy.db"
        copying.write_copy(source, copy, mark=stored(now))
        copying.put_in_place(copy, database, aside, guard=guard_path(source))
        with open_database(database, create=True) as store:
            found = review.sentence(store)
            with store.write():
                detail = {"from": source.name, "kept": aside.name if there else None}
                acts.record(store, "restore", "file", database.name, detail=detail, by=by, now=now)
    return Restored(aside if there else None, found)


def reviewed(database: Path, *, by: Operator, now: datetime) -> bool:
    """Record that the organiser has looked at the restored file, so that its runs may be resumed; False
    where nothing was to be looked at."""
    by.may_act("review a restored file")
    with open_database(database) as store:
        return review.done(store, by=by, now=now)
