"""The guard file: on the disk before the commit, whole or not at all, and never another database's."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from invite_core.store import BehindGuard, ForeignGuard, FullDisk, IntegrityError, NewerFile, Store
from invite_core.store.guard import guard_path
from invite_core.store.guard_file import GuardFile
from tests.store.rows import add_consent, add_contact

ROOT = Path(__file__).parents[2]

KEEP_MANY = """
import sys
from pathlib import Path
from invite_core.store import Store
with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(40):
        with store.write():
            store.guarded({"kind": "test", "n": f"{sys.argv[2]}{n}"})
"""

KEEP_ONE = """
import sys
from pathlib import Path
from invite_core.store import Store
with Store.open(Path(sys.argv[1])) as store, store.write():
    store.guarded({"kind": "test", "n": "last"})
    store.execute("INSERT INTO tags (name, name_key) VALUES ('Last', 'last')")
"""


def keep(store: Store, *names: str) -> None:
    """A transaction that keeps an entry per name."""
    with store.write():
        for name in names:
            store.guarded({"kind": "test", "n": name})


def keep_and_fail(store: Store, name: str) -> None:
    """A transaction, or a part of one, that keeps an entry and fails."""
    with store.write():
        store.guarded({"kind": "test", "n": name})
        raise ZeroDivisionError


def keep_for_nobody(store: Store, name: str) -> None:
    """A transaction that keeps an entry and is refused by SQLite at its commit."""
    with store.write():
        store.guarded({"kind": "test", "n": name})
        store._connection.execute("PRAGMA defer_foreign_keys=ON")
        add_consent(store, 99)


def keep_with_a_contact(store: Store, name: str) -> None:
    """A transaction that keeps an entry and stores a person."""
    with store.write():
        store.guarded({"kind": "test", "n": name})
        add_contact(store)


def kept(database: Path) -> list[str]:
    """The names in the guard whose transaction was not undone, read off the file alone."""
    guard = GuardFile(guard_path(database))
    header = guard.header()
    assert header is not None
    return [entry["n"] for group in guard.tail(header.end).groups for entry in group.entries]


@pytest.fixture
def older(database: Path) -> tuple[Path, Path]:
    """A database whose guard has two groups more than a copy of it: the database and the copy."""
    with Store.create_or_open(database) as store:
        keep(store, "before")
    copy = database.with_name("copy.db")
    shutil.copyfile(database, copy)
    with Store.open(database) as store:
        keep(store, "first")
        keep(store, "second", "third")
    return database, copy


def lacking(database: Path) -> list[str]:
    """The names that the file says to lack while it catches up."""
    with Store.open(database) as store, store.catching_up() as gap:
        return [entry["n"] for entry in gap.entries] if gap else []


def test_a_new_file_begins_its_guard_for_its_owner_alone(store: Store, database: Path) -> None:
    assert stat.S_IMODE(guard_path(database).stat().st_mode) == 0o600
    assert kept(database) == []
    assert store.value("SELECT count(*) FROM store_facts WHERE name = 'database'") == 1


def test_the_key_is_in_no_row_and_the_hash_names_nobody(store: Store, database: Path) -> None:
    with store.write():
        store.guarded({"kind": "test", "n": store.keyed_hash("447700900001")})
    header = GuardFile(guard_path(database)).header()
    assert header is not None
    assert "447700900001" not in guard_path(database).read_text()
    assert header.key.hex().encode() not in database.read_bytes()


def test_an_entry_is_on_the_disk_before_its_transaction_commits(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[str], int]] = []

    def look(place: str) -> None:
        if place == "store.guarded":
            with Store.open(database, read_only=True) as other:
                seen.append((kept(database), other.value("SELECT count(*) FROM tags")))

    monkeypatch.setattr("invite_core.store.guard.crashpoint", look)
    with store.write():
        store.guarded({"kind": "test", "n": "block"})
        store.execute("INSERT INTO tags (name, name_key) VALUES ('a', 'a')")
    assert seen == [(["block"], 0)]


def test_what_is_rolled_back_is_not_kept(store: Store, database: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        keep_and_fail(store, "never")
    with store.write():
        store.guarded({"kind": "test", "n": "outer"})
        with pytest.raises(ZeroDivisionError):
            keep_and_fail(store, "inner")
    assert kept(database) == ["outer"]


def test_a_commit_that_fails_is_marked_as_undone(store: Store, database: Path) -> None:
    with pytest.raises(IntegrityError):
        keep_for_nobody(store, "undone")
    assert "undone" in guard_path(database).read_text()
    assert kept(database) == []
    keep(store, "next")
    assert kept(database) == ["next"]


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """As on a full disk: a write beyond `size` fails."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_nothing_is_committed_when_the_guard_cannot_be_written(store: Store, database: Path) -> None:
    keep(store, "x" * 2_000_000)
    before = guard_path(database).read_bytes()
    with no_file_grows_beyond(len(before) + 20), pytest.raises(FullDisk):
        keep_with_a_contact(store, "lost")
    assert store.value("SELECT count(*) FROM contacts") == 0
    assert guard_path(database).read_bytes() == before
    keep(store, "later")
    assert kept(database)[-1] == "later"


