"""An open connection as it reads: rows, snapshots, whose file it is and which tables it has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from invite_core.store import engine, faults
from invite_core.store.migrations import SCHEMA_VERSION
from invite_core.store.path_on_disk import APPLICATION_ID

Row = Mapping[str, Any]
"""A result row: columns by name."""

Values = Mapping[str, object] | Sequence[object]
"""What is bound to a statement: by name, or by position."""


class Explained:
    """A block in which the driver's errors become the faults that a person can mend.

    What a constraint refuses stays `IntegrityError`. One object serves every statement of a file: a
    generator per statement would cost more than many a statement does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, engine.DatabaseError) and not isinstance(error, engine.IntegrityError):
            raise faults.explained(error, self._path) from error


class OpenFile:
    """The reading side of `Store`, and the explanation of the driver's errors."""

    def __init__(self, path: Path, connection: engine.Connection) -> None:
        self.path = path
        self._connection = connection
        self._explaining = Explained(path)

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

    def _roll_back(self) -> None:
        # SQLite rolls back by itself when the disk is full; a second ROLLBACK would fail.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    # ------------------------------------------------------------ the file itself

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

    def _explained(self) -> "Explained":
        return self._explaining

    def forget_deleted(self) -> bool:
        """Empty the write-ahead file into the database, so that what was deleted is in neither; whether it was.

        `secure_delete` has overwritten it in the pages, but the write-ahead file holds them as they were until
        a checkpoint truncates it. False while another program reads an older moment of the file.
        """
        try:
            busy = self.value("PRAGMA wal_checkpoint(TRUNCATE)")
        except faults.BusyFile:
            return False
        return not busy

    def close(self) -> None:
        """Close the connection. Harmless when repeated."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
