"""The one module that opens the database file, for both programs.

`Store.open` gives a connection with every safety on: FULL sync, foreign keys, secure delete, a busy
timeout. `Store.write` is the only way to change anything: BEGIN IMMEDIATE, because a deferred
transaction with a second writer fails at once with SQLITE_BUSY_SNAPSHOT
(https://sqlite.org/isolation.html). A Store belongs to the thread that opened it.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from invite_core.crashpoints import crashpoint
from invite_core.store import engine, faults, path_on_disk
from invite_core.store.migrations import SCHEMA_VERSION, migrate
from invite_core.store.path_on_disk import APPLICATION_ID

BUSY_TIMEOUT_MS = 5_000

Row = Mapping[str, Any]
"""A result row: columns by name."""

Values = Mapping[str, object] | Sequence[object]
"""What is bound to a statement: by name, or by position."""


_SAFETIES = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "trusted_schema=OFF",
    "secure_delete=ON",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
)


class Store:
    """An open database file. Use as a context manager, or call `close`."""

    def __init__(self, path: Path, connection: engine.Connection, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._depth = 0

    @classmethod
    def create_or_open(cls, path: Path) -> Self:
        """Open the file for writing, making or migrating it first if need be (`invite-tui` only).

        A new file gets mode 0600, a new folder 0700. Raises `StoreError`.
        """
        path_on_disk.make_file(path)
        store = cls._connect(path, read_only=False)
        try:
            path_on_disk.make_private(path)
            store._take_over()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a file that exists and has today's tables. Raises `StoreError` otherwise."""
        path_on_disk.refuse_missing(path)
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
                timeout=BUSY_TIMEOUT_MS / 1000,
                cached_statements=512,
            )
        except engine.Error as error:
            raise faults.explained(error, path) from error
        connection.row_factory = engine.Row
        store = cls(path, connection, read_only=read_only)
        try:
            with store._explained():
                for pragma in _SAFETIES:
                    connection.execute(f"PRAGMA {pragma}")
            store._check_owner()
        except BaseException:
            store.close()
            raise
        return store

    # ------------------------------------------------------------ reading

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of the query, fetched at once, so that no read stays open."""
        with self._explained():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row of the query, or None."""
        with self._explained():
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, values)
        return None if row is None else next(iter(row))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one moment of the file. Keep it short; it holds back checkpoints."""
        if self._connection.in_transaction:
            yield
            return
        with self._explained():
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def data_version(self) -> int:
        """A number that changes when another connection has committed (PRAGMA data_version)."""
        return int(self.value("PRAGMA data_version"))

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
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            self._check_schema()
            crashpoint("store.begun")
            yield self
            self._must_be_writing()
            crashpoint("store.before_commit")
            with self._explained():
                self._connection.execute("COMMIT")
            crashpoint("store.committed")
        finally:
            self._depth = 0
            self._roll_back()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._must_be_writing()
        name = f"level_{self._depth}"
        with self._explained():
            self._connection.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
            raise
        else:
            with self._explained():
                self._connection.execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def _roll_back(self) -> None:
        # SQLite rolls back by itself when the disk is full; a second ROLLBACK would fail.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

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
                migrate(self._connection)
            self._check_schema()
            self._connection.execute("COMMIT")
        except engine.Error as error:
            raise faults.explained(error, self.path) from error
        finally:
            self._roll_back()

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

    def _check_owner(self) -> None:
        with self.snapshot():  # another process may be making the file just now
            owner = self.value("PRAGMA application_id")
            is_empty = self._version() == 0 and not self.value("SELECT count(*) FROM sqlite_schema")
        if owner != APPLICATION_ID and (owner or not is_empty):
            raise faults.not_ours(self.path)
        if engine.can_lose_commits_in_wal(engine.VERSION) and (self.value("PRAGMA journal_mode") == "wal"):
            raise faults.NotOurFile(
                f"{self.path} is in WAL mode, in which this computer's SQLite "
                f"{'.'.join(map(str, engine.VERSION))} can lose data.",
                "Install a Python package of SQLite 3.51.3 or newer (pip install pysqlite3).",
            )

    def _check_schema(self) -> None:
        if self._version_we_know() < SCHEMA_VERSION:
            raise faults.OlderFile(
                f"{self.path} was made by an older version of this program.",
                "Start invite-tui once; it upgrades the file.",
            )

    def _version_we_know(self) -> int:
        version = self._version()
        if version > SCHEMA_VERSION:
            raise faults.NewerFile(
                f"{self.path} was made by a newer version of this program.",
                "Upgrade this program; the file was not touched.",
            )
        return version

    def _version(self) -> int:
        return int(self.value("PRAGMA user_version"))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except engine.IntegrityError:
            raise
        except engine.DatabaseError as error:
            raise faults.explained(error, self.path) from error

    def close(self) -> None:
        """Close the connection. Harmless when repeated."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
