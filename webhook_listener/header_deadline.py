"""A connection that does not finish its headers in time is closed.

uvicorn bounds how long a connection may idle between requests, and how many header bytes may come, but
not how slowly they come; a few hundred such connections would keep Meta out.
"""

import asyncio
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HEADER_SECONDS = 10.0
"""How long the headers of one request may take to arrive, from the connection or the first byte."""


class PatientH11Protocol(H11Protocol):
    """uvicorn's protocol on h11, patient for `HEADER_SECONDS` and no longer."""

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
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the headers are whole; start it when those of a further request begin."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._watch()
        else:
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock with the connection."""
        self._rest()
        super().connection_lost(exc)

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
