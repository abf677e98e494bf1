"""The writing side of `Store`: transactions, and the statements inside them.

`write` is the only way to change anything: BEGIN IMMEDIATE, because a deferred transaction with a second writer
fails at once with SQLITE_BUSY_SNAPSHOT (https://sqlite.org/isolation.html).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Self

from invite_core.crashpoints import crashpoint
from invite_core.store import dialect, engine, faults, search_index
from invite_core.store.guard import Gap, Guard
from invite_core.store.guard_file import Entry
from invite_core.store.open_file import OpenFile, Values


class WritableFile(OpenFile):
    """A file that can be changed, within transactions."""

    def __init__(self, path: Path, connection: engine.Connection, *, read_only: bool) -> None:
        super().__init__(path, connection)
        self.read_only = read_only
        self._depth = 0
        self._guard = Guard(path, connection)

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
