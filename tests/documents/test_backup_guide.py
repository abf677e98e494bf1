"""The guide to copies and a new computer: its commands work in their order, and what it says of the seal is so."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from invite_core.invitations import review
from invite_core.operations import sealed_file
from invite_core.operations.backup import restore
from invite_core.operations.opening import open_database
from invite_core.store import Store
from invite_tui.command_line.root import run
from tests.builders import NOW, ORGANISER
from tests.command_line.world import a_world

GUIDE = (Path(__file__).parents[2] / "docs" / "backup.md").read_text("utf-8")


def test_every_command_of_the_guide_works_in_its_order(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"N = {sealed_file.COST:,}" in GUIDE
    monkeypatch.setattr(sealed_file, "COST", 2)
    monkeypatch.setattr("invite_tui.command_line.handing_over.CONFIG_FILE", tmp_path / "settings.env")
    monkeypatch.setenv("INVITE_DB", str(store.path))
    monkeypatch.setenv("INVITE_OPERATOR", "Rita")
    a_world(store)
    Path("words.txt").write_text("violet harbour candle nine\n", "utf-8")
    commands = "".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).splitlines()
    assert len(commands) == 7
    for line in commands:
        program, *arguments = shlex.split(line, comments=True)
        assert (program, run(arguments)) == ("invite-tui", 0), (line, capsys.readouterr())
    with open_database(Path("new/invites.db")) as new:
        assert new.value("SELECT count(*) FROM contacts") == 3
        assert review.needed(new) is None


def test_a_raw_copy_with_its_guard_is_restored_as_the_recipe_for_litestream_says(
    store: Store, tmp_path: Path
) -> None:
    a_world(store)
    copy = tmp_path / "restored.db"
    store.value("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(store.path, copy)
    shutil.copy(f"{store.path}.guard", f"{copy}.guard")
    elsewhere = tmp_path / "elsewhere" / "invites.db"
    restore(elsewhere, copy, by=ORGANISER, now=NOW)
    with open_database(elsewhere) as found:
        assert found.value("SELECT count(*) FROM contacts") == 3
        assert review.needed(found) is review.Why.BACKUP
