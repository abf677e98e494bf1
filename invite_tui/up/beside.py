"""Keeping up beside the screen: a thread of its own, whose sentences the screen shows, and signals that end both."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from invite_tui.app import InviteApp
from invite_tui.command_line.defects import noted
from invite_tui.inert_text import inert

SHOWN_S = 30.0
"""How long a sentence stays on the screen."""


def show(app: InviteApp, sentence: str) -> None:
    """Show a sentence on the screen, from any thread; nothing where the screen is not there (any more)."""
    with suppress(RuntimeError):
        if app.is_running:
            app.call_later(app.notify, inert(sentence), timeout=SHOWN_S, markup=False)


@contextmanager
def beside(app: InviteApp, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """Run `work` in a thread until the block ends; it is given what tells it to stop.

    SIGTERM and the end of the terminal leave the program, as quitting does.
    """
    thread = _Thread(app, work)
    with thread.leaving_on_signals():
        thread.start()
        try:
            yield
        finally:
            thread.stop()
            thread.join()


class _Thread(threading.Thread):
    def __init__(self, app: InviteApp, work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
        super().__init__(name="up")
        self._app = app
        self._work = work
        self._loop = asyncio.new_event_loop()
        self._stop_asked = asyncio.Event()

    def run(self) -> None:
        """Work until stopped; a defect is shown, and the screen stays."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._work(self._stop_asked))
        except Exception as error:
            show(self._app, str(noted(error)))

    def stop(self) -> None:
        """Let the work end; from any thread."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._stop_asked.set)

    @contextmanager
    def leaving_on_signals(self) -> Iterator[None]:
        """While the block runs, let SIGTERM and SIGHUP leave the program."""

        def leave(number: int, frame: FrameType | None) -> None:
            # From the other thread: only so does the screen wake up for it.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._app.call_later, self._app.exit)

        names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {name: signal.signal(getattr(signal, name), leave) for name in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)
