"""Slow headers: a connection is closed when they are not whole in time, and only then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

from webhook_listener import header_deadline
from webhook_listener.header_deadline import PatientH11Protocol

pytestmark = pytest.mark.anyio

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
END = b"\r\n\r\nNot Found"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second is enough here."""
    monkeypatch.setattr(header_deadline, "HEADER_SECONDS", 0.1)


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server of that protocol, whose every answer is 404."""
    config = uvicorn.Config(Starlette(), http=PatientH11Protocol, log_config=None, lifespan="off")
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: PatientH11Protocol(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()
        await server.wait_closed()
        await asyncio.gather(*state.tasks)


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost"])
async def test_connection_without_whole_headers_is_closed(begun: bytes) -> None:
    async with connected() as (reader, writer), asyncio.timeout(5):
        writer.write(begun)
        assert await reader.read() == b""


async def test_headers_that_trickle_are_no_excuse() -> None:
    async with connected() as (reader, writer), asyncio.timeout(5):
        writer.write(b"GET / HTTP/1.1\r\n")
        closed = asyncio.create_task(reader.read())
        while not closed.done():
            writer.write(b"X: y\r\n")
            await asyncio.wait({closed}, timeout=0.02)
        # What was written after the end may have reset the connection.
        assert isinstance(closed.exception(), ConnectionResetError) or closed.result() == b""


async def test_second_request_has_the_same_deadline() -> None:
    async with connected() as (reader, writer), asyncio.timeout(4):
        writer.write(REQUEST)
        assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")
        writer.write(REQUEST[:20])
        assert await reader.read() == b""


async def test_whole_requests_are_answered_on_one_connection_and_stop_the_clock() -> None:
    async with connected() as (reader, writer), asyncio.timeout(5):
        for _ in range(3):
            writer.write(REQUEST)
            assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")
        closed = asyncio.create_task(reader.read())
        await asyncio.wait({closed}, timeout=0.3)
        assert not closed.done()
        closed.cancel()
