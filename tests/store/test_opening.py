import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from invite_core.store import NewerFile, NoFile, OlderFile, ReadOnlyFile, Store, StoreError, engine
from invite_core.store.migrations import SCHEMA_VERSION
from invite_core.store.path_on_disk import APPLICATION_ID
from tests.store.rows import add_contact

NOBODY = 65_534


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder_of_a_plain_user() -> Iterator[Path]:
    """A folder whose permissions count even where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid():
            yield folder
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)


def test_new_file_and_folder_are_private(database: Path) -> None:
    previous = os.umask(0)
    try:
        with Store.create_or_open(database) as store, store.write():
            add_contact(store)
            beside = {path.name: mode_of(path) for path in database.parent.iterdir()}
    finally:
        os.umask(previous)
    assert mode_of(database.parent) == 0o700
    assert set(beside.values()) == {0o600}
    assert database.name in beside


def test_file_open_to_others_is_made_private(database: Path) -> None:
    Store.create_or_open(database).close()
    database.chmod(0o644)
    Store.create_or_open(database).close()
    assert mode_of(database) == 0o600


def test_new_file_says_whose_it_is_and_which_tables_it_has(store: Store) -> None:
    assert store.value("PRAGMA application_id") == APPLICATION_ID
    assert store.value("PRAGMA user_version") == SCHEMA_VERSION


def test_journal_mode_is_the_one_that_this_engine_may_use(store: Store) -> None:
    assert store.value("PRAGMA journal_mode") == engine.journal_mode()


@pytest.mark.parametrize("read_only", [False, True])
def test_every_connection_has_every_safety_on(database: Path, read_only: bool) -> None:
    Store.create_or_open(database).close()
    with Store.open(database, read_only=read_only) as store:
        assert store.value("PRAGMA synchronous") == 2
        assert store.value("PRAGMA foreign_keys") == 1
        assert store.value("PRAGMA secure_delete") == 1
        assert store.value("PRAGMA trusted_schema") == 0
        assert store.value("PRAGMA busy_timeout") == 5_000
        assert store.value("PRAGMA fullfsync") == 1
        assert store.value("PRAGMA checkpoint_fullfsync") == 1


def test_path_with_signs_of_a_uri_names_that_very_file(tmp_path: Path) -> None:
    path = tmp_path / "50% off?mode=memory#1 é.db"
    with Store.create_or_open(path) as store, store.write():
        add_contact(store)
    assert path.stat().st_size > 0
    assert {each.name for each in tmp_path.iterdir()} == {path.name, f"{path.name}.guard"}


def test_reopened_file_keeps_what_was_committed(database: Path) -> None:
    with Store.create_or_open(database) as store, store.write():
        add_contact(store, "Ana")
    with Store.open(database) as store:
        assert store.value("SELECT name FROM contacts") == "Ana"


def test_missing_file_is_not_made_by_open(database: Path) -> None:
    with pytest.raises(NoFile) as refused:
        Store.open(database)
    assert str(database) in refused.value.sentence
    assert "invite-tui" in refused.value.todo
    assert not database.parent.exists()


@pytest.mark.parametrize("opener", [Store.open, Store.create_or_open])
def test_folder_is_no_file(tmp_path: Path, opener: Callable[[Path], Store]) -> None:
    with pytest.raises(NoFile):
        opener(tmp_path)


def test_symbolic_link_is_not_followed_by_the_program_that_makes_files(
    tmp_path: Path, database: Path
) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    with pytest.raises(NoFile):
        Store.create_or_open(link)
    assert not database.exists()


def test_unreadable_file_is_refused_with_a_sentence(folder_of_a_plain_user: Path) -> None:
    path = folder_of_a_plain_user / "invites.db"
    Store.create_or_open(path).close()
    path.chmod(0)
    with pytest.raises(StoreError) as by_open:
        Store.open(path)
    with pytest.raises(StoreError) as by_create:
        Store.create_or_open(path)
    for refused in (by_open, by_create):
        assert str(path) in refused.value.sentence
        assert "permissions" in refused.value.todo


@pytest.mark.skipif(os.getuid() != 0, reason="needs a second user")
def test_file_of_another_user_open_to_all_is_refused(folder_of_a_plain_user: Path) -> None:
    path = folder_of_a_plain_user / "invites.db"
    os.seteuid(0)
    Store.create_or_open(path).close()
    path.chmod(0o666)
    os.seteuid(NOBODY)
    with pytest.raises(ReadOnlyFile) as refused:
        Store.create_or_open(path)
    assert "chmod 600" in refused.value.todo


def test_folder_that_cannot_be_written_is_refused_with_a_sentence(folder_of_a_plain_user: Path) -> None:
    folder_of_a_plain_user.chmod(0o500)
    with pytest.raises(NoFile) as refused:
        Store.create_or_open(folder_of_a_plain_user / "invites.db")
    assert "permissions" in refused.value.todo


def test_read_only_open_refuses_to_write(database: Path) -> None:
    with Store.create_or_open(database) as store, store.write():
        add_contact(store, "Ana")
    with Store.open(database, read_only=True) as store:
        assert store.value("SELECT count(*) FROM contacts") == 1
        with pytest.raises(ReadOnlyFile) as refused, store.write():
            pytest.fail("the block must not run")
    assert "reading only" in refused.value.sentence
    assert refused.value.todo


def test_read_only_open_cannot_write_by_another_way(database: Path) -> None:
    Store.create_or_open(database).close()
    with Store.open(database, read_only=True) as store, pytest.raises(ReadOnlyFile):
        store.rows("DELETE FROM contacts")


def set_version(path: Path, version: int) -> bytes:
    with Store.open(path) as store:
        store.rows(f"PRAGMA user_version={version}")
    return path.read_bytes()


def test_newer_file_is_refused_untouched(database: Path) -> None:
    Store.create_or_open(database).close()
    before = set_version(database, SCHEMA_VERSION + 1)
    for opener in (Store.open, Store.create_or_open):
        with pytest.raises(NewerFile) as refused:
            opener(database)
        assert "newer" in refused.value.sentence
        assert "Upgrade" in refused.value.todo
    assert database.read_bytes() == before


def test_newer_file_keeps_its_own_journal_mode(database: Path) -> None:
    with Store.create_or_open(database) as store:
        store.rows("PRAGMA journal_mode=delete")
    before = set_version(database, SCHEMA_VERSION + 1)
    with pytest.raises(NewerFile):
        Store.create_or_open(database)
    assert database.read_bytes() == before


def test_file_upgraded_while_open_is_not_written_any_more(database: Path) -> None:
    with Store.create_or_open(database) as store:
        set_version(database, SCHEMA_VERSION + 1)
        with pytest.raises(NewerFile), store.write():
            pytest.fail("the block must not run")


def test_older_file_waits_for_the_program_that_upgrades(database: Path) -> None:
    Store.create_or_open(database).close()
    before = set_version(database, SCHEMA_VERSION - 1)
    with pytest.raises(OlderFile) as refused:
        Store.open(database)
    assert "invite-tui" in refused.value.todo
    assert database.read_bytes() == before


def test_empty_file_is_older_to_a_program_that_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(OlderFile):
        Store.open(path)
    assert path.stat().st_size == 0


def test_closing_twice_is_harmless(database: Path) -> None:
    store = Store.create_or_open(database)
    store.close()
    store.close()
