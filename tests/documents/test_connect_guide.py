"""The guide to connecting names settings, options and pages that there are; its steps are walked in
tests/going_live/test_connecting.py."""

import re
from pathlib import Path

from invite_core.settings import Settings
from invite_tui.command_line.setting_up import init

DOCS = Path(__file__).parents[2] / "docs"


def test_the_guide_names_what_there_is() -> None:
    guide = (DOCS / "connect.md").read_text("utf-8")
    options = {option for parameter in init.params for option in parameter.opts}
    (unattended,) = re.findall(r"`invite-tui init (--yes[^`]*)`", guide)
    assert set(re.findall(r"--[a-z-]+", unattended)) | {"--here"} <= options
    assert f":{Settings.model_fields['listen_port'].default}" in guide
