"""A file that this program did not make comes out byte for byte as it was."""

import contextlib
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from invite_core.store import NotOurFile, Store, engine


def text(path: Path) -> None:
    path.write_text("name,phone\nAna,+447700900001\n" * 50)


def short_text(path: Path) -> None:
    path.write_text("x")


def only_zeros(path: Path) -> None:
    path.write_bytes(bytes(8192))


def other_program(path: Path, *pragmas: str, last: str = "CREATE TABLE notes (text)") -> None:
    with contextlib.closing(engine.driver.connect(str(path), isolation_level=None)) as connection:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(last)


def nameless_program(path: Path) -> None:
    other_program(path)


def nameless_program_with_a_version(path: Path) -> None:
    other_program(path, "user_version=1")


def named_program_without_tables(path: Path) -> None:
    other_program(path, last="PRAGMA application_id=7")


def program_in_wal_mode(path: Path) -> None:
    other_program(path, "journal_mode=wal", "application_id=7")


def program_that_died_with_a_wal(path: Path) -> None:
    """A copy taken while the other program had its file open: what a crash leaves."""
    living = path.with_name("living.db")
    with contextlib.closing(engine.driver.connect(str(living), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("CREATE TABLE notes (text)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO notes VALUES ('last words')")
        path.write_bytes(living.read_bytes())
        path.with_name(path.name + "-wal").write_bytes(living.with_name("living.db-wal").read_bytes())
    living.unlink()


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) for path in folder.iterdir()}


@pytest.mark.parametrize("opener", [Store.open, Store.create_or_open])
@pytest.mark.parametrize(
    "make",
    [
        text,
        short_text,
        only_zeros,
        nameless_program,
        nameless_program_with_a_version,
        named_program_without_tables,
        program_in_wal_mode,
        program_that_died_with_a_wal,
    ],
)
def test_foreign_file_is_refused_and_stays_as_it_was(
    tmp_path: Path, make: Callable[[Path], None], opener: Callable[[Path], Store]
) -> None:
    path = tmp_path / "theirs.db"
    make(path)
    path.chmod(0o644)
    before = everything(tmp_path)
    with pytest.raises(NotOurFile) as refused:
        opener(path)
    assert everything(tmp_path) == before
    assert str(path) in refused.value.sentence
    assert "INVITE_DB" in refused.value.todo


def test_wal_file_is_refused_by_an_engine_that_can_lose_commits(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.create_or_open(database).close()
    before = database.read_bytes()
    monkeypatch.setattr(engine, "VERSION", (3, 45, 1))
    with pytest.raises(NotOurFile) as refused:
        Store.open(database)
    assert "3.45.1" in refused.value.sentence
    assert "3.51.3" in refused.value.todo
    assert database.read_bytes() == before
