"""Posts webhooks to the listener: signed, in batches, again and again until it answers 200.

Source: Meta, webhooks/create-webhook-endpoint: HMAC-SHA256 of the raw body with the app secret; anything
but 200 is a failure; redelivered at once, then ever less often, for seven days.
"""

import asyncio
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx

from graph_simulator.arrival import CONNECTIONS
from graph_simulator.delivery_log import DeliveryLog
from graph_simulator.timers import Timers
from graph_simulator.webhook_bodies import Sender, Update, document, encode

GIVE_UP_AFTER_S = 7 * 24 * 3600
LONGEST_WAIT_S = 60.0
POST_TIMEOUT_S = 20.0


def signature(app_secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256` for `body`."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def wait_before(attempt: int, pace: float) -> float:
    """Seconds before the given redelivery: none before the first, then doubling, scaled and bounded."""
    if attempt <= 1:
        return 0.0
    return max(min(LONGEST_WAIT_S, 2.0 ** (attempt - 2)) * pace, min(1.0, 0.05 * attempt))


@dataclass(slots=True)
class _Body:
    content: bytes
    updates: int
    first_at: float
    attempts: int = 0


@dataclass(slots=True)
class _Lane:
    """One connection's work: bodies to deliver again come before new updates."""

    updates: deque[Update] = field(default_factory=deque)
    again: deque[_Body] = field(default_factory=deque)
    work: asyncio.Event = field(default_factory=asyncio.Event)


class Deliverer:
    """The postman. Use as an async context manager.

    `destination` gives the callback URL at the moment of each post, or None while nobody is subscribed
    (updates are then dropped, as Meta does); `wants` says whether a field is subscribed to. `pace` scales the
    waits between redeliveries.
    """

    def __init__(
        self,
        *,
        sender: Sender,
        app_secret: str,
        destination: Callable[[], str | None],
        wants: Callable[[str], bool],
        log: DeliveryLog,
        pace: float,
        batch: int,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._sender = sender
        self._app_secret = app_secret
        self._destination = destination
        self._wants = wants
        self._log = log
        self._pace = pace
        self._batch = batch
        self._lanes = [_Lane() for _ in range(CONNECTIONS)]
        self._running = asyncio.Event()
        self._running.set()
        self._timers = Timers()
        self._tasks: list[asyncio.Task[None]] = []
        self._pending = 0
        self._client = httpx.AsyncClient(trust_env=False, timeout=POST_TIMEOUT_S, transport=transport)

    @property
    def pending(self) -> int:
        """Updates that are neither acknowledged nor given up, those on their way included."""
        return self._pending

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._work(lane)) for lane in self._lanes]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timers.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def submit(self, update: Update, *, after_s: float, connection: int) -> None:
        """Deliver `update` over one of the connections, in `after_s` seconds at the earliest."""
        if not self._wants(update.field):
            return
        self._pending += 1
        lane = self._lanes[connection]

        def arrive() -> None:
            lane.updates.append(update)
            lane.work.set()

        if after_s > 0:
            self._timers.after(after_s, arrive)
        else:
            arrive()

    def pause(self) -> None:
        """Let updates pile up from now on; a post that is under way ends."""
        self._running.clear()

    def resume(self) -> None:
        """Deliver again, what has piled up first."""
        self._running.set()

    async def post(self, content: bytes) -> int | None:
        """Sign and post `content` once, as it is; the listener's status, or None if it cannot be reached."""
        url = self._destination()
        if url is None:
            return None
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signature(self._app_secret, content),
            "User-Agent": "facebookexternalua",
        }
        try:
            answer = await self._client.post(url, content=content, headers=headers)
        except Exception:  # one that dies can make the client raise anything; on uvloop an AttributeError
            return None
        return answer.status_code

    async def _work(self, lane: _Lane) -> None:
        while True:
            await lane.work.wait()
            await self._running.wait()
            if lane.again:
                await self._deliver(lane, lane.again.popleft())
            elif lane.updates:
                some = [lane.updates.popleft() for _ in range(min(self._batch, len(lane.updates)))]
                content = encode(document(self._sender, some, int(time.time())))
                await self._deliver(lane, _Body(content, len(some), time.monotonic()))
            else:
                lane.work.clear()

    async def _deliver(self, lane: _Lane, body: _Body) -> None:
        if self._destination() is None:
            self._pending -= body.updates
            return
        body.attempts += 1
        status = await self.post(body.content)
        self._log.add("webhook", status=status or 0, updates=body.updates, attempt_number=body.attempts)
        if status == httpx.codes.OK or time.monotonic() - body.first_at > GIVE_UP_AFTER_S:
            self._pending -= body.updates
            return

        def try_again() -> None:
            lane.again.append(body)
            lane.work.set()

        self._timers.after(wait_before(body.attempts, self._pace), try_again)
