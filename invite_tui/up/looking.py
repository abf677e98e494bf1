"""Waiting for what can only be looked at, again and again."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], *, every: float) -> None:
    """Wait until `holds` says so; it is asked in a thread, every so many seconds."""
    while True:
        if await asyncio.to_thread(holds):
            return
        await asyncio.sleep(every)
