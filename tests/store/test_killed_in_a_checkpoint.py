"""A process that dies while SQLite folds the write-ahead log into the file leaves its first page ahead of the rest."""

import shutil
from pathlib import Path

from invite_core.store import Store
from tests.store.rows import add_contact

PAGE = 4096


def test_a_file_whose_first_page_is_ahead_of_its_size_is_opened_and_loses_nothing(
    store: Store, database: Path, tmp_path: Path
) -> None:
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    before = tmp_path / "before.db"
    shutil.copy(database, before)
    with store.write():
        for number in range(2_000):
            add_contact(store, f"Guest {number}")
    torn = tmp_path / "torn.db"
    shutil.copy(f"{database}-wal", f"{torn}-wal")
    shutil.copy(f"{database}.guard", f"{torn}.guard")
    store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert database.stat().st_size > before.stat().st_size
    torn.write_bytes(database.read_bytes()[:PAGE] + before.read_bytes()[PAGE:])
    with Store.open(torn) as opened:
        assert opened.value("SELECT count(*) FROM contacts") == 2_000
        assert opened.value("PRAGMA integrity_check") == "ok"
