"""The one module that opens the database file, for both programs.

`Store.open` gives a connection with every safety on: FULL sync, foreign keys, secure delete, a busy
timeout. `Store.write` is the only way to change anything: BEGIN IMMEDIATE, because a deferred
transaction with a second writer fails at once with SQLITE_BUSY_SNAPSHOT
(https://sqlite.org/isolation.html). A Store belongs to the thread that opened it.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Self

from invite_core.crashpoints import crashpoint
from invite_core.store import dialect, engine, faults, path_on_disk, search_index, unsafe_places
from invite_core.store.guard import Gap, Guard, refuse_orphan
from invite_core.store.guard_file import Entry
from invite_core.store.migrations import SCHEMA_VERSION, migrate
from invite_core.store.open_file import OpenFile, Values
from invite_core.store.path_on_disk import APPLICATION_ID

BUSY_TIMEOUT_MS = 5_000

_SAFETIES = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "trusted_schema=OFF",
    "secure_delete=ON",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
)
_ROOM = ("cache_size=-16384", "wal_autocheckpoint=4000")
"""16 MiB each: the pages of a large file's indexes stay at hand, and a page that many commits change is copied
back once."""


class Store(OpenFile):
    """An open database file. Use as a context manager, or call `close`."""

    def __init__(self, path: Path, connection: engine.Connection, *, read_only: bool) -> None:
        super().__init__(path, connection)
        self.read_only = read_only
        self._depth = 0
        self._guard = Guard(path, connection)

    @classmethod
    def create_or_open(cls, path: Path) -> Self:
        """Open the file for writing, making or migrating it first if need be (`invite-tui` only).

        A new file gets mode 0600, a new folder 0700. Raises `StoreError`.
        """
        unsafe_places.refuse(path)
        refuse_orphan(path)
        path_on_disk.make_file(path)
        store = cls._connect(path, read_only=False)
        try:
            path_on_disk.make_private(path)
            store._take_over()
            store._make_search_index()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a file that exists and has today's tables. Raises `StoreError` otherwise."""
        path_on_disk.refuse_missing(path)
        unsafe_places.refuse(path)
        store = cls._connect(path, read_only=read_only)
        try:
            store._check_schema()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def _connect(cls, path: Path, *, read_only: bool) -> Self:
        path_on_disk.refuse_foreign(path)
        mode = "ro" if read_only else "rw"
        try:
            connection = engine.driver.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                cached_statements=1_024,
                timeout=BUSY_TIMEOUT_MS / 1000,
            )
        except engine.Error as error:
            raise faults.explained(error, path) from error
        connection.row_factory = engine.Row
        store = cls(path, connection, read_only=read_only)
        try:
            with store._explained():
                for pragma in _SAFETIES + _ROOM:
                    connection.execute(f"PRAGMA {pragma}")
            store._check_owner()
        except BaseException:
            store.close()
            raise
        return store

    # ------------------------------------------------------------ writing

    @contextmanager
    def write(self) -> Iterator[Self]:
        """A write transaction: committed at the end, rolled back on any exception.

        Nested calls are savepoints. Raises `StoreError` if the file cannot be written now or has
        other tables than this program knows; nothing of the block is stored then.
        """
        if self._depth:
            with self._savepoint():
                yield self
            return
        if self.read_only:
            raise faults.ReadOnlyFile(
                f"{self.path} was opened for reading only.", "Ask the organiser to do this."
            )
        with self._transaction():
            with self._explained():
                self._guard.require_current()
            yield self

    def is_behind(self) -> bool:
        """Whether the guard seems to know what this file lacks; `catching_up` decides it."""
        with self._explained():
            return self._guard.gap() is not None

    @contextmanager
    def catching_up(self) -> Iterator[Gap | None]:
        """A write transaction that takes in what the guard knows and this file lacks (None: nothing).

        The block writes it; the guard counts as taken in once that has committed.
        """
        with self._transaction():
            with self._explained():
                gap = self._guard.take_up()
            yield gap

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth, committed = 1, False
        try:
            self._check_schema()
            crashpoint("store.begun")
            yield
            self._must_be_writing()
            crashpoint("store.before_commit")
            with self._explained():
                search_index.bring_up_to_date(self._connection)
                self._guard.flush()
                self._connection.execute("COMMIT")
            committed = True
            crashpoint("store.committed")
        finally:
            self._depth = 0
            self._roll_back()
            self._guard.ended(committed=committed)

    def guarded(self, entry: Entry) -> None:
        """Inside `write`: have `entry` outlive this file, in its guard, synced before the commit."""
        self._must_be_writing()
        self._guard.keep(entry)

    def keyed_hash(self, text: str) -> str:
        """Inside `write`: what stands for an address in the guard and, once it is erased, in this file."""
        return self._guard.hashed(text)

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._must_be_writing()
        name = f"level_{self._depth}"
        with self._explained():
            self._connection.execute(f"SAVEPOINT {name}")
        self._depth += 1
        kept = self._guard.depth
        try:
            yield
        except BaseException:
            self._guard.forget(kept)
            if self._connection.in_transaction:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
            raise
        else:
            with self._explained():
                self._connection.execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def execute(self, sql: str, values: Values = ()) -> int:
        """Run a changing statement inside `write`; gives the number of rows it changed."""
        self._must_be_writing()
        with self._explained():
            return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, values: Iterable[Values]) -> int:
        """Run a changing statement once per item inside `write`; gives the rows changed."""
        self._must_be_writing()
        with self._explained():
            return self._connection.executemany(sql, values).rowcount

    def execute_rows(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Run a changing statement whose `{rows}` stands for VALUES of several rows; gives the rows changed.

        For hot paths: the driver gives the interpreter up once per portion, where `execute_many` does at each row.
        """
        self._must_be_writing()
        changed = 0
        with self._explained():
            for portion in dialect.portions(rows):
                values = list(chain.from_iterable(portion))
                filled = dialect.with_rows(sql, len(portion), len(portion[0]))
                changed += self._connection.execute(filled, values).rowcount
        return changed

    def insert(self, sql: str, values: Values = ()) -> int:
        """Run an INSERT inside `write`; gives the new row's id."""
        self._must_be_writing()
        with self._explained():
            return int(self._connection.execute(sql, values).lastrowid or 0)

    def _must_be_writing(self) -> None:
        if not self._depth:
            raise RuntimeError("a change outside Store.write would have no transaction")
        if not self._connection.in_transaction:
            raise faults.undone(self.path)

    # ------------------------------------------------------------ the file itself

    def _take_over(self) -> None:
        self._version_we_know()
        self._use_journal_mode(engine.journal_mode())
        if self.value("PRAGMA user_version") == SCHEMA_VERSION:
            return
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            if self._version() < SCHEMA_VERSION:
                self._connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                is_new = self._version() == 0
                migrate(self._connection)
                search_index.make(self._connection)
                if is_new:
                    self._guard.begin_new()
            self._check_schema()
            self._connection.execute("COMMIT")
        except engine.Error as error:
            raise faults.explained(error, self.path) from error
        finally:
            self._roll_back()

    def _make_search_index(self) -> None:
        # A file that was made by an engine without one.
        if search_index.is_missing(self._connection):
            with self._transaction(), self._explained():
                search_index.make(self._connection)

    def _use_journal_mode(self, mode: str) -> None:
        # While another process makes the same file, SQLite refuses this change at once, whatever the
        # timeout; taking the write lock for a moment waits for it.
        give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                if self.value("PRAGMA journal_mode") != mode:
                    self.value(f"PRAGMA journal_mode={mode}")
                return
            except faults.BusyFile:
                if time.monotonic() > give_up_at:
                    raise
            with self._explained():
                self._connection.execute("BEGIN IMMEDIATE")
            self._roll_back()
