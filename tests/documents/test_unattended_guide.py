"""The guide to unattended sending: its commands do what it says, and systemd takes its unit."""

import re
import shlex
from configparser import ConfigParser
from datetime import timedelta
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.store import Store
from tests.builders import DATA
from tests.command_line.conftest import Cli, cli, meta
from tests.command_line.meta import Meta
from tests.command_line.world import a_world

__all__ = ["cli", "meta"]

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "unattended.md").read_text("utf-8")
UNIT = DOCS / "systemd" / "invite-run@.service"


def test_every_command_of_the_guide_works(
    cli: Cli, meta: Meta, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(store)
    monkeypatch.chdir(tmp_path)
    made_up = (DATA / "rates.sample.csv").read_text("utf-8")
    Path("rates.csv").write_text(made_up.replace("2027-12-31", "2099-12-31"), "utf-8")
    soon = (instants.now() + timedelta(days=30)).date().isoformat()
    commands = "".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).replace("2027-05-03", soon)
    for line in commands.splitlines():
        command, _, remark = line.partition(" # ")
        if remark == "waits":  # for a month; that it would is what the unit is for
            assert cli(*shlex.split(command)[1:5]).code == 0
        else:
            answer = cli(*shlex.split(command)[1:])
            assert answer.code == (1 if remark == "paused" else 0), (line, answer)
            assert f"Nothing is sent before {soon}" in answer.err or remark != "paused"
    assert meta.posts == []


def test_the_unit_goes_on_with_a_run_and_holds_no_secret() -> None:
    unit = ConfigParser(interpolation=None)
    unit.read_string(UNIT.read_text("utf-8"))
    service = unit["Service"]  # keys in lower case, as the parser keeps them
    assert service["execstart"].endswith("/.venv/bin/invite-tui runs resume %i --wait --if-cut-off --json")
    assert service["execstart"].startswith(service["workingdirectory"])
    assert not [key for key in service if key.startswith("environment")]
