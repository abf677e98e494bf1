"""The SQLite driver, chosen once for the whole program. The only importer of a driver.

sqlite-utils picks `pysqlite3` where it is installed (its wheel carries a fixed SQLite) and the
standard library's `sqlite3` elsewhere; the same choice is taken here, so that one process never
holds two engines on one file. The two drivers' exceptions are different classes: whoever wants to
catch one takes it from this module.
"""

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    driver = sqlite3
else:
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:
        driver = sqlite3

Connection = driver.Connection
Row = driver.Row
Error = driver.Error
DatabaseError = driver.DatabaseError
OperationalError = driver.OperationalError
IntegrityError = driver.IntegrityError

VERSION: tuple[int, ...] = driver.sqlite_version_info
"""The version of the SQLite library in use."""


def can_lose_commits_in_wal(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset bug: two writers in WAL mode can lose a commit.

    Fixed in 3.51.3, and in 3.50.7 and 3.44.6 (https://sqlite.org/wal.html#walresetbug).
    """
    fixed_on_branch: dict[tuple[int, ...], tuple[int, ...]] = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}
    return version < fixed_on_branch.get(version[:2], (3, 51, 3))


def journal_mode(version: tuple[int, ...] = VERSION) -> str:
    """The journal mode this engine may use on a file with two writers: `wal` or `delete`."""
    return "delete" if can_lose_commits_in_wal(version) else "wal"


def error_name(error: Error) -> str:
    """SQLite's own name of an error (`SQLITE_BUSY`, `SQLITE_FULL` …), or '' if the driver knows none."""
    return getattr(error, "sqlite_errorname", None) or ""


def is_complete_statement(text: str) -> bool:
    """Whether `text` ends a statement, as SQLite's own tokenizer sees it."""
    return driver.complete_statement(text)