def test_an_older_copy_may_not_be_changed_before_it_has_caught_up(older: tuple[Path, Path]) -> None:
    database, copy = older
    shutil.copyfile(copy, database)
    with Store.open(database) as store, pytest.raises(BehindGuard), store.write():
        add_contact(store)
    assert lacking(database) == ["first", "second", "third"]
    assert lacking(database) == []
    with Store.open(database) as store:
        keep(store, "after")
    assert kept(database) == ["before", "first", "second", "third", "after"]


def test_a_store_that_is_open_notices_that_it_has_fallen_behind(older: tuple[Path, Path]) -> None:
    database, copy = older
    shutil.copyfile(copy, database)
    lacking(database)
    with Store.open(database) as store:
        keep(store, "one")
        with Store.open(database) as other:
            keep(other, "two")
        keep(store, "three")
    assert kept(database)[-3:] == ["one", "two", "three"]


def test_a_catching_up_that_fails_is_done_again(older: tuple[Path, Path]) -> None:
    database, copy = older
    shutil.copyfile(copy, database)
    with Store.open(database) as store:
        with pytest.raises(ZeroDivisionError), store.catching_up():
            raise ZeroDivisionError
        with pytest.raises(BehindGuard), store.write():
            pass
    assert lacking(database) == ["first", "second", "third"]


def test_a_guard_torn_at_any_byte_of_its_last_line_says_what_its_whole_lines_say(
    older: tuple[Path, Path],
) -> None:
    database, copy = older
    whole = guard_path(database).read_bytes()
    lines = whole.splitlines(keepends=True)
    assert b"second" in lines[-2]
    last = len(whole) - len(lines[-1]) - len(lines[-2])
    for size in range(last, len(whole) + 1):
        shutil.copyfile(copy, database)
        guard_path(database).write_bytes(whole[:size])
        has_all = size >= last + len(lines[-2])
        assert lacking(database) == (["first", "second", "third"] if has_all else ["first"]), size
        with Store.open(database) as store:
            keep(store, "next")
        assert kept(database)[-1] == "next", size


def test_a_file_that_has_written_more_than_its_guard_holds_has_lost_it(older: tuple[Path, Path]) -> None:
    database, _ = older
    guard = guard_path(database)
    guard.write_bytes(guard.read_bytes()[:-120])
    with Store.open(database) as store, store.catching_up() as gap:
        assert gap is not None
        assert (gap.lost, gap.entries) == (True, ())


def test_a_guard_that_is_gone_is_begun_anew_only_by_catching_up(store: Store, database: Path) -> None:
    keep(store, "old")
    store.close()
    guard_path(database).unlink()
    with Store.open(database) as opened, pytest.raises(BehindGuard), opened.write():
        pass
    with Store.open(database) as opened:
        with opened.catching_up() as gap:
            assert gap is not None
            assert gap.lost
        keep(opened, "new")
    assert kept(database) == ["new"]


def test_a_file_without_a_first_line_is_kept_aside(store: Store, database: Path) -> None:
    store.close()
    guard_path(database).write_text("nonsense\n")
    with Store.open(database) as opened, opened.catching_up():
        pass
    assert kept(database) == []
    assert database.with_name("invites.db.guard.unreadable").read_text() == "nonsense\n"


@pytest.mark.parametrize("act", ["write", "catching_up"])
def test_the_guard_of_another_database_is_refused(store: Store, database: Path, act: str) -> None:
    store.close()
    other = database.with_name("other.db")
    Store.create_or_open(other).close()
    guard_path(other).replace(guard_path(database))
    with Store.open(database) as opened, pytest.raises(ForeignGuard), getattr(opened, act)():
        pass


def test_no_new_file_is_made_where_the_guard_of_a_lost_one_stands(store: Store, database: Path) -> None:
    keep(store, "block")
    store.close()
    database.unlink()
    with pytest.raises(ForeignGuard, match="restore"):
        Store.create_or_open(database)
    assert not database.exists()


def test_a_guard_that_says_nothing_yet_is_taken_over_by_a_new_file(store: Store, database: Path) -> None:
    store.close()
    database.unlink()
    with Store.create_or_open(database) as again:
        keep(again, "first")
    assert kept(database) == ["first"]


def test_a_line_of_a_newer_version_is_refused(store: Store, database: Path) -> None:
    keep(store, "one")
    store.close()
    guard = guard_path(database)
    guard.write_text(guard.read_text().replace("1 ", "2 ", 1))
    with Store.open(database) as opened, pytest.raises(NewerFile), opened.write():
        pass


def test_two_processes_keep_each_their_own(store: Store, database: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", KEEP_MANY, str(database), name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        process.communicate("go\n", timeout=30)
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(kept(database)) == sorted(f"{name}{n}" for name in "ab" for n in range(40))
    assert not store.is_behind()


def test_a_process_that_dies_between_guard_and_commit_leaves_an_interrupted_gap(
    store: Store, database: Path
) -> None:
    keep(store, "before")
    died = subprocess.run(
        [sys.executable, "-c", KEEP_ONE, str(database)],
        cwd=ROOT,
        env={**os.environ, "INVITE_CRASHPOINT": "store.guarded"},
        check=False,
        timeout=30,
    )
    assert died.returncode == -signal.SIGKILL
    assert store.value("SELECT count(*) FROM tags") == 0
    with store.catching_up() as gap:
        assert gap is not None
        assert (gap.interrupted, [entry["n"] for entry in gap.entries]) == (True, ["last"])
    keep(store, "after")
