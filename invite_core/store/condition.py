"""How an open file is kept: engine, journal, tables, the guard beside it, and who else may read it."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from invite_core.store import engine
from invite_core.store.file import Store
from invite_core.store.guard import HANDED_OVER, guard_path


@dataclass(frozen=True, slots=True)
class Condition:
    """What can be said of a file that opened, so one that is ours and has today's tables."""

    engine: str
    """SQLite's version, and the package that it came in."""
    journal_mode: str
    """`wal` or `delete`."""
    schema: int
    """The number of the last step that made its tables."""
    guard: Path
    """Where its guard belongs."""
    guard_is_there: bool
    """Whether there is a file."""
    behind: bool
    """Whether the guard knows what the file lacks, or is not there."""
    handed_over: str | None
    """Since when it goes on on another computer, in stored form."""
    open_to_others: tuple[Path, ...]
    """Which of the two other accounts of this computer may read."""


def condition(store: Store) -> Condition:
    """The condition of an open file. Raises `StoreError` where it, or its guard, cannot be read."""
    guard = guard_path(store.path)
    return Condition(
        engine=f"SQLite {'.'.join(map(str, engine.VERSION))} ({engine.driver.__name__.split('.')[0]})",
        journal_mode=str(store.value("PRAGMA journal_mode")),
        schema=int(store.value("PRAGMA user_version")),
        guard=guard,
        guard_is_there=guard.is_file(),
        behind=store.is_behind(),
        handed_over=store.value("SELECT value FROM store_facts WHERE name = ?", (HANDED_OVER,)),
        open_to_others=tuple(path for path in (store.path, guard) if is_open_to_others(path)),
    )


def is_open_to_others(path: Path) -> bool:
    """Whether others than the file's owner may read or write it, where the system has such modes."""
    try:
        return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False
