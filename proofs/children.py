"""Child processes forked from a warm parent: every import is done, and no thread runs.

A child does not begin before it is released, so that whoever is to kill it can be told its id first. Its
death is seen as the end of a pipe that only it holds.
"""

import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path


class Child:
    """One forked process that runs `act` and ends with the number that it gives."""

    def __init__(self, act: Callable[[], int], *, log: Path | None = None) -> None:
        if threading.active_count() > 1:
            raise RuntimeError("a process with threads cannot be forked safely")
        sys.stdout.flush()
        sys.stderr.flush()
        start, self._start = os.pipe()
        self._life, alive = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self._start)
            os.close(self._life)
            _run(act, start, log)
        os.close(start)
        os.close(alive)
        self._status: int | None = None

    def release(self) -> None:
        """Let it begin."""
        os.write(self._start, b"!")
        os.close(self._start)
        self._start = -1

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, at the latest after `seconds`."""
        if self._status is None and select.select([self._life], [], [], seconds)[0]:
            self._status = os.waitpid(self.pid, 0)[1]
            os.close(self._life)
        return self._status is not None

    def signal(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        if not self.wait(0):
            os.kill(self.pid, number)

    @property
    def killed(self) -> bool:
        """Whether it ended by SIGKILL."""
        return (
            self._status is not None
            and os.WIFSIGNALED(self._status)
            and (os.WTERMSIG(self._status) == signal.SIGKILL)
        )

    def exit_code(self, seconds: float = 60.0) -> int:
        """Its exit code once it has ended, negative for a signal. Kills it, and raises TimeoutError, where
        it takes longer than `seconds`."""
        if not self.wait(seconds):
            self.signal(signal.SIGKILL)
            self.wait(10)
            raise TimeoutError(f"process {self.pid} did not end within {seconds:g} seconds")
        return os.waitstatus_to_exitcode(self._status or 0)


def _run(act: Callable[[], int], start: int, log: Path | None) -> None:
    """What the child does; it never returns."""
    code = 70
    try:
        if log is not None:
            descriptor = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
        if os.read(start, 1):
            code = act()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
