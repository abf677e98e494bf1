"""Stand-ins that run in the test's own process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from tests.graph_simulator.listening import Bench, Listener, bench
from tests.graph_simulator.payloads import setup

StartBench = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def start() -> StartBench:
    """Start a stand-in with the given parts of its setup changed."""

    def started(**changes: Any) -> AbstractAsyncContextManager[Bench]:
        listener = Listener()
        transport = httpx.MockTransport(listener.answer)
        return bench(setup(callback_transport=transport, **changes), listener)

    return started


@pytest.fixture
async def stand_in(start: StartBench) -> AsyncIterator[Bench]:
    """A stand-in without delays."""
    async with start() as running:
        yield running
