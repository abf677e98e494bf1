"""Notices what others write to the file: the listener, another terminal, this program's own sender."""

import asyncio
import time
from collections.abc import Callable

from invite_core.store import Store, StoreError
from invite_tui.desk import Desk

POLL_S = 0.15
"""How often the file's version is asked for; it costs some microseconds."""

LOOK_AGAIN_S = 5.0
"""A change is assumed after so long, because a listener that has died writes nothing."""


async def watch(desk: Desk, changed: Callable[[], object]) -> None:
    """Call `changed` whenever another connection has committed. Runs until it is cancelled."""
    known: int | None = None
    told_at = time.monotonic()
    while True:
        version = await _version(desk, known)
        if version != known or time.monotonic() - told_at > LOOK_AGAIN_S:
            if known is not None:
                changed()
            known, told_at = version, time.monotonic()
        await asyncio.sleep(POLL_S)


async def _version(desk: Desk, known: int | None) -> int | None:
    try:
        return await desk.read(Store.data_version)
    except StoreError:  # the screen's own reads say what is wrong with the file
        return known
