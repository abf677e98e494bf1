"""Which exception each failure of the wire is, and whether the server had the request: measured.

Over both transports: `transport_failures` rests on it. A failure is `ConnectError` or `ConnectTimeout`
only where the server read nothing.
"""

import asyncio
import socket
import sys
from dataclasses import dataclass

import httpx
import pytest

from invite_core.provider.outcome import Refused
from invite_core.provider.transport import exchange, open_pool
from invite_core.provider.transport_failures import outcome_of
from tests.provider.raw_server import Behaviour, Visit, answering, http, raw_server
from tests.provider.transports import Over, needs_pyreqwest, pyreqwest
from tests.provider.unanswering import unanswering_port

CONNECT_S = 0.15


async def reset(visit: Visit) -> None:
    visit.reset()


async def close(visit: Visit) -> None:
    visit.writer.close()


async def hang(visit: Visit) -> None:
    await visit.gone()


async def reset_within_the_request(visit: Visit) -> None:
    await visit.reader.read(20)
    visit.reset()


async def half_the_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Le")


async def half_the_body(visit: Visit) -> None:
    await visit.send(http("200 OK", b"{}")[:-1])


async def half_the_body_then_reset(visit: Visit) -> None:
    await visit.send(http("200 OK", b"{}")[:-1])
    await asyncio.sleep(0.02)
    visit.reset()


