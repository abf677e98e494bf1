"""What every command has in common: options, help, exit codes."""

from pathlib import Path

import pytest

from invite_core import __version__
from invite_core.store import Store
from tests.command_line.conftest import Cli

COMMANDS = [
    "demo",
    "init",
    "webhook subscribe",
    "webhook status",
    "doctor",
    "contacts import",
    "contacts add",
    "contacts list",
    "contacts show",
    "contacts merge",
    "contacts report",
    "contacts erase",
    "consent grant",
    "consent revoke",
    "consent export",
    "contacts export",
    "handover",
    "export",
    "consent limits",
    "consent doubts",
    "dnm add",
    "dnm list",
    "dnm history",
    "dnm lift",
    "events add",
    "events edit",
    "events text",
    "events cancel",
    "events list",
    "templates sync",
    "templates list",
    "templates show",
    "audience save",
    "audience list",
    "audience count",
    "preview",
    "send",
    "runs list",
    "runs show",
    "runs pause",
    "runs resume",
    "runs cancel",
    "runs retry",
    "messages",
    "timeline",
    "rsvp show",
    "rsvp set",
    "not-reached",
    "invited",
    "inbox list",
    "inbox done",
    "inbox stop",
]


@pytest.mark.parametrize(
    "order",
    ["--json --db {db} audience save all-of-them all", "audience --db {db} save all-of-them all --json",
     "audience save all-of-them all --json --db {db}"],
)  # fmt: skip
def test_db_and_json_may_stand_anywhere(cli: Cli, tmp_path: Path, order: str) -> None:
    database = tmp_path / "another.db"
    answer = cli(*order.format(db=database).split())
    assert (answer.code, answer.document["name"], database.is_file()) == (0, "all-of-them", True)


def test_db_wins_over_the_environment(cli: Cli, database: Path, tmp_path: Path) -> None:
    cli("audience", "save", "all-of-them", "all", "--db", tmp_path / "another.db")
    assert not database.exists()


LOOKS = [
    "contacts list",
    "contacts show 1",
    "consent export -o consents.csv",
    "contacts export -o people.csv",
    "export 1 -o run.csv",
    "dnm list",
    "events list",
    "templates list",
    "templates show party --language en",
    "audience list",
    "preview --event 1 --template t",
    "send --event 1 --template t --dry-run",
    "runs list",
    "runs show 1",
    "messages 1",
    "timeline 1",
    "rsvp show 1",
    "inbox list",
]


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_a_mistyped_path_makes_no_file(cli: Cli, tmp_path: Path, look: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    mistyped = tmp_path / "folder" / "invite.db"
    assert cli(*look.split(), "--db", mistyped).is_refused(f"There is no database at {mistyped}")
    assert sorted(tmp_path.rglob("*")) == before


def test_version(cli: Cli) -> None:
    assert cli("--version").out.strip() == f"invite-tui {__version__}"


def test_help_names_every_command_on_one_whole_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = cli("--help")
    assert answer.code == 0
    names = {command.split()[0] for command in COMMANDS}
    shown = [line for line in answer.out.splitlines() if line.startswith("  ") and line.split()[0] in names]
    assert {line.split()[0] for line in shown} == names
    assert all(line.endswith(".") and "..." not in line for line in shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_every_option(cli: Cli, command: str) -> None:
    answer = cli(*command.split(), "--help")
    assert answer.code == 0
    options = answer.out.split("Options:\n")[1].splitlines()
    explained = [line for n, line in enumerate(options) if len(line.split("  ")) > 2 or _goes_on(options, n)]
    assert explained == options
    assert "--db" in answer.out
    assert "--json" in answer.out


def _goes_on(options: list[str], n: int) -> bool:
    return n + 1 < len(options) and options[n + 1].startswith("          ")


@pytest.mark.parametrize(
    "arguments",
    [
        "nonsense",
        "events nonsense",
        "events add",
        "runs show one",
        "runs show 99999999999999999999",
        "messages 1 --state lost",
        "preview --template t",
        "preview --event 1 --template t --map 1",
        "send --event 1 --template t --first 0",
        "send --event 1 --template t --purpose test",
        "preview --event 1 --template t --purpose test",
        "contacts import people.csv --consent-source form",
        "dnm add +447700900001",
    ],
)
def test_wrong_usage_is_exit_2_and_leaves_stdout_empty(cli: Cli, arguments: str) -> None:
    answer = cli(*arguments.split(), "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "Error:" in answer.err


def test_without_a_terminal_the_screen_is_wrong_usage(cli: Cli) -> None:
    answer = cli()
    assert answer.code == 2
    assert "terminal" in answer.err


def test_an_argument_that_is_no_text_is_wrong_usage(cli: Cli) -> None:
    answer = cli("dnm", "add", "caf\udce9", "--reason", "asked")
    assert answer.code == 2
    assert "encoding" in answer.err


def test_a_refusal_with_json_is_one_document(cli: Cli, store: Store) -> None:
    answer = cli("runs", "show", 7, "--json")
    assert answer.code == 1
    assert set(answer.document) == {"error", "todo"}
    assert answer.document["error"] in answer.err


@pytest.mark.parametrize("listing", ["events", "contacts", "dnm", "templates", "runs", "audience", "inbox"])
def test_an_empty_list_is_no_line_for_a_script_and_a_hint_for_a_person(
    cli: Cli, store: Store, listing: str
) -> None:
    assert cli(listing, "list", "--json").out == ""
    assert len(cli(listing, "list").out.splitlines()) == 1
