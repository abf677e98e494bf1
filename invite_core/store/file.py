"""The one module that opens the database file, for both programs.

`Store.open` gives a connection with every safety on: FULL sync, foreign keys, secure delete, a busy
timeout. `Store.write` is the only way to change anything. A Store belongs to the thread that opened it.
"""

import time
from pathlib import Path
from typing import Self

from invite_core.store import engine, faults, path_on_disk, search_index, unsafe_places
from invite_core.store.guard import refuse_orphan
from invite_core.store.migrations import SCHEMA_VERSION, migrate
from invite_core.store.path_on_disk import APPLICATION_ID
from invite_core.store.writable_file import WritableFile

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


class Store(WritableFile):
    """An open database file. Use as a context manager, or call `close`."""

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
