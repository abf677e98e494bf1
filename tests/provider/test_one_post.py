"""One decision is one request, whatever the server does, and only proof makes it "not sent"."""

import asyncio
import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.provider.transport import MAX_ANSWER
from tests.provider.clients import TOKEN, client
from tests.provider.raw_server import Behaviour, Visit, answering, http, raw_server
from tests.provider.transports import Over

BODY = {"to": "+447700900001", "biz_opaque_callback_data": "a1"}
ACCEPTED = (Path(__file__).parent / "answers" / "accepted.json").read_bytes()
SHORT_S = 0.3


async def sent_to(over: Over, url: str, *, deadline_s: float = 5.0) -> Outcome:
    async with client(url, deadline_s=deadline_s, transport=over(deadline_s)) as api:
        outcome = await api.send_template(BODY)
    assert TOKEN not in repr(outcome)
    assert "127.0.0.1" not in repr(outcome)
    return outcome


async def reset_on_accept(visit: Visit) -> None:
    visit.reset()


async def close_at_once(visit: Visit) -> None:
    visit.writer.close()


async def hang(visit: Visit) -> None:
    await visit.gone()


async def half_the_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Le")


async def half_the_body(visit: Visit) -> None:
    await visit.send(http("200 OK", ACCEPTED)[: -len(ACCEPTED) // 2])


async def garbage(visit: Visit) -> None:
    await visit.send(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


async def drip(visit: Visit) -> None:
    """A byte now and then: each read is quick, the whole would take for ever."""
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not await visit.gone(within=0.02):
        await visit.send(b" ")


async def drip_the_head(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not await visit.gone(within=0.02):
        await visit.send(b"x")


UNREADABLE: dict[str, tuple[Behaviour, int]] = {
    "closes after the request": (close_at_once, 1),
    "resets after the request": (reset_on_accept, 1),
    "half the headers": (half_the_headers, 1),
    "half the body": (half_the_body, 1),
    "garbage": (garbage, 1),
    "compressed without being asked": (
        answering("200 OK", gzip.compress(ACCEPTED), "Content-Encoding: gzip"),
        1,
    ),
    "bad gzip": (answering("200 OK", b"not gzip", "Content-Encoding: gzip"), 1),
    "200 without an id": (answering("200 OK", b'{"messaging_product": "whatsapp"}'), 1),
    "200 with nothing": (answering("200 OK"), 1),
    "200 with a page": (answering("200 OK", b"<html>Sign in to the hotel network</html>"), 1),
    "204": (answering("204 No Content"), 1),
    "400 with a page": (answering("400 Bad Request", b"<html></html>"), 1),
    "404 with a page": (answering("404 Not Found", b"<html></html>"), 1),
    "500 with a page": (answering("500 Internal Server Error", b"<html></html>"), 1),
    "502 with nothing": (answering("502 Bad Gateway"), 1),
    "503 that asks to try again": (answering("503 Service Unavailable", b"", "Retry-After: 0"), 1),
    "500 with an error of Meta's": (answering("500 x", b'{"error": {"code": 131000}}'), 1),
    "503 with a refusal for pace": (answering("503 x", b'{"error": {"code": 130429}}'), 1),
    "408 of a proxy": (answering("408 Request Timeout"), 1),
}


@pytest.mark.anyio
@pytest.mark.parametrize("behaviour, received", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_server_that_may_have_sent_it_leaves_everything_open(
    over: Over, behaviour: Behaviour, received: int
) -> None:
    async with raw_server(behaviour) as server:
        outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Unknown)
    assert outcome.cause
    assert len(server.requests) == received
    assert server.connections == 1


@pytest.mark.anyio
@pytest.mark.parametrize("behaviour", [hang, drip, drip_the_head])
async def test_deadline_holds_over_the_whole_call(over: Over, behaviour: Behaviour) -> None:
    async with raw_server(behaviour) as server:
        async with asyncio.timeout(SHORT_S + 3):
            outcome = await sent_to(over, server.url, deadline_s=SHORT_S)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "Meta did not answer in time"
    assert len(server.requests) == 1
    assert server.connections == 1


@pytest.mark.anyio
@pytest.mark.parametrize("behaviour", [reset_on_accept, close_at_once])
async def test_connection_broken_before_the_request_was_read_is_not_told_from_one_after(
    over: Over,
    behaviour: Behaviour,
) -> None:
    """The client cannot see the difference, so it must not claim one, unless even connecting failed."""
    async with raw_server(behaviour, reads=False) as server:
        outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and outcome.never_left)
    assert server.connections == 1


@pytest.mark.anyio
async def test_refused_connection_goes_back_to_the_queue(over: Over) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        outcome = await sent_to(over, f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert isinstance(outcome, Refused)
    assert outcome.never_left
    assert outcome.requeue


@pytest.mark.anyio
async def test_server_without_tls_is_no_connection(over: Over) -> None:
    """The handshake fails before a byte of the request leaves."""
    async with raw_server(garbage, reads=False) as server:
        outcome = await sent_to(over, server.url.replace("http:", "https:"))
    assert isinstance(outcome, Refused)
    assert outcome.never_left


@pytest.mark.anyio
@pytest.mark.parametrize("url", ["ftp://127.0.0.1:1", "127.0.0.1:1", "http://[bad", "http://\ud800.example"])
async def test_address_that_cannot_be_called_is_no_connection(over: Over, url: str) -> None:
    outcome = await sent_to(over, url)
    assert isinstance(outcome, Refused)
    assert outcome.never_left


@pytest.mark.anyio
@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
async def test_redirect_is_not_followed(over: Over, status: str) -> None:
    async with raw_server(answering("200 OK", ACCEPTED)) as elsewhere:
        there = answering(status, b"", f"Location: {elsewhere.url}/v26.0/1000/messages")
        async with raw_server(there) as server:
            outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Unknown)
    assert len(server.requests) == 1
    assert elsewhere.connections == 0


@pytest.mark.anyio
@pytest.mark.parametrize("body", [b"", b"<html>slow down</html>", b"{}", b'{"error": {"code": 130429}}'])
async def test_429_waits_and_is_not_repeated_by_the_client(over: Over, body: bytes) -> None:
    async with raw_server(answering("429 Too Many Requests", body, "Retry-After: 0")) as server:
        outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Refused)
    assert outcome.fault is Fault.PACE
    assert outcome.wait_seconds
    assert len(server.requests) == 1


@pytest.mark.anyio
async def test_request_is_the_one_that_meta_documents(over: Over) -> None:
    async with raw_server(answering("200 OK", ACCEPTED)) as server:
        outcome = await sent_to(over, server.url + "/")
    assert isinstance(outcome, Accepted)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    assert lines[0] == "POST /v26.0/1000/messages HTTP/1.1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert "transfer-encoding" not in headers
    assert "cookie" not in headers
    assert json.loads(body) == BODY


@pytest.mark.anyio
async def test_refusal_over_the_wire_is_read_with_its_code(over: Over) -> None:
    body = (Path(__file__).parent / "answers" / "refused_recipient.json").read_bytes()
    async with raw_server(answering("400 Bad Request", body)) as server:
        outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Refused)
    assert outcome.code == 131026


@pytest.mark.anyio
async def test_answer_behind_interim_ones_is_read(over: Over) -> None:
    async def interim_first(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        await visit.send(http("200 OK", ACCEPTED))

    async with raw_server(interim_first) as server:
        assert isinstance(await sent_to(over, server.url), Accepted)
    assert len(server.requests) == 1


@pytest.mark.anyio
async def test_answer_without_end_is_given_up_and_not_kept_in_memory(over: Over) -> None:
    written = 0

    async def endless(visit: Visit) -> None:
        nonlocal written
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while written < 100 * MAX_ANSWER:
            await visit.send(b" " * 65_536)
            written += 65_536

    async with raw_server(endless) as server:
        outcome = await sent_to(over, server.url)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "an answer that is too large to be read"
    assert written < 20 * MAX_ANSWER
    assert len(server.requests) == 1


@pytest.mark.anyio
async def test_proxy_of_the_environment_is_not_used(over: Over, monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(answering("200 OK", ACCEPTED)) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.lower(), proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with raw_server(answering("200 OK", ACCEPTED)) as server:
            assert isinstance(await sent_to(over, server.url), Accepted)
        assert len(server.requests) == 1
        assert proxy.connections == 0


@pytest.mark.anyio
async def test_netrc_of_the_home_folder_does_not_replace_the_token(
    over: Over, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mia password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with raw_server(answering("200 OK", ACCEPTED)) as server:
        await sent_to(over, server.url)
    assert f"Bearer {TOKEN}".encode() in server.requests[0]


@pytest.mark.anyio
async def test_connection_that_the_server_dropped_meanwhile_is_not_tried_again(over: Over) -> None:
    """A kept connection may be stale; then the request may have been read all the same."""

    async def answer_then_close_on_the_next(visit: Visit) -> None:
        await visit.send(http("200 OK", ACCEPTED).replace(b"Connection: close\r\n", b""))
        await visit.reader.read(1)
        visit.reset()

    async with (
        raw_server(answer_then_close_on_the_next) as server,
        client(server.url, transport=over(5.0)) as api,
    ):
        first = await api.send_template(BODY)
        second = await api.send_template(BODY)
    assert isinstance(first, Accepted)
    assert isinstance(second, Unknown)
    assert server.connections == 1


@pytest.mark.anyio
async def test_cancellation_passes_through(over: Over) -> None:
    arrived = asyncio.Event()

    async def arrive(visit: Visit) -> None:
        arrived.set()
        await visit.gone()

    async with raw_server(arrive) as server, client(server.url, transport=over(5.0)) as api:
        task = asyncio.create_task(api.send_template(BODY))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(server.requests) == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "fault", [httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.DecodingError, RuntimeError, OSError]
)
async def test_any_failure_of_the_transport_ends_in_an_outcome(fault: Callable[[str], Exception]) -> None:
    calls = 0

    def failing(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        raise fault("broken")

    async with client("http://meta.example", transport=httpx.MockTransport(failing)) as api:
        outcome = await api.send_template(BODY)
    assert isinstance(outcome, Unknown)
    assert calls == 1
