"""Whole copies of a database file: one that is made, and one that takes a file's place.

SQLite's own online backup makes both, so that other programs may go on reading and writing; copying the
bytes of a file in use would give a broken one.
"""

import os
from contextlib import closing, suppress
from pathlib import Path

from invite_core.store import engine, faults, path_on_disk
from invite_core.store.file import Store
from invite_core.store.guard import COPY, DATABASE, guard_path
from invite_core.store.guard_file import GuardFile
from invite_core.store.migrations import SCHEMA_VERSION
from invite_core.store.path_on_disk import APPLICATION_ID


def is_copy(path: Path) -> bool:
    """Whether the file at `path` is a backup that `write_copy` made and nobody has opened since."""
    try:
        path_on_disk.refuse_foreign(path)
        with closing(_connect(path, "ro")) as connection:
            _require_ours(connection, path)
            return bool(_facts(connection).get(COPY))
    except (faults.StoreError, engine.Error, OSError):
        return False


def database_id(path: Path) -> str | None:
    """The id of the database of which `path` is a copy. Raises `StoreError` where it is none of ours."""
    path_on_disk.refuse_missing(path)
    path_on_disk.refuse_foreign(path)
    with closing(_connect(path, "ro")) as connection:
        try:
            _require_ours(connection, path)
            return _facts(connection).get(DATABASE)
        except engine.Error as error:
            raise faults.explained(error, path) from error


def require_copy_of(copy: Path, path: Path) -> None:
    """Raise `StoreError` unless the file at `copy` may take the place of the database at `path`: it is
    ours, another file, and of the same database as the guard that stands there and says anything yet."""
    database = database_id(copy)
    if path.exists() and path.samefile(copy):
        raise faults.NotOurFile(f"{copy} is the database itself.", "Name one of its backups.")
    guard = GuardFile(guard_path(path))
    header = guard.header()
    if header is not None and header.database != database and guard.tail(header.end).groups:
        raise faults.foreign_copy(copy, path)


def guard_beside(copy: Path) -> Path:
    """Where the guard of a copy that is to be written is put."""
    return copy.with_name(f"{copy.name}.guard")


def may_replace_guard(source: Path, target: Path) -> bool:
    """Whether what stands where the guard of the copy `target` goes may make way for that of `source`: it is
    an older state of the same guard, or the guard of a copy that makes way itself."""
    beside = GuardFile(guard_beside(target))
    if not os.path.lexists(beside.path):
        return True
    if beside.header() is None:
        return False
    return os.path.lexists(target) or GuardFile(guard_path(source)).content().startswith(beside.content())


def write_copy(source: Path, target: Path, *, mark: str, guard: Path | None = None) -> dict[str, int]:
    """Copy the database at `source` to `target`, in one step for whoever looks; the rows of each table.

    The copy carries `mark`, so that it is known for one wherever it is opened. It is made under another
    name, checked and synced first. `guard` then gets what the guard of `source` says, before the copy is
    in place: a guard may know more than its copy, never less. Raises `StoreError`; `target` is then as it
    was.
    """
    new = target.with_name(f".{target.name}.new")
    try:
        new.unlink(missing_ok=True)
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        rows = _copied(source, new, mark)
        _require_sound(new, rows, mark)
        with new.open("rb") as file:
            path_on_disk.sync(file.fileno())
        if guard is not None:
            _copy_guard(source, guard)
        new.replace(target)
        path_on_disk.sync_folder(target.parent)
    except engine.Error as error:
        raise faults.explained(error, source) from error
    except OSError as error:
        raise faults.copy_fault(error, target) from error
    finally:
        for leftover in (new, *_beside(new)):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    return rows


def _copy_guard(source: Path, target: Path) -> None:
    there = GuardFile(guard_path(source))
    if there.header() is not None:
        GuardFile(target).put(there.content())


def _copied(source: Path, new: Path, mark: str) -> dict[str, int]:
    with closing(_connect(source, "ro")) as there, closing(_connect(new, "rw")) as here:
        _require_ours(there, source)
        there.execute("BEGIN")
        wanted = _rows(there)
        there.backup(here)
        there.execute("ROLLBACK")
        # A copy in one file, whatever the mode of its source.
        here.execute("PRAGMA journal_mode=delete").fetchone()
        here.execute(
            "INSERT INTO store_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?",
            (COPY, mark, mark),
        )
    return wanted


def _require_sound(copy: Path, wanted: dict[str, int], mark: str) -> None:
    """Open the copy as anybody would, and raise `BrokenFile` unless it is whole: SQLite's own check, today's
    tables, as many rows in each as in the source, and its mark."""
    with closing(_connect(copy, "ro")) as connection:
        _require_ours(connection, copy)
        sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        rows, marked = _rows(connection), _facts(connection).get(COPY) == mark
    if not (sound and marked) or {**rows, "store_facts": 0} != {**wanted, "store_facts": 0}:
        raise faults.BrokenFile(
            "The copy is not what it should be.", "Check the disk; nothing was put in place."
        )


def put_in_place(copy: Path, path: Path, aside: Path, *, guard: Path) -> None:
    """Let `path` hold what `copy` holds; what it held before is kept at `aside`.

    Where `path` can be opened its content changes in one transaction, so that programs that have it open
    see the other content and none is left with a file that has gone. A guard of another database, which
    says nothing yet, makes way. Where the database has no guard of its own it gets that at `guard`, if that
    is of this database, and before the content changes: one begun anew would know less. Raises `StoreError`.
    """
    require_copy_of(copy, path)
    own, kept = GuardFile(guard_path(path)), GuardFile(guard)
    header, beside, database = own.header(), kept.header(), database_id(copy)
    is_foreign = header is not None and header.database != database
    takes = beside is not None and beside.database == database and (header is None or is_foreign)
    if takes:
        own.put(kept.content())
    try:
        if _is_usable(path):
            write_copy(path, aside, mark="kept aside")
            with closing(_connect(copy, "ro")) as there, closing(_connect(path, "rw")) as here:
                there.backup(here)
        else:
            for old, moved in zip((path, *_beside(path)), (aside, *_beside(aside)), strict=True):
                if old.exists():
                    old.replace(moved)
            write_copy(copy, path, mark="restored")
        if is_foreign and not takes:
            own.path.unlink()
    except engine.Error as error:
        raise faults.explained(error, path) from error
    except OSError as error:
        raise faults.copy_fault(error, path) from error


def _is_usable(path: Path) -> bool:
    try:
        with Store.open(path) as store:
            return str(store.value("PRAGMA quick_check")) == "ok"
    except (faults.StoreError, OSError):
        return False


def _connect(path: Path, mode: str) -> engine.Connection:
    return engine.driver.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5
    )


def _require_ours(connection: engine.Connection, path: Path) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if owner != APPLICATION_ID:
        raise faults.not_ours(path)
    if version > SCHEMA_VERSION:
        raise faults.NewerFile(
            f"{path} was made by a newer version of this program.", "Upgrade this program."
        )


def _facts(connection: engine.Connection) -> dict[str, str]:
    return dict(tuple(row) for row in connection.execute("SELECT name, value FROM store_facts"))


def _rows(connection: engine.Connection) -> dict[str, int]:
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))
