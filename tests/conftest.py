"""What every test shares: an environment of its own, a temporary database, and no real home folder."""

import gc
import importlib
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

# The settings read the user's folders when they are imported, so these come before that import.
_HOME = tempfile.mkdtemp(prefix="invite-tests-")
os.environ["XDG_CONFIG_HOME"] = f"{_HOME}/config"
os.environ["XDG_DATA_HOME"] = f"{_HOME}/data"
os.environ["XDG_STATE_HOME"] = f"{_HOME}/state"

# Without its bytecode every file is translated anew, in each worker and in each of the programs that tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from invite_core.store import Store  # noqa: E402 - after the environment is set

# Thousands of tests leave a large heap; looking through it every 700 objects costs a seventh of their time.
gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """The workers rewrite the asserts of the files between them, and then each reads what the others made.

    All collect all files in the same order: on a fresh copy each would rewrite all of them, which is half of the
    work of collecting. A file that raises or warns here does so again when it is collected, and is told of.
    """
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    if worker is None or workers is None or session.config.args != session.config.getini("testpaths"):
        return
    root = session.config.rootpath
    files = sorted(path for place in session.config.args for path in (root / place).rglob("test_*.py"))
    for path in files[int(worker.removeprefix("gw")) :: int(workers)]:
        with warnings.catch_warnings(), suppress(Exception, pytest.skip.Exception):
            warnings.simplefilter("error")
            importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))


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
