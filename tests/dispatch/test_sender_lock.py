"""One process sends, no other; the kernel frees the lock when its holder dies."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

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


def test_whoever_only_asks_makes_no_sender_fail(folder: Path) -> None:
    """Not even where a dead sender's note makes everybody look at the lock itself."""
    note = folder.with_name(f"{folder.name}.sender.json")
    note.write_text("{}", "utf-8")
    done = Event()
    faults: list[Exception] = []

    def ask() -> None:
        while not done.is_set():
            with suppress(SenderBusy):
                require_free(folder)

    def send() -> None:
        try:
            for _ in range(100):
                note.write_text("{}", "utf-8")
                with sender_lock(folder, operator="Rita", since="now"):
                    pass
        except SenderBusy as fault:
            faults.append(fault)
        done.set()

    threads = [Thread(target=work) for work in (ask, ask, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_dead_senders_note_is_taken_away(folder: Path) -> None:
    folder.with_name(f"{folder.name}.sender.json").write_text('{"pid": 1, "operator": "R", "since": "t"}')
    require_free(folder)
    assert holder(folder) is None


def test_asking_touches_nothing_where_nobody_sends(folder: Path) -> None:
    require_free(folder)
    assert list(folder.parent.iterdir()) == []


def test_lock_and_note_are_private(folder: Path) -> None:
    with sender_lock(folder, operator="Rita", since="now"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.parent.iterdir()}
    assert set(modes.values()) == {0o600}


def test_a_file_has_one_sender_by_whatever_link_it_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invite_core.dispatch.sender_lock.PATIENCE_S", 0.01)
    folder.touch()
    link = tmp_path / "link.db"
    link.symlink_to(folder)
    with sender_lock(link, operator="Rita", since="2027-03-01T12:00:00.000Z"):
        with pytest.raises(SenderBusy, match="Rita"), sender_lock(folder, operator="Bea", since="now"):
            raise AssertionError
        with pytest.raises(SenderBusy, match="Rita"):
            require_free(folder)
