"""The guide to daily use: its commands do what it says, in their order."""

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.lifecycle.states import State
from invite_core.store import Store
from tests.command_line.conftest import Cli, cli, meta, own_state_folder
from tests.command_line.meta import Meta
from tests.command_line.world import a_listener, wrote
from tests.invitations.outcomes import told

__all__ = ["cli", "meta", "own_state_folder"]

SAMPLES_MAPPING = "--map 1=name --map 2=event.name --map button.2==answer"
"""What fills the sample's reminder; that of docs/wording.md says so by the names of its parameters."""

GUIDE = (Path(__file__).parents[2] / "docs" / "daily.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def test_every_command_of_the_guide_works_in_its_order(
    cli: Cli, meta: Meta, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("guests.csv").write_text(blocks("csv")[0], "utf-8")
    a_listener(store)
    in_two_months = (instants.now() + timedelta(days=60)).date().isoformat()
    commands = "".join(blocks("sh")).replace("2027-06-12", in_two_months)
    commands = commands.replace(" party_reminder", f" party_reminder {SAMPLES_MAPPING}")
    said = {}
    for line in commands.splitlines():
        command, _, remark = line.partition(" # ")
        arguments = shlex.split(command)[1:]
        if arguments[:2] == ["runs", "show"]:
            for number in range(1, 5):
                told(store, f"wamid.{number}", State.DELIVERED, at=instants.now(), now=instants.now())
        if arguments[:2] == ["inbox", "list"]:
            wrote(store, 2, "may I bring a friend, or shall we stop at two?")
            wrote(store, 3, "please let it stop")
        answer = said[" ".join(arguments[:2])] = cli(*arguments)
        assert answer.code == (1 if remark == "paused" else 0), (line, answer)
    assert "4 people created" in said["contacts import"].out
    assert "Olá Ana Silva" in said["templates show"].out
    assert "may I bring a friend" in said["inbox list"].out
    assert "7700" not in Path("door.html").read_text("utf-8")
    sent = [(post["to"][-1], post["template"]["name"]) for post in meta.posts]
    invitation, reminder = "summer_party_invitation", "party_reminder"
    assert sorted(sent[:4]) == [(number, invitation) for number in "1234"]
    assert sorted(sent[4:]) == [(number, reminder) for number in "24"], "one has answered, one is blocked"
