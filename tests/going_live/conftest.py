"""A stranger's account at Meta, and a desk that is connected to it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import keyring
import pytest

from tests.going_live.desks import Desk, Ways
from tests.going_live.rings import NoRing
from tests.going_live.servers import Door, listening, stand_in


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for all tests of a module."""
    return "asyncio"


@pytest.fixture(scope="module")
async def whole_desk(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> AsyncIterator[Desk]:
    """One desk, one listener and one Meta for the whole table."""
    database = tmp_path_factory.mktemp("desk") / "invites.db"
    for suffix in ("", ".guard"):
        shutil.copy(f"{blank}{suffix}", f"{database}{suffix}")
    door = Door()
    app = stand_in()
    async with app.router.lifespan_context(app):
        with listening(database) as listener:
            yield Desk(app.state.simulator.account, door, listener, Ways(app, door), database)


@pytest.fixture
def desk(whole_desk: Desk) -> Desk:
    """The desk, with everything as it should be."""
    whole_desk.reset()
    return whole_desk


@pytest.fixture(autouse=True)
def no_keyring() -> None:
    """No test reaches the keyring of the person who runs it."""
    keyring.set_keyring(NoRing())
