"""The guide to people: every command in it works, in its order."""

import re
import shlex
from pathlib import Path

import pytest

from invite_core.store import Store
from invite_tui.command_line.root import run
from tests.command_line.world import a_world

GUIDE = (Path(__file__).parents[2] / "docs" / "people.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def test_every_command_of_the_guide_works(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_world(store, guests=0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INVITE_DB", str(store.path))
    monkeypatch.setenv("INVITE_OPERATOR", "Rita")
    monkeypatch.setenv("INVITE_DEFAULT_REGION", "GB")
    Path("guests.csv").write_text(blocks("csv")[0], "utf-8")
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    said = {}
    for line in commands:
        program, *arguments = shlex.split(line, comments=True)
        code = run(arguments)
        said[" ".join(arguments[:2])] = printed = capsys.readouterr()
        assert (program, code) == ("invite-tui", 0), (line, printed)
    assert "5 people created" in said["contacts import"].out
    doubts = said["consent doubts"].out
    assert re.search(r"Ana Silva\s+sender_not_named", doubts), "the merged entry's later consent counts"
    assert re.search(r"Zoë Hale\s+old", doubts)
    assert "Ben Costa" not in doubts
    assert "Convite: Festa de verão\nOlá Ana Silva" in said["templates show"].out
    assert "Nobody" in said["not-reached Summer party"].out
