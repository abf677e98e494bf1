"""Slow and long headers: a connection is closed when they are not whole in time, or too long, and only then."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from webhook_listener import header_bounds
from webhook_listener.header_bounds import MOST_HEADER_BYTES, BoundedHttpProtocol

pytestmark = pytest.mark.anyio

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
END = b"\r\n\r\nNot Found"
NOTHING_FOUND = Starlette()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second is enough here."""
    monkeypatch.setattr(header_bounds, "HEADER_SECONDS", 0.1)


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(
    application: ASGIApp = NOTHING_FOUND, limit: int | None = None
) -> AsyncIterator[Callable[[], Awaitable[Connection]]]:
    """A way to connect to a server of that protocol, whose every answer is 404."""
    config = uvicorn.Config(
        application, http=BoundedHttpProtocol, log_config=None, lifespan="off", limit_concurrency=limit
    )
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BoundedHttpProtocol(config, state, {}, loop), "127.0.0.1", 0)
    opened: list[Connection] = []

    async def connect() -> Connection:
        opened.append(await asyncio.open_connection(*server.sockets[0].getsockname()))
        return opened[-1]

    try:
        yield connect
    finally:
        for _, writer in opened:
            writer.close()
        server.close()
        await server.wait_closed()
        await asyncio.gather(*state.tasks)


@asynccontextmanager
async def connected(application: ASGIApp = NOTHING_FOUND) -> AsyncIterator[Connection]:
    """A connection to such a server."""
    async with serving(application) as connect:
        yield await connect()


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


async def test_empty_lines_behind_an_answer_do_not_keep_a_connection() -> None:
    async with connected() as (reader, writer), asyncio.timeout(4):
        writer.write(REQUEST)
        await reader.readuntil(END)
        writer.write(b"\r\n")
        assert await reader.read() == b""


async def answer_to(request: bytes) -> bytes:
    """Everything that is answered to these bytes until the connection ends."""
    async with connected() as (reader, writer), asyncio.timeout(4):
        writer.write(request)
        return await reader.read()


LONG = b"X: " + b"y" * MOST_HEADER_BYTES
POST_IN_PIECES = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        REQUEST[:-2] + LONG + b"\r\n\r\n",
        REQUEST[:-2] + LONG,
        REQUEST[:-2] + b"X: y\r\n" * 3000 + b"\r\n",
        b"GET /" + b"y" * MOST_HEADER_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"y" * 2 * MOST_HEADER_BYTES,
        b"\r\n" * MOST_HEADER_BYTES,
    ],
    ids=["one", "one without end", "many", "path", "path without end", "empty lines"],
)
async def test_headers_that_are_too_long_are_refused(request_bytes: bytes) -> None:
    answer = await answer_to(request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


async def test_headers_that_fit_are_taken() -> None:
    fitting = b"X: " + b"y" * (MOST_HEADER_BYTES - 100)
    async with connected() as (reader, writer), asyncio.timeout(4):
        for _ in range(3):
            writer.write(REQUEST[:-2] + fitting + b"\r\n\r\n")
            assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "behind", [b"0\r\n" + LONG, b"0\r\n" + b"X: y\r\n" * 3000, b"1;" + b"y" * 2 * MOST_HEADER_BYTES]
)
async def test_what_stands_around_the_pieces_of_a_body_is_bounded(behind: bytes) -> None:
    reading = asyncio.Event()

    async def application(_: Scope, receive: Receive, __: Send) -> None:
        reading.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    async with connected(application) as (reader, writer), asyncio.timeout(4):
        writer.write(POST_IN_PIECES)
        await reading.wait()
        writer.write(behind)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_idle_connections_make_way_for_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_bounds, "HEADER_SECONDS", 60)
    async with serving(limit=4) as connect, asyncio.timeout(5):
        idle = [await connect() for _ in range(10)]
        reader, writer = await connect()
        writer.write(REQUEST)
        assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")
        ended = [asyncio.create_task(each.read()) for each, _ in idle]
        await asyncio.wait(ended, timeout=0.1)
        assert [each.done() for each in ended] == [True] * 8 + [False] * 2
        for each in ended:
            each.cancel()


async def test_answered_connection_is_kept_longer_than_one_without_a_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(header_bounds, "HEADER_SECONDS", 60)
    async with serving(limit=4) as connect, asyncio.timeout(5):
        reader, writer = await connect()
        for _ in range(2):
            writer.write(REQUEST)
            assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")
            for _ in range(10):
                await connect()


async def test_requests_in_progress_are_not_cut_off_for_others() -> None:
    begun = asyncio.Semaphore(0)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        begun.release()
        while (await receive()).get("more_body"):
            pass
        await NOTHING_FOUND(scope, receive, send)

    async with serving(application, limit=3) as connect, asyncio.timeout(5):
        waiting = [await connect() for _ in range(2)]
        for _, writer in waiting:
            writer.write(POST_IN_PIECES)
            await begun.acquire()
        reader, writer = await connect()
        writer.write(REQUEST)
        assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        for reader, writer in waiting:
            writer.write(b"0\r\n\r\n")
            assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")


async def whole_body(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers once the body is whole."""
    while (message := await receive()).get("more_body"):
        pass
    if message["type"] != "http.disconnect":
        await NOTHING_FOUND(scope, receive, send)


async def test_slow_bodies_make_way_for_requests_and_those_that_progress_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(header_bounds, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(header_bounds, "HEADER_SECONDS", 60)
    async with serving(whole_body, limit=21) as connect, asyncio.timeout(5):
        fast, slow = [await connect() for _ in range(4)], [await connect() for _ in range(16)]
        for _, writer in fast:
            writer.write(POST_IN_PIECES + b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        for _, writer in slow:
            writer.write(POST_IN_PIECES + b"1\r\n \r\n")
        ended = [asyncio.create_task(each.read()) for each, _ in slow]
        await asyncio.wait(ended, timeout=0.1)
        assert not any(each.done() for each in ended)

        async def answered() -> bytes:
            reader, writer = await connect()
            writer.write(REQUEST)
            return await reader.readuntil(b"\r\n")

        assert await asyncio.gather(*(answered() for _ in range(16))) == [b"HTTP/1.1 404 Not Found\r\n"] * 16
        await asyncio.wait(ended, timeout=0.5)
        assert all(each.done() for each in ended)
        for reader, writer in fast:
            writer.write(b"0\r\n\r\n")
            assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 404")
        await asyncio.gather(*ended, return_exceptions=True)
