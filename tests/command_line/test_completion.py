"""Completion in a shell, by the script that the program prints."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command_line.conftest import Cli


def test_each_shell_gets_a_script_and_no_other_is_known(cli: Cli) -> None:
    scripts = {shell: cli("completion", shell) for shell in ("bash", "zsh", "fish")}
    assert {answer.code for answer in scripts.values()} == {0}
    assert all("_INVITE_TUI_COMPLETE" in answer.out for answer in scripts.values())
    assert cli("completion", "cmd").code == 2


def test_the_program_says_what_may_come_next(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_INVITE_TUI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "invite-tui webhook s")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert set(cli().out.split()) == {"plain,subscribe", "plain,status"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_takes_the_script(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(cli("completion", "bash").out)
    subprocess.run(["/usr/bin/env", "bash", "-n", str(script)], check=True, timeout=20)
