"""Bodies that come at the same time go to the writer together, and are told of together.

Every hand-over between two threads of Python costs more than what it hands over. So bodies are gathered
until the event loop has nothing else to do at once, and a commit wakes it once, however many bodies it had.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from invite_core.delivery.intake import Tally
from webhook_listener import log
from webhook_listener.groups import Results
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

    def store(self, body: bytes, told: Told) -> None:
        """Have a body stored whose signature was right. To be called in the event loop."""
        if not self._bodies:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._hand_over, loop)
        self._bodies.append(body)
        self._waiting.append(told)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        bodies, waiting = self._bodies, self._waiting
        self._bodies, self._waiting = [], []

        def done(results: Results) -> None:
            # A loop that is closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_tell, waiting, results)

        self._writer.submit_all(bodies, done)


def _tell(waiting: list[Told], results: Results) -> None:
    for told, result in zip(waiting, results, strict=True):
        try:
            told(result)
        except Exception as error:  # the others must hear of theirs
            log.warn("an answer could not be given", error)
