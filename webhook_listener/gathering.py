"""Bodies that come at the same time go to the writer together, and are told of together.

Every hand-over between two threads of Python costs more than what it hands over, and two threads that run at once
cost each other more than they gain. So bodies are gathered while the writer is at work, and until the event loop
has seen no further one, and a commit wakes it once, however many bodies it had.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from invite_core.delivery.tally import Tally
from webhook_listener import log
from webhook_listener.groups import MOST_BODIES, Results, how_many_fit
from webhook_listener.writer import Writer

Told = Callable[[Tally | Exception], None]
"""Is called once, in the event loop: with what became of a body once that is committed, or with why nothing of it
could be stored."""


class Gathering:
    """Stands between the requests of one event loop and the writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._bodies: list[bytes] = []
        self._waiting: list[Told] = []
        self._is_due = False
        self._is_writing = False

    def store(self, body: bytes, told: Told) -> None:
        """Have a body stored whose signature was right. To be called in the event loop."""
        self._bodies.append(body)
        self._waiting.append(told)
        if not self._is_due and not self._is_writing:
            self._look_again(asyncio.get_running_loop())

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_due = True
        loop.call_soon(self._hand_over_if_all, loop, len(self._bodies))

    def _hand_over_if_all(self, loop: asyncio.AbstractEventLoop, seen: int) -> None:
        if seen < len(self._bodies) < MOST_BODIES:
            self._look_again(loop)
            return
        together = how_many_fit(self._bodies)
        bodies, self._bodies = self._bodies[:together], self._bodies[together:]
        waiting, self._waiting = self._waiting[:together], self._waiting[together:]
        self._is_due, self._is_writing = False, True

        def done(results: Results) -> None:
            # A loop that is closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._tell, loop, waiting, results)

        self._writer.submit_all(bodies, done)

    def _tell(self, loop: asyncio.AbstractEventLoop, waiting: list[Told], results: Results) -> None:
        self._is_writing = False
        if self._bodies:
            self._look_again(loop)
        for told, result in zip(waiting, results, strict=True):
            try:
                told(result)
            except Exception as error:  # the others must hear of theirs
                log.warn("an answer could not be given", error)
