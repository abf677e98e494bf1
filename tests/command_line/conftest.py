"""The command line over a file of its own, in this process, with a stand-in for Meta beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from invite_tui.command_line.root import run
from tests.builders import SENDER_NUMBER
from tests.command_line.answers import Answer
from tests.command_line.meta import TOKEN, Meta, running_meta

Cli = Callable[..., Answer]


@pytest.fixture(autouse=True)
def own_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The platform's log folder is one of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path / "state"


@pytest.fixture
def cli(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command on the test's database; gives its exit code and what it printed."""
    monkeypatch.setenv("INVITE_DB", str(database))
    monkeypatch.setenv("INVITE_OPERATOR", "Rita")

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call


@pytest.fixture
def meta(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meta]:
    """The stand-in for Meta, and settings that lead to it."""
    with running_meta() as running:
        monkeypatch.setenv("INVITE_GRAPH_URL", running.url)
        monkeypatch.setenv("INVITE_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("INVITE_PHONE_NUMBER_ID", SENDER_NUMBER)
        monkeypatch.setenv("INVITE_WABA_ID", "102290129340398")
        yield running
