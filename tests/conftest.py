"""What every test shares: an environment of its own, a temporary database, and no real home folder."""

import gc
import os
import shutil
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

# Thousands of tests leave a large heap; looking through it every 700 objects costs a seventh of their time.
gc.set_threshold(100_000, 50, 50)


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


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new, empty database, to be copied: making one anew takes several times as long."""
    path = tmp_path_factory.mktemp("blank") / "invites.db"
    Store.create_or_open(path).close()
    return path


@pytest.fixture
def store(database: Path, blank: Path) -> Iterator[Store]:
    """A new, empty database, open for writing."""
    database.parent.mkdir()
    for suffix in ("", ".guard"):
        shutil.copy(f"{blank}{suffix}", f"{database}{suffix}")
    with Store.open(database) as opened:
        yield opened
