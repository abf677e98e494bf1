"""A file that a newer program has upgraded under a running listener, and the way back to work."""

from pathlib import Path

import pytest

from invite_core.delivery.tally import Tally
from invite_core.store import NewerFile, Store, engine
from invite_core.store.migrations import SCHEMA_VERSION
from tests.delivery.rows import invite, message_row, take


def set_version(database: Path, version: int) -> None:
    """Give the file the tables of another version, as far as a program can see."""
    connection = engine.driver.connect(str(database), isolation_level=None)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def test_nothing_is_lost_while_the_file_is_newer_than_the_program(store: Store, database: Path) -> None:
    """The listener answers 503, and what Meta repeats after the upgrade is all there and counts once."""
    invited = invite(store)
    assert take(store, "sent").applied == 1
    set_version(database, SCHEMA_VERSION + 1)
    for name in ("delivered", "text_stop", "tap"):
        with pytest.raises(NewerFile) as refused:
            take(store, name)
        assert refused.value.todo == "Upgrade this program; the file was not touched."
    assert store.value("SELECT count(*) FROM webhook_receipts") == 1
    with pytest.raises(NewerFile):
        Store.open(database)

    set_version(database, SCHEMA_VERSION)
    with Store.open(database) as upgraded:
        for name in ("sent", "delivered", "text_stop", "delivered"):
            take(upgraded, name)
        assert message_row(upgraded, invited.message)["state"] == "delivered"
        assert upgraded.value("SELECT count(*) FROM do_not_message") == 2
        assert upgraded.value("SELECT count(*) FROM webhook_receipts") == 3
        assert take(upgraded, "text_stop") == Tally(bodies=1, repeated=1)
