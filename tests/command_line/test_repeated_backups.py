"""`backup --every`: copies until somebody stops it, each whole; one that fails does not end it."""

import json
import signal
from pathlib import Path

import pytest

from invite_core.store import Store
from invite_core.store.copying import is_copy
from tests.command_line.conftest import Cli
from tests.command_line.programs import ended, running
from tests.command_line.world import a_world


def test_copies_are_made_until_it_is_stopped_whatever_becomes_of_one(
    store: Store, database: Path, tmp_path: Path
) -> None:
    a_world(store)
    target = tmp_path / "copy.db"
    with running("backup", target, "--every", "1s", "--db", database, "--json") as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert (first["backup"], first["replaced"], is_copy(target)) == (str(target), False, True)
        target.write_text("somebody's notes")
        failed = json.loads(process.stdout.readline())
        assert "no backup of this program" in failed["error"]
        assert target.read_text() == "somebody's notes"
        target.unlink()
        again = json.loads(process.stdout.readline())
        assert (again["rows"], is_copy(target)) == (first["rows"], True)
        process.send_signal(signal.SIGTERM)
        answer = ended(process)
    assert (answer.code, answer.out) == (0, "")
    assert "tried all the same" in answer.err
    assert answer.err.endswith("Stopped.\n")


def test_a_date_in_the_name_keeps_a_copy_of_each_day(cli: Cli, store: Store, tmp_path: Path) -> None:
    a_world(store)
    made = cli("backup", tmp_path / "copy-{date}.db", "--json").document
    assert made["backup"] == str(tmp_path / f"copy-{made['at'][:10]}.db")
    assert made["guard"] == f"{made['backup']}.guard"
    assert Path(made["guard"]).is_file()


@pytest.mark.parametrize("time", ["0s", "5", "1w", "-1m", "1.5h", ""])
def test_what_is_no_time_is_wrong_usage(cli: Cli, store: Store, tmp_path: Path, time: str) -> None:
    assert cli("backup", tmp_path / "copy.db", "--every", time).code == 2
    assert list(tmp_path.glob("copy.db")) == []
