"""A connection whose headers are too long, or not whole in time, is closed, and so is one too many.

uvicorn's protocol on httptools bounds neither: it takes a header of any length, as slowly as it comes. A
few hundred slow connections would keep Meta out, and one endless header would fill the memory. At the limit of
connections (`limit_concurrency`) it refuses every request; here the oldest connection without one makes way, or
else the one whose body comes slowest, so that only so many requests that do make progress are refused.
"""

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HEADER_SECONDS = 10.0
"""How long the headers of one request may take to arrive, from the connection or the first byte."""

MOST_HEADER_BYTES = 16_384
"""How long the request line and the headers of one request may be, those behind a body included."""

PATIENCE_SECONDS = 1.0
"""How long a connection without a request, or a body, is left in peace while others would need its place."""

SLOW_BODY = 4096
"""A body that comes with fewer bytes a second makes way; Meta's, a few hundred bytes mostly, come in one piece."""

_TOO_LONG = "The headers are too long."


class HeadersTooLong(Exception):
    """Raised into the parser, which then refuses the request with 400."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, with bounds on the length of headers, their time and idle connections."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Start the clock: uvicorn makes one of these for each connection that it accepts."""
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._in_headers = False
        self._header_bytes = 0
        # Bytes since headers were last whole, or a piece of a body came: of a header without end, or of
        # what may stand around the pieces of a body.
        self._fruitless = 0
        self._idle_since = self._body_since = self.loop.time()
        self._body_bytes = 0
        self._watch()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection; at the limit another one, that does nothing or next to nothing, is closed for it."""
        super().connection_made(cast("asyncio.Transport", transport))
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the headers are whole; start it when those of a further request begin."""
        self._fruitless += len(data)
        super().data_received(data)
        if self._fruitless > MOST_HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response(_TOO_LONG)
        if self._in_headers or self.cycle is None or self.cycle.response_complete:
            self._watch()
        else:
            self._rest()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_headers = True
        self._header_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the request line."""
        self._header_bytes += len(url)
        if self._header_bytes > MOST_HEADER_BYTES:
            raise HeadersTooLong
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header, or one behind a body in pieces."""
        self._header_bytes += len(name) + len(value) + 4
        if self._header_bytes > MOST_HEADER_BYTES:
            raise HeadersTooLong
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._in_headers = False
        self._fruitless = 0
        self._body_since = self.loop.time()
        self._body_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._fruitless = 0
        self._body_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        """The connection is idle again."""
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock with the connection."""
        self._rest()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        others = [
            each for each in self.connections if isinstance(each, BoundedHttpProtocol) and each is not self
        ]
        # One that was answered is kept longer: it is Meta's or the tunnel's, since only they get a 200.
        least = min(
            (each for each in others if each._is_idle()),
            key=lambda each: (each.cycle is not None, each._idle_since),
            default=None,
        )
        now = self.loop.time()
        if least is None or now - least._idle_since < PATIENCE_SECONDS:
            slow = [each for each in others if each._is_slow(now)]
            least = min(slow, key=lambda each: each._body_bytes / (now - each._body_since), default=least)
        if least is None:
            return
        if not least._is_idle():
            # Its task is counted until it has seen the end of its connection, which must not refuse this one.
            self.limit_concurrency = None
        # At once, so that a burst of connections counts none of them twice.
        self.connections.discard(least)
        least.transport.abort()

    def _is_slow(self, now: float) -> bool:
        """Whether a body is still coming, and has been for some time, next to nothing a second."""
        if self.cycle is None or self.cycle.response_complete or not self.cycle.more_body:
            return False
        seconds = now - self._body_since
        return seconds > PATIENCE_SECONDS and self._body_bytes < seconds * SLOW_BODY

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _watch(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport is not None:
            self.transport.close()
