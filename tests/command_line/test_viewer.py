"""A viewer may look at everything and change nothing."""

from pathlib import Path

import pytest

from invite_core.store import Store
from tests.builders import INVITATION
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_world

ACTS = [
    "contacts import people.csv",
    "contacts add Zoe --user-id GB.13491208655302741918",
    "consent grant 1 --source form --at 2026-01-01",
    "consent revoke 1",
    "dnm add 1 --reason asked",
    "dnm add +447700900555 --reason asked",
    "dnm lift 2 --reason mistake",
    "events add --name Picnic --starts-at 2099-06-12T18:30 --timezone Europe/Lisbon --venue Park",
    "events edit 1 --venue Park",
    "events cancel 1",
    "templates sync",
    f"templates test {INVITATION} --to 1 --yes",
    "prices import rates.csv",
    "audience save all-of-them all",
    "runs pause 1",
    "runs resume 1",
    "runs resume 1 --wait",
    "runs cancel 1",
    "runs retry 1",
    "inbox done 1",
    "inbox stop 1",
]
LOOKS = [
    "contacts list",
    "contacts show 1",
    "consent export -o consents.csv",
    "contacts export -o people-again.csv",
    "export 1 -o run.csv",
    "dnm list",
    "events list",
    "templates list",
    f"templates show {INVITATION} --language en",
    "audience list",
    "runs list",
    "runs show 1",
    "messages 1",
    "timeline 1",
    "rsvp show 1",
    "inbox list",
]


@pytest.fixture
def viewer(cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line as a viewer, over a file with a paused run in it."""
    Path("people.csv").write_text("name,phone\nAna,+447700900123\n", "utf-8")
    a_world(store)
    cli("dnm", "add", 2, "--reason", "asked")
    cli(*SEND, "--first", 1, "--without-listener", "--yes")
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    monkeypatch.setenv("INVITE_OPERATOR", "Vera")
    return cli


def contents(database: Path) -> dict[str, bytes]:
    """The database and its journal, byte for byte."""
    return {
        path.name: path.read_bytes()
        for path in database.parent.iterdir()
        if path.name in (database.name, f"{database.name}-wal")
    }


@pytest.mark.parametrize("act", [*ACTS, " ".join([*SEND, "--yes"])])
def test_no_act_of_a_viewer_changes_a_byte(viewer: Cli, database: Path, meta: Meta, act: str) -> None:
    before, sent = contents(database), len(meta.posts)
    arguments = act.replace("Summer party", "1").split()
    assert viewer(*arguments).is_refused("Vera is a viewer and may not", "Ask the organiser")
    assert contents(database) == before
    assert len(meta.posts) == sent


def test_a_viewer_may_look(viewer: Cli, database: Path) -> None:
    before = contents(database)
    for look in LOOKS:
        assert viewer(*look.split(), "--json").code == 0, look
    assert contents(database) == before


def test_a_viewer_may_preview_and_run_dry(viewer: Cli, database: Path) -> None:
    before = contents(database)
    assert viewer(*PREVIEW, "--json").document["total"] == 3
    assert viewer(*SEND, "--dry-run", "--json").document["total"] == 3
    assert contents(database) == before


def test_a_viewer_does_not_make_a_database(cli: Cli, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    assert cli("events", "list").is_refused(str(database))
    assert not database.exists()