async def garbage(visit: Visit) -> None:
    await visit.send(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


async def bad_chunk(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc")


@dataclass(frozen=True)
class Failure:
    """What a server does, and what comes of it."""

    behaviour: Behaviour
    received: int
    """How many whole requests the server has read."""
    over_pyreqwest: type[Exception]
    over_httpx: type[Exception]
    reads: bool = True
    tls: bool = False


TABLE = {
    "TLS closed": Failure(close, 0, httpx.ConnectError, httpx.ConnectError, reads=False, tls=True),
    "TLS reset": Failure(reset, 0, httpx.ConnectError, httpx.ConnectError, reads=False, tls=True),
    "TLS garbage": Failure(garbage, 0, httpx.ConnectError, httpx.ConnectError, reads=False, tls=True),
    "TLS hangs": Failure(hang, 0, httpx.ConnectTimeout, httpx.ConnectTimeout, reads=False, tls=True),
    # The reset may come while the connection is being made, and then nothing was sent.
    "reset on accept": Failure(reset, 0, httpx.NetworkError, httpx.TransportError, reads=False),
    "close on accept": Failure(close, 0, httpx.ReadError, httpx.TransportError, reads=False),
    "reset within the request": Failure(
        reset_within_the_request, 0, httpx.ReadError, httpx.TransportError, reads=False
    ),
    "close after the request": Failure(close, 1, httpx.ReadError, httpx.RemoteProtocolError),
    "reset after the request": Failure(reset, 1, httpx.ReadError, httpx.ReadError),
    "half the headers": Failure(half_the_headers, 1, httpx.ReadError, httpx.RemoteProtocolError),
    "half the body": Failure(half_the_body, 1, httpx.RemoteProtocolError, httpx.RemoteProtocolError),
    "half the body, then a reset": Failure(half_the_body_then_reset, 1, httpx.ReadError, httpx.ReadError),
    "garbage": Failure(garbage, 1, httpx.RemoteProtocolError, httpx.RemoteProtocolError),
    "a bad chunk": Failure(bad_chunk, 1, httpx.RemoteProtocolError, httpx.RemoteProtocolError),
    "2 MB of a header": Failure(
        answering("200 OK", b"{}", "X: " + "y" * 2_000_000),
        1,
        httpx.RemoteProtocolError,
        httpx.RemoteProtocolError,
    ),
}


def post(url: str, deadline_s: float = 2.0) -> httpx.Request:
    timeouts = httpx.Timeout(deadline_s, connect=CONNECT_S).as_dict()
    return httpx.Request("POST", url, json={"to": "+447700900001"}, extensions={"timeout": timeouts})


async def failure(transport: httpx.AsyncBaseTransport, url: str) -> Exception:
    try:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - which exception it is, is the question
            await exchange(transport, post(url))
    finally:
        await transport.aclose()
    return raised.value


@pytest.mark.anyio
@needs_pyreqwest
@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
async def test_failure_over_pyreqwest(row: Failure) -> None:
    from invite_core.provider.reqwest_transport import ReqwestTransport

    async with raw_server(row.behaviour, reads=row.reads) as server:
        url = server.url.replace("http:", "https:") if row.tls else server.url
        error = await failure(ReqwestTransport(max_idle=4, deadline_s=2.0, connect_timeout_s=CONNECT_S), url)
    assert isinstance(error, row.over_pyreqwest)
    assert len(server.requests) == row.received
    assert server.connections == 1


@pytest.mark.anyio
@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
async def test_failure_over_httpxs_pool(row: Failure) -> None:
    async with raw_server(row.behaviour, reads=row.reads) as server:
        url = server.url.replace("http:", "https:") if row.tls else server.url
        error = await failure(open_pool(max_in_flight=4), url)
    assert isinstance(error, row.over_httpx)
    assert len(server.requests) == row.received
    assert server.connections == 1


def test_only_rows_in_which_nothing_was_read_count_as_not_sent() -> None:
    for row in TABLE.values():
        for kind in (row.over_pyreqwest, row.over_httpx):
            if isinstance(outcome_of(kind("")), Refused):
                assert row.received == 0
                assert row.tls


@pytest.mark.anyio
async def test_refused_connection(over: Over) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = await failure(over(2.0), f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert type(error) is httpx.ConnectError


@pytest.mark.anyio
async def test_name_that_does_not_exist(over: Over) -> None:
    assert type(await failure(over(30.0), "http://nobody.invalid")) is httpx.ConnectError


@pytest.mark.anyio
@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer although the queue is full")
@needs_pyreqwest
async def test_connection_that_nobody_takes() -> None:
    from invite_core.provider.reqwest_transport import ReqwestTransport

    with unanswering_port() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        over_pyreqwest = await failure(
            ReqwestTransport(max_idle=4, deadline_s=2.0, connect_timeout_s=CONNECT_S), url
        )
        over_httpx = await failure(open_pool(max_in_flight=4), url)
    assert (type(over_pyreqwest), type(over_httpx)) == (httpx.ConnectTimeout, httpx.ConnectTimeout)


@pytest.mark.anyio
@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer although the queue is full")
@needs_pyreqwest
async def test_request_given_up_while_connecting_does_not_leave_later() -> None:
    """Somebody may by then have decided to send the message again."""
    transport = pyreqwest(5.0)
    something_came = asyncio.Event()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(4096):
            something_came.set()
        writer.close()

    with unanswering_port() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        call = asyncio.create_task(exchange(transport, post(url)))
        await asyncio.sleep(0.05)  # it now waits for its connection
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with await asyncio.start_server(visited, sock=listener):
            with pytest.raises(TimeoutError):  # the system asks again for the connection after one second
                await asyncio.wait_for(something_came.wait(), 1.5)
    await transport.aclose()


@pytest.mark.anyio
@needs_pyreqwest
async def test_transport_that_comes_with_pyreqwest_takes_a_read_request_for_not_sent() -> None:
    """Why the program has its own. Once this fails, the reason has gone."""
    from pyreqwest.compatibility.httpx import HttpxTransport

    async with raw_server(reset) as server:
        error = await failure(HttpxTransport(), server.url)
    assert len(server.requests) == 1
    assert type(error) is httpx.ConnectError


@pytest.mark.anyio
@needs_pyreqwest
async def test_deadline_of_pyreqwest_itself_is_no_failure_to_connect() -> None:
    async with raw_server(hang) as server:
        error = await failure(pyreqwest(0.1), server.url)
    assert len(server.requests) == 1
    assert type(error) is httpx.ReadTimeout
