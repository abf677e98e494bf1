"""One process sends, no other; the kernel frees the lock when its holder dies."""

import subprocess
import sys
from pathlib import Path

import pytest

from invite_core.dispatch.sender_lock import SenderBusy, holder, require_free, sender_lock

HOLD = """
import sys
from pathlib import Path
from invite_core.dispatch.sender_lock import sender_lock
with sender_lock(Path(sys.argv[1]), operator="Rita", since="2027-03-01T12:00:00.000Z"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(database: Path) -> Path:
    """The database's path, its folder made."""
    database.parent.mkdir(parents=True)
    return database


def test_a_second_sender_is_told_who_holds_the_lock_and_a_killed_one_holds_nothing(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SenderBusy, match=f"Rita \\(process {other.pid}"):
            require_free(folder)
        with pytest.raises(SenderBusy, match="Rita"), sender_lock(folder, operator="Bea", since="now"):
            raise AssertionError
        other.kill()
        other.wait()
    with sender_lock(folder, operator="Bea", since="2027-03-01T13:00:00.000Z"):
        found = holder(folder)
        assert found is not None
        assert found.operator == "Bea"


def test_a_free_lock_is_free_again_after_asking(folder: Path) -> None:
    require_free(folder)
    require_free(folder)
    with sender_lock(folder, operator="Rita", since="now"):
        pass
    assert holder(folder) is None


def test_lock_and_note_are_private(folder: Path) -> None:
    with sender_lock(folder, operator="Rita", since="now"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.parent.iterdir()}
    assert set(modes.values()) == {0o600}
