"""Keeping up beside the screen: a thread of its own, whose sentences the screen shows, and signals that end both."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from invite_tui.app import InviteApp
from invite_tui.command_line.defects import noted
from invite_tui.inert_text import inert

SHOWN_S = 30.0
"""How long a sentence stays on the screen."""


@contextmanager
def beside(app: InviteApp, work: Callable[[asyncio.Event], "asyncio._CoroutineLike[None]"]) -> Iterator[None]:
    """Run `work` in a thread until the block ends; it is given what tells it to stop.

    SIGTERM and the end of the terminal leave the program.
    """
    thread = _Work(app, work)
    with _leaving_on_signals(thread):
        thread.start()
        try:
            yield
        finally:
            thread.stop()
            thread.join()


def show(app: InviteApp, sentence: str) -> None:
    """Show a sentence on the screen, from any thread; nothing where the screen is not there any more."""
    with suppress(RuntimeError):
        if app.is_running:
            app.call_later(app.notify, inert(sentence), timeout=SHOWN_S, markup=False)
