"""Bodies that come at the same time go to the writer together, and are told of together.

Every hand-over between two threads of Python costs more than what it hands over. So bodies are gathered
until the event loop has nothing else to do at once, and a commit wakes it once, however many bodies it had.
"""

import asyncio
from contextlib import suppress

from invite_core.delivery.intake import Tally
from webhook_listener.groups import Results
from webhook_listener.writer import Writer

_Promise = asyncio.Future[Tally]


class Gathering:
    """Stands between the requests of one event loop and the writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._bodies: list[bytes] = []
        self._promises: list[_Promise] = []

    async def stored(self, body: bytes) -> Tally:
        """What became of a body whose signature was right, once that is committed.

        Raises `StoreError` if nothing of it could be stored.
        """
        loop = asyncio.get_running_loop()
        promise: _Promise = loop.create_future()
        if not self._bodies:
            loop.call_soon(self._hand_over, loop)
        self._bodies.append(body)
        self._promises.append(promise)
        return await promise

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        bodies, promises = self._bodies, self._promises
        self._bodies, self._promises = [], []

        def done(results: Results) -> None:
            # A loop that is closed has nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_tell, promises, results)

        self._writer.submit_all(bodies, done)


def _tell(promises: list[_Promise], results: Results) -> None:
    for promise, result in zip(promises, results, strict=True):
        if promise.done():
            continue
        if isinstance(result, Exception):
            promise.set_exception(result)
        else:
            promise.set_result(result)
