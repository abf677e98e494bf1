"""pyreqwest (Rust's reqwest and hyper) as a transport of httpx. Importing this fails where there is none.

pyreqwest comes with such a transport of its own, which must not be used for sending: it reads the kind
of a failure off words of its text, so that a connection reset after the request was read, and a deadline
while waiting for the answer, come out as `ConnectError` and `ConnectTimeout`, which claim that nothing
was sent (measured with 0.15.1, `tests/provider`). Here only hyper's own mark of a failure to connect
counts.

hyper sends a request again, on another connection, in one case only: the kept connection turned out to be
closed before a byte of the request was written (hyper, `proto/h1/dispatch.rs`, `recv_msg`). So a request
is on the wire once at most.

Three things are mended. pyreqwest goes on with a call that its caller has given up (it drops the handle of
the task, which ends no task), so the body is withheld from then on. And a server that closes each
connection without saying so would break many requests on kept connections: after the first, every request
has a connection of its own for a while. And pyreqwest's thread, which no call ends, would abort the
process that ends while the thread still tells Python of an answer (`wait_for_runtime`).
"""

import atexit
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import certifi
import httpx
from pyreqwest.client import Client, ClientBuilder, SyncClient, SyncClientBuilder
from pyreqwest.exceptions import (
    BuilderError,
    DecodeError,
    DetailedPyreqwestError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.request import StreamRequest
from pyreqwest.response import Response

from invite_core.provider.transport import CONNECT_TIMEOUT_S, KEEPALIVE_S

LIBRARY = "pyreqwest"
FAILED_TO_CONNECT = "client error (Connect)"
"""How hyper names a failure before a connection stood, TLS included (hyper-util, `ErrorKind::Connect`).
Should a later version say it otherwise, such failures are taken for unknown: the safe side."""

ALONE_S = 60.0
"""How long no connection is kept after one broke."""

_AT_ONCE = 64 * 1024
_NOT_HTTP = "ftp://nothing.invalid"


class ReqwestTransport(httpx.AsyncBaseTransport):
    """Requests over pyreqwest, whose failures are told as httpx tells them.

    `max_idle` connections are kept for `KEEPALIVE_S`. `deadline_s` is the longest that a call may take, and
    that a connection may wait for the answer to a call that was given up.
    """

    def __init__(
        self, *, max_idle: int, deadline_s: float, connect_timeout_s: float = CONNECT_TIMEOUT_S
    ) -> None:
        self._deadline = timedelta(seconds=deadline_s)
        self._keeping = _client(max_idle, connect_timeout_s)
        self._alone = _client(0, connect_timeout_s)
        self._alone_until = 0.0
        atexit.unregister(wait_for_runtime)
        atexit.register(wait_for_runtime)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read. Raises `httpx.TransportError` or `httpx.InvalidURL`."""
        if request.url.scheme not in ("http", "https") or not request.url.host:
            raise httpx.UnsupportedProtocol(f"no http address: {request.url.scheme}", request=request)
        client = self._alone if time.monotonic() < self._alone_until else self._keeping
        stream = request.stream
        text = b"".join(stream) if isinstance(stream, httpx.SyncByteStream) else await request.aread()
        body = _RequestBody(text)
        sent = _built(client, request, body, self._deadline)
        try:
            response = await sent.__aenter__()
        except PyreqwestError as error:
            told = as_httpx(error)
            if isinstance(told, httpx.ReadError):
                self._alone_until = time.monotonic() + ALONE_S
            raise told from error
        finally:
            body.withheld = True
        return httpx.Response(
            response.status, headers=list(response.headers.items()), stream=_AnswerBody(sent, response)
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._keeping.close()
        await self._alone.close()


class _RequestBody:
    """The bytes of a request, until they are withheld. Asked for by pyreqwest's own thread."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.withheld = False

    def __iter__(self) -> Iterator[bytes]:
        if self.withheld:
            raise InterruptedError("the call was given up before its connection stood")
        yield self.body


class _AnswerBody(httpx.AsyncByteStream):
    def __init__(self, sent: StreamRequest, response: Response) -> None:
        self._sent = sent
        self._reader = response.body_reader

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while (chunk := await self._reader.read(_AT_ONCE)) is not None:
                yield bytes(chunk)
        except PyreqwestError as error:
            raise as_httpx(error) from error

    async def aclose(self) -> None:
        await self._sent.__aexit__(None, None, None)


def as_httpx(error: PyreqwestError) -> httpx.TransportError:
    """`error` as httpx would have raised it; a failure to connect only where hyper says that it was one."""
    text = type(error).__name__
    too_late = isinstance(error, RequestTimeoutError)
    if _failed_to_connect(error):
        return httpx.ConnectTimeout(text) if too_late else httpx.ConnectError(text)
    if too_late:
        return httpx.ReadTimeout(text)
    return httpx.RemoteProtocolError(text) if isinstance(error, DecodeError) else httpx.ReadError(text)


def wait_for_runtime() -> None:
    """Return once pyreqwest's thread has done with Python what it had begun; for the end of the process.

    That thread wakes our event loop with the interpreter's lock, lets go of it on the way and takes it again
    when we may already be ending. An interpreter that ends (before 3.14) stops such a thread in the midst of
    its Rust, which aborts the process. The thread does one thing after the other, so a call that comes back
    proves that all before it is over; this one needs no network, because its address is refused.
    """
    with suppress(PyreqwestError):
        _blocking_client().get(_NOT_HTTP).build().send()


def _failed_to_connect(error: PyreqwestError) -> bool:
    causes = (error.details.get("causes") if isinstance(error, DetailedPyreqwestError) else None) or []
    # The first cause is reqwest's sentence, the second what hyper says; what follows may be anybody's words.
    return [cause["message"] for cause in causes[1:2]] == [FAILED_TO_CONNECT]


def _built(client: Client, request: httpx.Request, body: _RequestBody, deadline: timedelta) -> StreamRequest:
    try:
        builder = client.request(request.method, str(request.url))
    except ValueError:
        raise httpx.InvalidURL("an address that cannot be called") from None
    headers = [(name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw]
    builder = builder.headers(headers).timeout(deadline)
    return (builder.body_stream(body) if body.body else builder).build_streamed()


def _client(max_idle: int, connect_timeout_s: float) -> Client:
    try:
        return _builder(max_idle, connect_timeout_s).build()
    except BuilderError:  # the system keeps no certificates
        return _builder(max_idle, connect_timeout_s).add_root_certificate_pem(_own_roots()).build()


def _blocking_client() -> SyncClient:
    try:
        return SyncClientBuilder().no_proxy().build()
    except BuilderError:
        return SyncClientBuilder().no_proxy().add_root_certificate_pem(_own_roots()).build()


def _own_roots() -> bytes:
    return Path(certifi.where()).read_bytes()


def _builder(max_idle: int, connect_timeout_s: float) -> ClientBuilder:
    return (
        ClientBuilder()
        .http1_only()
        .follow_redirects(False)
        .referer(False)
        .default_cookie_store(False)
        .no_proxy()
        .gzip(False)
        .brotli(False)
        .zstd(False)
        .deflate(False)
        .tcp_nodelay(True)
        .connect_timeout(timedelta(seconds=connect_timeout_s))
        .pool_idle_timeout(timedelta(seconds=KEEPALIVE_S))
        .pool_max_idle_per_host(max_idle)
    )
