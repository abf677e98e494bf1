"""Things that happen later, counted, and called off together. For one event loop."""

import asyncio
from collections.abc import Callable


class Timers:
    """Actions with a delay. Those of equal delay happen in the order they were asked for."""

    def __init__(self) -> None:
        self._handles: dict[int, asyncio.Handle] = {}
        self._next = 0

    @property
    def pending(self) -> int:
        """How many actions are still to come."""
        return len(self._handles)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` in `seconds`; with 0, as soon as the loop comes to it."""
        loop = asyncio.get_running_loop()
        number = self._next
        self._next += 1

        def happen() -> None:
            del self._handles[number]
            action()

        self._handles[number] = loop.call_later(seconds, happen) if seconds > 0 else loop.call_soon(happen)

    def cancel(self) -> None:
        """Call off everything."""
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()
