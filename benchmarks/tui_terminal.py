"""Programs in a terminal of their own: how long until a word is on it, and what that cost. POSIX only."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

SIZE = struct.pack("HHHH", 40, 140, 0, 0)
"""Lines and columns."""


@dataclass(slots=True)
class Terminal:
    """A program that runs in a terminal."""

    pid: int
    screen: int
    began: float
    shown: bytes = b""

    def until(self, word: str, seconds: float = 60.0) -> float:
        """Seconds from the start until `word` has been written. Raises `TimeoutError`."""
        while word.encode() not in self.shown:
            left = self.began + seconds - time.monotonic()
            if left <= 0 or not select.select([self.screen], [], [], left)[0]:
                raise TimeoutError(f"“{word}” was not shown")
            self.shown += os.read(self.screen, 65_536)
        return time.monotonic() - self.began

    def cpu(self) -> float:
        """Seconds of CPU that the program has used (Linux)."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as status:
            fields = status.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def in_terminal(*arguments: str) -> Iterator[Terminal]:
    """`python -m …` in a terminal of 140 by 40; ended when the context is left."""
    began = time.monotonic()
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, SIZE)
        environment = {**os.environ, "TERM": "xterm-256color", "INVITE_OPERATOR": "Benchmark"}
        os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)  # noqa: S606 - our own program
    try:
        yield Terminal(pid, screen, began)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(screen)


def first_paint(arguments: Sequence[str], *words: str) -> tuple[float, ...]:
    """Milliseconds until each of the words was shown, then milliseconds of CPU until the first."""
    with in_terminal(*arguments) as terminal:
        first = terminal.until(words[0])
        used = terminal.cpu()
        rest = [terminal.until(word) for word in words[1:]]
    return tuple(1000 * each for each in (first, *rest, used))
