"""The guide to privacy: its commands work, and what it says is kept, and for how long, is what the code keeps."""

import re
import shlex
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.delivery.pruning import MOST_BODIES, SHELF_LIFE
from invite_core.operations.personal_data import HELD
from invite_core.store import Store
from tests.builders import an_event
from tests.command_line.conftest import Cli, cli, own_state_folder
from tests.command_line.world import a_guest

__all__ = ["cli", "own_state_folder"]

GUIDE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")


def test_every_command_of_the_guide_works(
    cli: Cli, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("Sam Hale", "Zoë Hale"), 1):
        a_guest(store, name, number)
    an_event(store, "Spring party", starts_at=f"{instants.now().year - 1}-05-01T12:00")
    said = {}
    for line in "".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).splitlines():
        arguments = shlex.split(line)[1:]
        answer = said[" ".join(arguments[:2])] = cli(*arguments)
        assert answer.code == 0, (line, answer)
    assert "What is held about Zoë Hale" in said["contacts report"].out
    assert not store.value("SELECT count(*) FROM contacts WHERE name LIKE '%Zo%'")


def test_the_guide_tells_everything_that_is_kept_and_for_how_long() -> None:
    kept = dict(re.findall(r"^\| ([^|]+?) \| [^|]+ \| ([^|]+?) \|$", GUIDE, re.MULTILINE))
    assert list(kept)[1:] == [held.title for held in HELD.values()]
    assert f"after {SHELF_LIFE.days} days" in GUIDE
    assert f"{MOST_BODIES:,}" in GUIDE
