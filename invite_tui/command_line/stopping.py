"""Ending a command that goes on until somebody stops it: SIGINT, SIGTERM and the end of the terminal."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from invite_tui.command_line.output import say


async def heeding_signals(
    stop: asyncio.Event, work: Coroutine[Any, Any, object], said: str | Callable[[], str]
) -> None:
    """Await `work`; the first signal to end sets `stop` and says `said`. The loop's end undoes the handlers."""

    def heed() -> None:
        if not stop.is_set():
            say(said if isinstance(said, str) else said())
        stop.set()

    loop = asyncio.get_running_loop()
    # Windows has no such handlers; there Ctrl+C ends the loop instead.
    with suppress(NotImplementedError):
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                loop.add_signal_handler(getattr(signal, name), heed)
    await work
