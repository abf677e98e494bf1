import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from invite_core.store import BrokenFile, BusyFile, NotOurFile, Store, StoreError, engine, faults, file
from tests.store.rows import add_contact

ROOT = Path(__file__).parents[2]

WRITE_UNDER_A_LIMIT = """
import resource, signal, sys
from pathlib import Path
from invite_core.store import Store, StoreError
path = Path(sys.argv[1])
with Store.open(path) as store:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    room = path.stat().st_size + 40_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    insert = "INSERT INTO contacts (name, created_at, changed_at) VALUES (:name, '', '')"
    try:
        with store.write():
            store.execute_many(insert, ({"name": "x" * 3000} for _ in range(5000)))
    except StoreError as refused:
        print(type(refused).__name__, bool(refused.sentence and refused.todo))
    print(store.value("SELECT count(*) FROM contacts"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with store.write():
        store.execute(insert, {"name": "Ben"})
    print(store.value("SELECT count(*) FROM contacts"), store.value("PRAGMA quick_check"))
"""


def named(name: str) -> engine.Error:
    error = engine.OperationalError("words that nobody reads")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    "name, kind",
    [
        ("SQLITE_BUSY", faults.BusyFile),
        ("SQLITE_BUSY_SNAPSHOT", faults.BusyFile),
        ("SQLITE_BUSY_RECOVERY", faults.BusyFile),
        ("SQLITE_LOCKED", faults.BusyFile),
        ("SQLITE_READONLY", faults.ReadOnlyFile),
        ("SQLITE_READONLY_DIRECTORY", faults.ReadOnlyFile),
        ("SQLITE_FULL", faults.FullDisk),
        ("SQLITE_NOTADB", faults.NotOurFile),
        ("SQLITE_CANTOPEN", faults.NoFile),
        ("SQLITE_CORRUPT", faults.BrokenFile),
        ("SQLITE_CORRUPT_INDEX", faults.BrokenFile),
        ("SQLITE_IOERR_WRITE", faults.BrokenFile),
        ("SQLITE_IOERR_FSYNC", faults.BrokenFile),
        ("SQLITE_ERROR", faults.BrokenFile),
        ("", faults.BrokenFile),
    ],
)
def test_error_is_told_by_its_name(name: str, kind: type[StoreError], tmp_path: Path) -> None:
    told = faults.explained(named(name), tmp_path)
    assert type(told) is kind
    assert told.sentence.endswith(".")
    assert told.todo.endswith(".")


def test_failure_on_a_disk_without_room_is_told_as_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is to restore a backup because a disk was full."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    assert type(faults.explained(named("SQLITE_IOERR_SHMSIZE"), tmp_path / "invites.db")) is faults.FullDisk
    assert type(faults.explained(named("SQLITE_CORRUPT"), tmp_path / "invites.db")) is faults.BrokenFile


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits there")
def test_disk_that_fails_in_the_middle_stores_nothing(database: Path) -> None:
    with Store.create_or_open(database) as store, store.write():
        add_contact(store, "Ana")
    done = subprocess.run(
        [sys.executable, "-c", WRITE_UNDER_A_LIMIT, str(database)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["BrokenFile True", "1", "2 ok"]


def test_damaged_page_is_told_as_damage(database: Path) -> None:
    with Store.create_or_open(database) as store:
        with store.write():
            add_contact(store, "Ana")
        page = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'contacts'")
        size = store.value("PRAGMA page_size")
    with database.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)
    with Store.open(database) as store, pytest.raises(BrokenFile) as refused:
        store.rows("SELECT * FROM contacts")
    assert "backup" in refused.value.todo


def test_damaged_header_is_not_taken_for_ours(database: Path) -> None:
    Store.create_or_open(database).close()
    with database.open("r+b") as raw:
        raw.write(b"\0" * 16)
    before = database.read_bytes()
    with pytest.raises(NotOurFile):
        Store.create_or_open(database)
    assert database.read_bytes() == before


def test_file_held_by_another_program_is_told_as_busy(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.create_or_open(database) as store:
        store.rows("PRAGMA journal_mode=delete")
        monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 50)
        store.rows("PRAGMA locking_mode=EXCLUSIVE")
        with store.write():
            add_contact(store)
        with pytest.raises(BusyFile) as refused:
            Store.open(database)
    assert str(database) in refused.value.sentence


def test_sentences_hold_no_words_of_the_engine(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.rows("SELECT secret FROM nowhere")
    assert "nowhere" not in str(refused.value)
