"""`invite-tui export`: which list is meant, as which kind of file, and over no other file."""

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import SEND, a_world


def test_a_run_and_an_event_are_exported_in_every_kind(
    cli: Cli, store: Store, meta: Meta, tmp_path: Path
) -> None:
    guests = a_world(store)
    cli("dnm", "add", guests[0], "--reason", "asked")
    run = cli(*SEND, "--without-listener", "--yes", "--json").document["run"]
    cli("rsvp", "set", "Summer party", guests[1], "--answer", "yes", "--places", 2, "--via", "phone")

    answer = cli("export", run, "-o", tmp_path / "run.csv", "--json")
    assert answer.document == {"file": str(tmp_path / "run.csv"), "format": "csv", "rows": 3}
    with (tmp_path / "run.csv").open(encoding="utf-8-sig", newline="") as file:
        states = {row["name"]: (row["state"], row["phone"]) for row in csv.DictReader(file)}
    assert states["Guest 1"] == ("blocked", "'+447700900001")
    assert states["Guest 2"][0] == "accepted"

    assert cli("export", "Summer party", "--format", "json", "-o", tmp_path / "answers").code == 0
    answers = json.loads((tmp_path / "answers").read_text("utf-8"))
    assert [(each["name"], each["answer"], each["places_taken"]) for each in answers] == [
        ("Guest 2", "yes", 2),
        ("Guest 3", "none", 0),
    ]
    assert cli("export", 1, "--preset", "not-reached", "-o", tmp_path / "missed.xlsx").code == 0
    with CalamineWorkbook.from_path(tmp_path / "missed.xlsx") as book:
        heads, line = book.get_sheet_by_index(0).to_python()
    told = dict(zip(heads, line, strict=True))
    assert (told["name"], told["phone"], told["reason"]) == (
        "Guest 1",
        "+447700900001",
        "on the Do-Not-Message list",
    )
    answer = cli("export", "Summer party", "--preset", "door", "-o", tmp_path / "door.html")
    assert answer.out == f"1 row written to {tmp_path / 'door.html'}.\n"
    page = (tmp_path / "door.html").read_text("utf-8")
    assert "Guest 2" in page
    assert "7700" not in page
    assert cli("contacts", "export", "-o", tmp_path / "people.csv").code == 0
    again = cli("contacts", "import", tmp_path / "people.csv", "--json").document
    assert (again["read"], again["unchanged"]) == (3, 3)


def test_a_file_that_is_there_is_replaced_by_force_only(cli: Cli, store: Store, tmp_path: Path) -> None:
    a_world(store)
    target = tmp_path / "consents.csv"
    target.write_text("mine", "utf-8")
    assert cli("consent", "export", "-o", target).is_refused("is there already", "--force")
    assert target.read_text("utf-8") == "mine"
    assert cli("consent", "export", "-o", target, "--force").code == 0
    assert "web form" in target.read_text("utf-8-sig")


@pytest.mark.parametrize("arguments", ["export 1 -o run.txt", "export Party --preset messages -o run.csv"])
def test_what_nobody_could_mean_is_wrong_usage(cli: Cli, store: Store, arguments: str) -> None:
    a_world(store)
    assert cli(*arguments.split()).code == 2
    assert not Path("run.csv").exists()
