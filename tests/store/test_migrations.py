import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from invite_core.store import BusyFile, Store, StoreError, engine, file, migrations, open_file

ROOT = Path(__file__).parents[2]

OPEN_ONCE = """
import sys
from pathlib import Path
from invite_core.store import Store
import sqlite_utils
print("ready", flush=True)
sys.stdin.readline()
with Store.create_or_open(Path(sys.argv[1])) as store:
    print(store.value("SELECT count(*) FROM _sqlite_migrations"))
"""


def schema(path: Path) -> list[tuple[str, str]]:
    with contextlib.closing(engine.driver.connect(str(path))) as connection:
        return sorted(connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_schema").fetchall())


def test_each_step_is_recorded_by_name(store: Store) -> None:
    applied = store.rows("SELECT migration_set, name FROM _sqlite_migrations ORDER BY name")
    assert tuple(applied[0]) == ("invite_core", "0001_initial")
    assert len(applied) == migrations.SCHEMA_VERSION == store.value("PRAGMA user_version")


def test_opening_again_changes_nothing(database: Path) -> None:
    Store.create_or_open(database).close()
    before = database.read_bytes()
    Store.create_or_open(database).close()
    assert database.read_bytes() == before


def release_knows(patch: pytest.MonkeyPatch, version: int) -> None:
    """Let this program be a release that knows so many steps."""
    for module in (file, open_file):
        patch.setattr(module, "SCHEMA_VERSION", version)


@pytest.fixture
def one_step_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with one step more, which the test writes."""
    step = tmp_path / "9999_next.sql"
    monkeypatch.setattr(migrations, "_STEPS", [*migrations._STEPS, step])
    release_knows(monkeypatch, migrations.SCHEMA_VERSION + 1)
    return step


def test_older_file_is_upgraded_with_its_rows(
    database: Path, one_step_more: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(migrations, "_STEPS", migrations._STEPS[:-1])
        release_knows(today, migrations.SCHEMA_VERSION)
        with Store.create_or_open(database) as store, store.write():
            store.execute("INSERT INTO tags (name, name_key) VALUES ('Family', 'family')")
    one_step_more.write_text("ALTER TABLE tags ADD COLUMN colour TEXT;")
    with Store.create_or_open(database) as store:
        assert store.value("SELECT count(*) FROM tags WHERE colour IS NULL") == 1
        assert store.value("PRAGMA user_version") == migrations.SCHEMA_VERSION + 1


def test_failing_step_leaves_an_older_file_as_it_was(
    database: Path, one_step_more: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(migrations, "_STEPS", migrations._STEPS[:-1])
        release_knows(today, migrations.SCHEMA_VERSION)
        Store.create_or_open(database).close()
    before = database.read_bytes()
    one_step_more.write_text("ALTER TABLE tags ADD COLUMN colour TEXT;\nUPDATE nowhere SET x = 1;\n")
    with pytest.raises(StoreError) as refused:
        Store.create_or_open(database)
    assert refused.value.todo
    assert database.read_bytes() == before


def test_failing_first_step_leaves_a_new_file_without_tables(database: Path, one_step_more: Path) -> None:
    one_step_more.write_text("UPDATE nowhere SET x = 1;\n")
    with pytest.raises(StoreError):
        Store.create_or_open(database)
    assert schema(database) == []
    one_step_more.write_text("CREATE TABLE somewhere (x) STRICT;".replace("(x)", "(x TEXT)"))
    with Store.create_or_open(database) as store:
        assert store.value("SELECT count(*) FROM somewhere") == 0


def test_step_without_a_last_semicolon_is_not_lost(database: Path, one_step_more: Path) -> None:
    one_step_more.write_text("CREATE TABLE first (x TEXT) STRICT;\nCREATE TABLE last (x TEXT) STRICT")
    with Store.create_or_open(database) as store:
        assert store.value("SELECT count(*) FROM last") == 0


def test_two_processes_make_one_file(database: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_ONCE, str(database)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=30) for process in processes]
    assert answers == [(f"{migrations.SCHEMA_VERSION}\n", "")] * 3


def test_migration_waits_for_a_writer_and_is_then_refused(
    database: Path, one_step_more: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as today:
        today.setattr(migrations, "_STEPS", migrations._STEPS[:-1])
        release_knows(today, migrations.SCHEMA_VERSION)
        Store.create_or_open(database).close()
    one_step_more.write_text("ALTER TABLE tags ADD COLUMN colour TEXT;")
    monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 50)
    with contextlib.closing(engine.driver.connect(str(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyFile):
            Store.create_or_open(database)
        other.execute("ROLLBACK")
    with Store.create_or_open(database) as store:
        assert store.value("SELECT count(*) FROM tags WHERE colour IS NULL") == 0
