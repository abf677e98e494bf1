"""What an open database and its guard file know of each other.

The database keeps how far the guard reached when it last wrote there. A guard that goes on beyond that
place belongs to a newer state of the database: this one is an older copy, and nothing may be changed in
it before the rest is taken in (`Store.catching_up`). Nothing here knows what the entries mean.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from invite_core.crashpoints import crashpoint
from invite_core.store import engine, faults
from invite_core.store.guard_file import Entry, GuardFile, Header, keyed_hash

DATABASE, REACHED, COPY = "database", "guard_reached", "backup"
"""The names in `store_facts`: the database's id, the end of the guard as it knows it, the mark of a copy."""

HANDED_OVER, TAKEN_UP = "handed_over", "taken_up"
"""The kinds of entries that say that the database goes on elsewhere, or here; the first is a fact too."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a database lacks that its guard knows."""

    entries: tuple[Entry, ...] = ()
    """The entries that it lacks, the oldest first."""
    interrupted: bool = False
    """Whether they are one transaction's that may never have committed: its process ended there."""
    lost: bool = False
    """Whether the guard is not there, or does not reach as far as the database has written."""
    copy: bool = False
    """Whether the database is a backup that was put in place."""


class Guard:
    """The guard of one open connection; every change of it happens inside a write transaction."""

    def __init__(self, database: Path, connection: engine.Connection) -> None:
        self._database = database
        self._connection = connection
        self._file = GuardFile(guard_path(database))
        self._pending: list[Entry] = []
        self._key: bytes | None = None
        self._written: str | None = None
        self._catching_up = False

    def hashed(self, text: str) -> str:
        """What stands for `text` in the guard."""
        if self._key is None:
            raise faults.behind_guard(self._database)
        return keyed_hash(self._key, text)

    def keep(self, entry: Entry) -> None:
        """Have `entry` in the guard before the transaction commits."""
        self._pending.append(entry)

    @property
    def depth(self) -> int:
        """How many entries wait, for `forget`."""
        return len(self._pending)

    def forget(self, depth: int) -> None:
        """Drop the entries of a savepoint that was undone."""
        del self._pending[depth:]

    def begin_new(self) -> None:
        """Begin the guard of a database that is being made."""
        refuse_orphan(self._database)
        header = self._file.header() or self._file.begin(secrets.token_hex(8))
        self._remember(DATABASE, header.database)
        self._remember(REACHED, str(header.end))

    def require_current(self) -> None:
        """Raise `BehindGuard` if the database lacks what the guard knows (looked at once), and `HandedOver` if it
        goes on elsewhere, which may be said while it is open."""
        since = self._fact(HANDED_OVER)
        if since is not None:
            raise faults.handed_over(self._database, since)
        if self._key is None:
            if self.gap() is not None:
                raise faults.behind_guard(self._database)
            self._take_key()

    def take_up(self) -> Gap | None:
        """What the database lacks, or None; from now on it counts as taken in.

        A guard that was lost is begun anew.
        """
        gap, header = self.gap(), self._file.header()
        self._catching_up = gap is not None
        if header is None:
            header = self._file.begin(self._fact(DATABASE) or secrets.token_hex(8))
            self._remember(DATABASE, header.database)
        self._key = header.key
        if gap is not None:
            self._connection.execute("DELETE FROM store_facts WHERE name = ?", (COPY,))
            start = header.end if gap.lost else int(self._fact(REACHED) or 0)
            self._remember(REACHED, str(self._file.tail(start).end))
        return gap

    def flush(self) -> None:
        """Write and sync what waits, before COMMIT. Raises `StoreError` where that cannot be done."""
        if not self._pending:
            return
        header = self._file.header()
        behind = header is None or header.key != self._key or self.gap() is not None
        if behind and not self._catching_up:
            self._key = None
            raise faults.behind_guard(self._database)
        self._written, end = self._file.append(self._pending)
        self._remember(REACHED, str(end))
        crashpoint("store.guarded")

    def ended(self, *, committed: bool) -> None:
        """The transaction is over: say so beside what it had written."""
        if self._written is not None:
            self._file.mark(self._written, committed=committed)
        if self._catching_up and not committed:
            self._key = None
        self._pending.clear()
        self._written, self._catching_up = None, False

    def gap(self) -> Gap | None:
        """What the database lacks, or None. Raises `ForeignGuard` beside another database's guard."""
        header, reached = self._file.header(), self._fact(REACHED)
        if header is not None and header.database != self._fact(DATABASE):
            raise faults.foreign_guard(self._file.path)
        copy = self._fact(COPY) is not None
        if header is None or reached is None or int(reached) > (self._file.size() or 0):
            return Gap(lost=True, copy=copy)
        groups = self._file.tail(int(reached)).groups
        if not groups and not copy:
            return None
        entries = tuple(entry for group in groups for entry in group.entries)
        interrupted = not copy and len(groups) == 1 and groups[0].committed is None
        return Gap(entries, interrupted=interrupted, copy=copy)

    def _take_key(self) -> None:
        header: Header | None = self._file.header()
        self._key = header.key if header is not None else None

    def _fact(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM store_facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _remember(self, name: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO store_facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?",
            (name, value, value),
        )


def guard_path(database: Path) -> Path:
    """Where the guard of a database is: beside the file itself, by whatever link it was named."""
    file = Path(os.path.realpath(database))
    return file.with_name(f"{file.name}.guard")


def fingerprint(database: Path, text: str) -> str | None:
    """What stands for `text` in the guard of `database`, for looking something up; None where there is no guard."""
    header = GuardFile(guard_path(database)).header()
    return None if header is None else keyed_hash(header.key, text)


def handed_over_since(database: Path) -> str | None:
    """When the database went on elsewhere, as its guard knows it, in stored form; None where it goes on here."""
    file = GuardFile(guard_path(database))
    header, since = file.header(), None
    for group in file.tail(header.end).groups if header is not None else ():
        for entry in group.entries:
            if entry["kind"] in (HANDED_OVER, TAKEN_UP):
                since = str(entry["at"]) if entry["kind"] == HANDED_OVER else None
    return since


def refuse_orphan(database: Path) -> None:
    """Raise `ForeignGuard` if the guard of a lost database stands where there is no database."""
    file = GuardFile(guard_path(database))
    if not os.path.lexists(file.path) or (os.path.lexists(database) and database.stat().st_size):
        return
    header = file.header()
    if header is not None and file.tail(header.end).groups:
        raise faults.guard_without_database(file.path, database)
