"""The `Date` header of every answer: Meta's clock, which may be off."""

from collections.abc import Callable
from email.utils import formatdate
from time import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Clock:
    """Writes the time into each answer; the server's own header has to be turned off.

    `ahead_s` gives by how many seconds it is ahead of this computer's clock.
    """

    def __init__(self, app: ASGIApp, ahead_s: Callable[[], float]) -> None:
        self._app = app
        self._ahead_s = ahead_s
        self._second = 0
        self._written = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(b"date", self._now()), *message.get("headers", ())]
            await send(message)

        await self._app(scope, receive, timed)

    def _now(self) -> bytes:
        second = int(time() + self._ahead_s())
        if second != self._second:
            self._second, self._written = second, formatdate(second, usegmt=True).encode()
        return self._written
