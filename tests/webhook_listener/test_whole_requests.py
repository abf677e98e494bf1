"""Requests that come whole are answered without a task, and just as those that come in pieces are."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.types import Scope
from uvicorn.server import ServerState

from invite_core.delivery.signature import Signatures
from invite_core.store import Store
from tests.delivery.rows import invite, message_row, payload
from tests.webhook_listener.conftest import SECRET, TOKEN, signed
from webhook_listener.answers import Answer
from webhook_listener.app import PublicApp
from webhook_listener.endpoint import Webhook
from webhook_listener.whole_requests import LARGEST_WHOLE, WholeRequestsProtocol
from webhook_listener.writer import Writer

pytestmark = pytest.mark.anyio

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def until(holds: Callable[[], bool]) -> None:
    """Let the event loop turn until that holds."""
    loop = asyncio.get_running_loop()
    while not holds():
        turned = loop.create_future()
        loop.call_soon(turned.set_result, None)
        await turned


class CountingApp(PublicApp):
    """The application, which knows how many requests it took whole."""

    whole = 0

    def take_whole(self, scope: Scope, body: bytes, answer: Callable[[Answer], None]) -> bool:
        """Count it."""
        took = super().take_whole(scope, body, answer)
        self.whole += took
        return took


@dataclass
class Serving:
    """The application behind its protocol, on loopback."""

    app: CountingApp
    state: ServerState
    port: int
    opened: list[asyncio.StreamWriter]

    async def connect(self) -> Connection:
        """A new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.opened.append(writer)
        return reader, writer

    def has_begun(self) -> bool:
        """Whether the headers of a request were read."""
        return any(isinstance(each, WholeRequestsProtocol) and each.cycle for each in self.state.connections)

    async def answer_to(self, begin: bytes, rest: bytes = b"") -> bytes:
        """Everything that is answered until the connection ends; `rest` is sent once `begin` was read."""
        reader, writer = await self.connect()
        async with asyncio.timeout(5):
            writer.write(begin)
            if rest:
                await until(self.has_begun)
                writer.write(rest)
            answer = await reader.read()
        writer.close()
        await until(lambda: not self.state.connections)
        return answer


@pytest.fixture
async def serving(writer: Writer) -> AsyncIterator[Serving]:
    """A server of the whole application with its protocol."""
    app = CountingApp(Webhook(writer=writer, signatures=Signatures([SECRET]), verify_token=TOKEN))
    config = uvicorn.Config(app, log_config=None, lifespan="off", proxy_headers=False, date_header=False)
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: WholeRequestsProtocol(config, state, {}, loop), "127.0.0.1", 0)
    serving = Serving(app, state, server.sockets[0].getsockname()[1], [])
    yield serving
    for opened in serving.opened:
        opened.close()
    await until(lambda: not state.connections)
    server.close()


def request(
    body: bytes, *headers: str, first: str = "POST /webhook HTTP/1.1", secret: str = SECRET
) -> tuple[bytes, bytes]:
    """A signed request in two pieces: its headers, and its body."""
    lines = [first, "Host: x", f"Content-Length: {len(body)}", *headers]
    lines += [f"{name}: {value}" for name, value in signed(body, secret).items()]
    return "\r\n".join((*lines, "", "")).encode(), body


@pytest.mark.parametrize(
    ("head", "body", "status", "whole"),
    [
        (*request(payload("sent"), "Connection: close"), 200, 1),
        (*request(payload("sent"), first="POST /webhook HTTP/1.0"), 200, 1),
        (*request(b"not understood", "Connection: close"), 200, 1),
        (*request(payload("sent"), secret="another"), 401, 1),
        (*request(payload("sent"), "Content-Encoding: gzip"), 415, 1),
        (*request(b" " * (LARGEST_WHOLE + 1), "Connection: close"), 200, 0),
        (*request(payload("sent"), first="POST /elsewhere HTTP/1.1"), 404, 0),
        (*request(payload("sent"), first="PUT /webhook HTTP/1.1"), 405, 0),
    ],
    ids=["close", "1.0", "odd", "signature", "encoded", "large", "path", "method"],
)
async def test_the_short_way_answers_as_the_long_one(
    serving: Serving, head: bytes, body: bytes, status: int, whole: int
) -> None:
    at_once = await serving.answer_to(head + body)
    assert serving.app.whole == whole
    assert at_once.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close\r\n" in at_once
    if whole:
        in_pieces = await serving.answer_to(head, body)
        assert serving.app.whole == 1
        assert sorted(in_pieces.split(b"\r\n")) == sorted(at_once.split(b"\r\n"))


async def test_requests_that_come_at_once_are_all_stored_and_answered_in_their_order(
    serving: Serving, store: Store
) -> None:
    invited = invite(store)
    bodies = [payload(name) for name in ("sent", "delivered", "read")]
    ends = ["X: y", "X: y", "Connection: close"]
    pieces = [b"".join(request(body, end)) for body, end in zip(bodies, ends, strict=True)]
    answer = await serving.answer_to(b"".join(pieces))
    assert re.findall(rb"HTTP/1.1 \d+", answer) == [b"HTTP/1.1 200"] * 3
    assert serving.app.whole == 3
    assert not serving.state.tasks
    assert message_row(store, invited.message)["state"] == "read"


async def test_one_connection_serves_again_and_again(serving: Serving, store: Store) -> None:
    reader, writer = await serving.connect()
    async with asyncio.timeout(5):
        for name in ("sent", "text"):
            writer.write(b"".join(request(payload(name))))
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
    assert store.value("SELECT count(*) FROM webhook_receipts") == 2


async def test_end_of_the_server_waits_for_the_answer(serving: Serving, store: Store) -> None:
    reader, writer = await serving.connect()
    async with asyncio.timeout(5):
        with store.write():
            writer.write(b"".join(request(payload("text"))))
            await until(lambda: serving.app.whole == 1)
            for connection in serving.state.connections:
                connection.shutdown()
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in answer
    assert store.value("SELECT count(*) FROM replies") == 1


async def test_client_that_went_away_is_stored_and_hinders_no_other(serving: Serving, store: Store) -> None:
    reader, writer = await serving.connect()
    _, gone = await serving.connect()
    async with asyncio.timeout(5):
        with store.write():
            gone.write(b"".join(request(payload("text"))))
            writer.write(b"".join(request(payload("sent"), "Connection: close")))
            await until(lambda: serving.app.whole == 2)
            gone.transport.abort()
            await until(lambda: len(serving.state.connections) == 1)
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
    assert store.value("SELECT count(*) FROM webhook_receipts") == 2
