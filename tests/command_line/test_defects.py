"""A fault of the program itself: one sentence, details in a private log, nothing secret in either."""

from pathlib import Path

import pytest

from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.world import a_world

TOKEN = "EAA0secret0token"


@pytest.fixture
def damaged(store: Store) -> None:
    """A file in which somebody wrote by hand what no program of ours writes."""
    a_world(store, guests=1)
    with store.write():
        store.execute("UPDATE events SET starts_at = ?", (f"{TOKEN} +447700900001",))


@pytest.mark.usefixtures("damaged")
def test_a_defect_is_a_sentence_and_an_entry_in_a_private_log(
    cli: Cli, own_state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", TOKEN)
    first = cli("events", "list", "--json")
    assert first.code == 1
    assert set(first.document) == {"error", "todo"}
    assert "Traceback" not in first.err
    (log,) = own_state_folder.rglob("*.log")
    assert str(log) in first.err
    assert log.stat().st_mode & 0o777 == 0o600
    entry = log.read_text("utf-8")
    assert "ValueError" in entry
    assert "instants.py" in entry
    assert TOKEN not in entry + first.err
    assert "447700900001" not in entry + first.err
    cli("events", "list")
    assert log.read_text("utf-8").count("ValueError") == 2 * entry.count("ValueError")


@pytest.mark.usefixtures("damaged")
def test_a_defect_is_told_even_where_no_log_can_be_written(cli: Cli, own_state_folder: Path) -> None:
    own_state_folder.write_text("a file where the folder should be", "utf-8")
    answer = cli("events", "list")
    assert answer.code == 1
    assert "Please report it" in answer.err
    assert "Traceback" not in answer.err
