"""What every test shares: an environment of its own, a temporary database, and no real home folder."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# The settings read the user's folders when they are imported, so these come before that import.
_HOME = tempfile.mkdtemp(prefix="invite-tests-")
os.environ["XDG_CONFIG_HOME"] = f"{_HOME}/config"
os.environ["XDG_DATA_HOME"] = f"{_HOME}/data"
os.environ["XDG_STATE_HOME"] = f"{_HOME}/state"

from invite_core.store import Store  # noqa: E402 - after the environment is set


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, theme or `.env` of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(("INVITE_", "TEXTUAL_")) or name in ("NO_COLOR", "COLORTERM"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the programs do."""
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The path of a database that does not exist yet, in a folder of its own."""
    return tmp_path / "data" / "invites.db"


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """A new, empty database, open for writing."""
    with Store.create_or_open(database) as opened:
        yield opened
