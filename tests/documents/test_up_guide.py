"""The recipes for a start at login are in the form that each system takes, and start what there is."""

import plistlib
import shlex
import xml.etree.ElementTree as tree
from configparser import ConfigParser
from pathlib import Path, PurePosixPath, PureWindowsPath

import click
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from invite_core.settings import APPLICATION
from invite_tui.command_line.root import root
from invite_tui.up.tunnels import TUNNELS

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "up.md").read_text("utf-8")


def understood(arguments: list[str]) -> bool:
    """Whether the program takes these arguments."""
    command = root.get_command(click.Context(root), arguments[0])
    return command is not None and bool(command.make_context("up", arguments[1:], resilient_parsing=True))


def test_each_system_starts_the_program_in_its_folder_and_again_if_it_fails() -> None:
    unit = ConfigParser(interpolation=None)
    unit.read_string((DOCS / "systemd" / "invite-up.service").read_text("utf-8"))
    service = unit["Service"]
    program, *arguments = shlex.split(service["execstart"])
    assert PurePosixPath(program).is_relative_to(service["workingdirectory"])
    assert understood(arguments)
    assert (service["restart"], service["killmode"]) == ("on-failure", "mixed")

    agent = plistlib.loads((DOCS / "launchd" / "invite-up.plist").read_bytes())
    program, *same = agent["ProgramArguments"]
    assert PurePosixPath(program).is_relative_to(agent["WorkingDirectory"])
    assert same == arguments
    assert (agent["RunAtLoad"], agent["KeepAlive"]) == (True, {"SuccessfulExit": False})

    task = tree.fromstring((DOCS / "windows" / "invite-up.xml").read_text("utf-8"))  # noqa: S314 - a file of ours
    space = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    program, words, folder = (
        task.findtext(f"Actions/Exec/{name}", "", space)
        for name in ("Command", "Arguments", "WorkingDirectory")
    )
    assert PureWindowsPath(program).is_relative_to(PureWindowsPath(folder))
    assert shlex.split(words) == arguments
    assert task.find("Triggers/LogonTrigger", space) is not None
    assert task.findtext("Settings/ExecutionTimeLimit", "", space) == "PT0S", "without an end"


def test_the_guide_names_the_tunnels_there_are_and_where_the_log_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    assert all(tunnel.name in GUIDE.lower() for tunnel in TUNNELS)
    home = str(Path.home())
    for folders in (Unix(APPLICATION), MacOS(APPLICATION)):
        assert f"`{folders.user_log_dir.replace(home, '~')}`" in GUIDE
