"""A program that is kept running: started again when it ends, in growing pauses, and ended with all that it started.

Each is the leader of a process group, so that Ctrl+C in the terminal reaches none of them before this program does,
and none of their own children outlives them.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

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
    process = await start(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    reading = asyncio.create_task(_read(process, hear))
    try:
        code = await process.wait()
        await end(process)  # its own children may keep its output open
        await asyncio.wait([reading], timeout=_LAST_LINES_S)
        return code
    finally:
        await end(process)
        reading.cancel()


async def start(command: Sequence[str], *, stdin: int, stdout: int) -> asyncio.subprocess.Process:
    """Start a program as the leader of a group of its own; its errors go where its output goes. Raises `OSError`."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        limit=_LONGEST_LINE,
        start_new_session=True,
        creationflags=flags,
    )


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a program to end, wait for a while, then end it and whatever is left of its group."""
    if process.returncode is None:
        _signal(process, kill=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()
    _signal(process, kill=True)
    await process.wait()


def _signal(process: asyncio.subprocess.Process, *, kill: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()  # there is no gentler way that every program knows
        else:
            os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)


async def _read(process: asyncio.subprocess.Process, hear: Callable[[str], object]) -> None:
    stream = process.stdout
    while stream is not None and not stream.at_eof():
        with suppress(ValueError):  # a line that is too long is left out
            if line := (await stream.readline()).decode(errors="replace").strip():
                hear(line)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
