"""What the program draws through while it runs behind a browser; named in its environment, loaded by Textual.

Textual's own driver leaves the program running when the server dies and closes its end: such a session would
go on unseen, and perhaps send. This one ends it.
"""

import os
from functools import partial

from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus
from textual.messages import ExitApp

NAME = f"{__name__}:SessionDriver"
"""How an environment names it."""


class SessionDriver(WebDriver):
    """The program ends with the connection."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = partial(_write_whole, self.fileno)

    def start_application_mode(self) -> None:
        """Begin, as seen by somebody: whoever has just opened the page looks at it.

        Textual's driver begins unseen and forgets what the page said of that before, and what shows the keys
        waits until the program is seen.
        """
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())

    def run_input_thread(self) -> None:
        """Take in keys until the server closes its end, then leave the program."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())


def _write_whole(descriptor: int, data: bytes) -> int:
    """Write all of it; where nobody reads any more, nowhere."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except BrokenPipeError:
        return len(data)
    return len(data)
