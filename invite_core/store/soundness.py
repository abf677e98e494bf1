"""Whether a file is whole, as SQLite itself judges; it reads every page, so a large file takes its time."""

from pathlib import Path

from invite_core.store.faults import BrokenFile
from invite_core.store.file import Store


def require_sound(path: Path) -> None:
    """Raise `BrokenFile` where SQLite finds damage (https://sqlite.org/pragma.html#pragma_quick_check), and any
    other `StoreError` where the file cannot be read."""
    with Store.open(path, read_only=True) as store:
        found = str(store.value("PRAGMA quick_check(1)"))
    if found != "ok":
        raise BrokenFile(
            f"{path} is damaged.", "Send nothing more from it; restore a backup: invite-tui restore FILE."
        )
