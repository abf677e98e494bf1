"""How a request travels to Meta and an answer back, behind httpx's transport interface.

pyreqwest carries the requests where it can be loaded, httpx's own pool, which cannot hold hundreds in
flight but ends in the same outcomes, where it cannot. Either way: HTTP/1.1, no redirects, no cookies, no
proxy or credentials from the environment, nothing decompressed, certificates verified (the system's roots,
those that SSL_CERT_FILE names, or certifi's), and a bounded answer. An `httpx.AsyncClient` would add nothing
to that but work, so none stands in between.
"""

import importlib.metadata
from dataclasses import dataclass
from typing import cast

import httpx

CONNECT_TIMEOUT_S = 10.0
"""How long a connection may take, in seconds, TLS included; after that, nothing was sent."""

KEEPALIVE_S = 2.0
"""How long an unused connection is kept, in seconds: less than common servers keep theirs (5 s and more),
because a server that closes one while a request is on its way leaves open whether it was read. What is
left: where a server keeps less than this, the few requests that cross with its closing are unconfirmed
(`benchmarks/README.md`)."""

MAX_ANSWER = 1 << 20
"""The bytes that are read of the answer to a message; Meta's has a few hundred."""

MAX_PAGE = 1 << 24
"""The bytes that are read of the answer to a question; a page of a hundred templates may have millions."""


class AnswerTooLarge(Exception):
    """The answer has more bytes than are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read whole: its HTTP status, its body as it came, and its headers."""

    http_status: int
    body: bytes
    headers: httpx.Headers


def open_transport(*, max_in_flight: int, deadline_s: float) -> httpx.AsyncBaseTransport:
    """The best transport that this computer has, for up to `max_in_flight` requests at once.

    `deadline_s` is the caller's deadline over a whole call, in seconds.
    """
    try:
        from invite_core.provider.reqwest_transport import ReqwestTransport
    except ImportError:
        return open_pool(max_in_flight=max_in_flight)
    return ReqwestTransport(max_idle=max_in_flight, deadline_s=deadline_s)


def open_pool(*, max_in_flight: int) -> httpx.AsyncBaseTransport:
    """httpx's own pool of connections. It trusts the roots of certifi, or those of SSL_CERT_FILE."""
    return httpx.AsyncHTTPTransport(
        verify=httpx.create_ssl_context(trust_env=True),
        trust_env=False,
        retries=0,
        limits=httpx.Limits(
            max_connections=max_in_flight,
            max_keepalive_connections=max_in_flight,
            keepalive_expiry=KEEPALIVE_S,
        ),
    )


def transport_in_use() -> tuple[str, bool]:
    """The transport that `open_transport` gives, as a name with a version, and whether it is the fast one."""
    try:
        from invite_core.provider import reqwest_transport
    except ImportError:
        return f"httpx {httpx.__version__}", False
    return f"pyreqwest {importlib.metadata.version(reqwest_transport.LIBRARY)}", True


async def exchange(
    transport: httpx.AsyncBaseTransport, request: httpx.Request, *, at_most: int = MAX_ANSWER
) -> Answer:
    """Send `request` once and read its answer, undecoded, of `at_most` so many bytes.

    Raises `AnswerTooLarge`, and whatever the transport raises; there is no deadline in here.
    """
    response = await transport.handle_async_request(request)
    stream = cast(httpx.AsyncByteStream, response.stream)
    try:
        chunks, size = [], 0
        async for chunk in stream:
            size += len(chunk)
            if size > at_most:
                raise AnswerTooLarge(size)
            chunks.append(chunk)
    finally:
        await stream.aclose()
    return Answer(response.status_code, b"".join(chunks), response.headers)
