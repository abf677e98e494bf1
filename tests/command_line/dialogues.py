"""A program of ours on a terminal of its own, with which one talks: it asks, is answered, is interrupted."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

TIMEOUT_S = 30.0


@dataclass
class Dialogue:
    """The program on a terminal of its own."""

    process: subprocess.Popen[bytes]
    terminal: int
    said: str = ""
    _heard: int = 0
    """How much of that has been waited for."""

    def until(self, words: str) -> None:
        """Read on until `words` have been said after what was waited for before."""
        while (found := self.said.find(words, self._heard)) < 0:
            self.said += os.read(self.terminal, 4096).decode(errors="replace")
        self._heard = found + len(words)

    def answer(self, text: str, *, after: str) -> None:
        """Type a line once `after` has been asked."""
        self.until(after)
        os.write(self.terminal, f"{text}\n".encode())

    def interrupted(self) -> int:
        """Press Ctrl+C; the exit code. Python may lose one that comes just before it waits for a line."""
        while True:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                return self.process.wait(3)


@contextmanager
def talking(*arguments: object, folder: Path | None = None, **environment: str) -> Iterator[Dialogue]:
    """`invite-tui` with these arguments, in `folder`; it is killed if it outlives its time."""
    ours, theirs = pty.openpty()
    # In a session of its own: a password is asked for on the controlling terminal, which would be the tester's.
    process = subprocess.Popen(
        [sys.executable, "-m", "invite_tui", *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        start_new_session=True,
    )
    os.close(theirs)
    watch = Timer(TIMEOUT_S, process.kill)
    watch.start()
    try:
        yield Dialogue(process, ours)
    finally:
        process.kill()
        process.wait(TIMEOUT_S)
        watch.cancel()
        watch.join()
        os.close(ours)
