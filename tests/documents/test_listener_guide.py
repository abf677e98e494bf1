"""The guide to running the listener names what there is, and its unit file is one that systemd takes."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from invite_core.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
UNIT = DOCS / "systemd" / "webhook-listener.service"


def test_the_unit_starts_the_listener_anew_and_holds_no_secret() -> None:
    unit = ConfigParser(interpolation=None)
    unit.read_string(UNIT.read_text("utf-8"))
    service = unit["Service"]  # keys in lower case, as the parser keeps them
    assert service["execstart"].endswith("/.venv/bin/webhook-listener")
    assert Path(service["execstart"]).is_relative_to(service["workingdirectory"])
    assert service["restart"] == "on-failure"
    assert not [key for key in service if key.startswith("environment")]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("unit", sorted(UNIT.parent.glob("*.service")), ids=lambda unit: unit.stem)
def test_systemd_has_nothing_to_say_against_the_unit(tmp_path: Path, unit: Path) -> None:
    copy = tmp_path / unit.name.replace("@.", "@7.")
    alone = re.sub(r"(?m)^(Wants|After)=.*\n", "", unit.read_text("utf-8"))
    copy.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", alone), "utf-8")
    said = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(copy)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        timeout=20,
        check=True,
    )
    assert said.stderr + said.stdout == ""


def test_the_guide_names_the_ports_and_settings_that_there_are() -> None:
    guide = (DOCS / "listener.md").read_text("utf-8")
    fields = Settings.model_fields
    assert f":{fields['listen_port'].default}" in guide
    assert f"127.0.0.1:{fields['health_port'].default}/readyz" in guide
