"""A program that is kept running: started again when it ends, in growing pauses, and ended with all that it started.

Each is the leader of a process group, so that Ctrl+C in the terminal reaches none of them before this program does,
and none of their own children outlives them.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 15.0
"""How long a program may take to end after it was asked to, in seconds."""

_LONGEST_LINE = 1 << 16
_LAST_LINES_S = 1.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long to wait before a program is started again, in seconds."""

    first: float = 1.0
    """After it ended once."""
    longest: float = 60.0
    """However often it ended."""
    steady: float = 60.0
    """Whatever ran so long begins with the first pause again."""

    def before(self, failures: int) -> float:
        """The pause after so many short lives in a row, 1 or more: each is twice the one before."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 30))


async def keep_running(
    command: Sequence[str],
    *,
    hear: Callable[[str], object],
    ended: Callable[[str], object],
    pauses: Pauses,
) -> None:
    """Run a program until cancelled, and then end it. `hear` gets every line that it prints; `ended`, each time that
    it ends by itself, how (“exit code 1”)."""
    failures = 0
    while True:
        began = monotonic()
        try:
            how = _how(await _run(command, hear))
        except OSError as error:
            how = f"it cannot be started: {error.strerror or type(error).__name__}"
        failures = 1 if monotonic() - began >= pauses.steady else failures + 1
        ended(how)
        await asyncio.sleep(pauses.before(failures))


async def _run(command: Sequence[str], hear: Callable[[str], object]) -> int:
    running = Running(command, hear=hear)
    try:
        return await running.wait()
    finally:
        await running.end()


class Running:
    """A program that runs, as the leader of a group of its own.

    Two threads wait for its end and for its lines: asyncio's own way waits for a program until its children, too, have
    closed its output.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        hear: Callable[[str], object] | None = None,
        ends_with_us: bool = False,
    ) -> None:
        """Start it; to be called in an event loop. `hear` gets its lines, errors among them; `ends_with_us` is whether
        it reads an input that ends when this program does, however that is. Raises `OSError`."""
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._read: asyncio.Future[int] = self._loop.create_future()
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP
        self._process = subprocess.Popen(  # noqa: S603 - found on the PATH, or our own
            command,
            stdin=subprocess.PIPE if ends_with_us else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=flags,
        )
        threading.Thread(target=self._await_end, daemon=True).start()
        threading.Thread(target=self._await_lines, args=(hear,), daemon=True).start()

    async def wait(self) -> int:
        """Wait until it ends by itself; how it did, as `Popen.returncode` has it."""
        return await asyncio.shield(self._ended)

    async def end(self) -> None:
        """Ask it to end, wait for a while, then end it and whatever is left of its group."""
        if not self._ended.done():
            self._signal(kill=False)
            await asyncio.wait([self._ended], timeout=PATIENCE_S)
        self._signal(kill=True)
        await asyncio.wait([self._ended])
        await asyncio.wait([self._read], timeout=_LAST_LINES_S)

    def _signal(self, *, kill: bool) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()  # there is no gentler way that every program knows
            else:
                os.killpg(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)

    def _await_end(self) -> None:
        code = self._process.wait()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        self._in_loop(self._ended.set_result, code)

    def _await_lines(self, hear: Callable[[str], object] | None) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output:
            while line := output.readline(_LONGEST_LINE):
                if hear is not None and (text := line.decode(errors="replace").strip()):
                    self._in_loop(hear, text)
        self._in_loop(self._read.set_result, 0)

    def _in_loop(self, call: Callable[[T], object], value: T) -> None:
        with suppress(RuntimeError):  # nobody waits for it any more
            self._loop.call_soon_threadsafe(call, value)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
