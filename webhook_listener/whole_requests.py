"""A request that came whole is taken in and answered without a task of its own.

uvicorn starts a task for every request, waits in it for the body, and checks and joins the headers of every
answer: more than half of what an update costs the event loop. Meta's bodies mostly come in one piece with their
headers; those are handed on as they are, and their answers, made beforehand, are written as they are. Whatever
came otherwise, or is for nobody who takes it so, goes uvicorn's way.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, cast, runtime_checkable

from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from webhook_listener.answers import Answer, header_lines
from webhook_listener.header_bounds import BoundedHttpProtocol

LARGEST_WHOLE = 64 * 1024
"""The largest body that is taken so, in bytes."""


@runtime_checkable
class TakesWholeRequests(Protocol):
    """An application that can do without a task. uvicorn must not wrap it (`proxy_headers=False`)."""

    def take_whole(self, scope: Scope, body: bytes, answer: Callable[[Answer], None]) -> bool:
        """Take a request, if it can: then `answer` is called once, now or later, in the event loop."""


class WholeRequestsProtocol(BoundedHttpProtocol):
    """The bounded protocol, with the short way for requests that came whole."""

    _reading = False
    _begun: tuple[RequestResponseCycle, ASGI3Application] | None = None
    _taker: TakesWholeRequests | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, and see whether its requests can take the short way."""
        super().connection_made(transport)
        self._taker = self.app if isinstance(self.app, TakesWholeRequests) else None

    def data_received(self, data: bytes) -> None:
        """Read what came, then start the request that began with it."""
        self._reading = True
        super().data_received(data)
        self._reading = False
        if self._begun is not None:
            begun, self._begun = self._begun, None
            self._start(*begun)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        # uvicorn starts a request with its headers; how much of the body came is known once all is read.
        if self._reading:
            self._begun = cycle, app
        else:
            self._start(cycle, app)

    def _start(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        is_whole = not cycle.more_body and len(cycle.body) <= LARGEST_WHOLE and not self.flow.write_paused
        taker = self._taker if is_whole and app is self.app else None
        scope = cast("Scope", cycle.scope)
        if taker and taker.take_whole(scope, bytes(cycle.body), partial(self._answer, cycle)):
            return
        super()._start_asgi_task(cycle, app)

    def _answer(self, cycle: RequestResponseCycle, answer: Answer) -> None:
        if cycle.disconnected or self.transport.is_closing():
            return
        cycle.response_started = cycle.response_complete = True
        further = header_lines(self.server_state.default_headers)
        closes = answer.closes or not cycle.keep_alive
        if closes and not answer.closes:
            further += b"connection: close\r\n"
        self.transport.write(answer.written(further))
        if closes:
            self.transport.close()
        self.on_response_complete()
