"""What docs/browser.md says of the command is what the command does."""

import re

from invite_tui.command_line.serve import PORT, SESSIONS, serve
from tests.architecture.sources import ROOT

GUIDE = (ROOT / "docs" / "browser.md").read_text("utf-8")


def test_the_guide_names_only_options_that_there_are_and_the_true_numbers() -> None:
    known = {option for parameter in serve.params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z-]+", GUIDE)) - {"--bg"}  # tailscale's
    assert named
    assert named <= known
    assert f"http://127.0.0.1:{PORT}/" in GUIDE
    assert f"ssh -L {PORT}:127.0.0.1:{PORT}" in GUIDE
    assert f"at most\n  {SESSIONS} at a time" in GUIDE
    assert (ROOT / "docs" / "screens" / "browser.png").is_file()
