"""Two connections of one process to one file: opening or closing one must not drop the other's locks.

POSIX drops every lock that a process holds on a file when it closes any descriptor of that file
(https://sqlite.org/howtocorrupt.html, section 2.2).
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from invite_core.store import Store
from tests.store.rows import add_contact

ROOT = Path(__file__).parents[2]

ANOTHER_PROCESS = """
import sys
from pathlib import Path
from invite_core.store import BusyFile, Store, file
file.BUSY_TIMEOUT_MS = 50
with Store.open(Path(sys.argv[1])) as store:
    try:
        with store.write():
            print("wrote")
    except BusyFile:
        print("busy")
    print(store.value("SELECT count(*) FROM contacts"))
"""


def seen_by_another_process(path: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


def open_read_only(path: Path) -> Store:
    return Store.open(path, read_only=True)


@pytest.mark.parametrize(
    "journal_mode, opener",
    [
        ("wal", Store.open),
        ("wal", open_read_only),
        ("wal", Store.create_or_open),
        ("delete", Store.open),
        ("delete", open_read_only),
    ],
)
def test_second_connection_leaves_the_first_ones_locks(
    store: Store, database: Path, journal_mode: str, opener: Callable[[Path], Store]
) -> None:
    store.value(f"PRAGMA journal_mode={journal_mode}")
    with store.write():
        add_contact(store, "Ana")
        opener(database).close()
        assert seen_by_another_process(database) == ["busy", "0"]
    assert seen_by_another_process(database) == ["wrote", "1"]
