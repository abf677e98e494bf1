"""The numbered steps from an empty file to today's tables. Steps only add; a later release drops.

Each `NNNN_name.sql` beside this module is one step, applied in order inside one write transaction
together with `user_version`, which is the number of the last step applied.
"""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from invite_core.store import engine

if TYPE_CHECKING:
    from sqlite_utils import Database

_STEPS = sorted(
    (entry for entry in files(__name__).iterdir() if entry.name.endswith(".sql")),
    key=lambda entry: entry.name,
)

SCHEMA_VERSION = len(_STEPS)
"""The `user_version` of a file that this program reads and writes."""


def migrate(connection: engine.Connection) -> None:
    """Bring the file, whose `connection` is inside a write transaction, to `SCHEMA_VERSION`."""
    # Importing sqlite-utils costs a fifth of a second, and only a new or older file needs it.
    from sqlite_utils import Database, Migrations

    migrations = Migrations("invite_core")
    for number, step in enumerate(_STEPS, start=1):
        migrations(name=step.name.removesuffix(".sql"))(_apply(step.read_text("utf-8"), number))
    migrations.apply(Database(connection, recursive_triggers=False, execute_plugins=False))


def _apply(script: str, number: int) -> "Callable[[Database], None]":
    def step(database: "Database") -> None:
        for statement in _statements(script):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")

    return step


def _statements(script: str) -> Iterator[str]:
    # executescript would commit the transaction that a step is part of.
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if pending.strip() and engine.is_complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending
