"""The listener as it is shipped, what works beside it on the same file, and the load on it: processes."""

import asyncio
import json
import os
import pty
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.listener_file import MADE_UP
from benchmarks.population import PHONE_NUMBER_ID
from benchmarks.processes import started
from invite_core.settings import without_settings


@dataclass(frozen=True, slots=True)
class Answers:
    """What one load came to."""

    answered: int
    """Answers that were 200."""
    others: int
    """Everything else."""
    seconds: float
    """How long it took."""
    p50: float
    """Milliseconds of the middle answer."""
    p99: float
    """Milliseconds of the slowest of a hundred."""

    @property
    def rate(self) -> float:
        """Bodies a second."""
        return self.answered / self.seconds


@asynccontextmanager
async def our_listener(database: Path) -> AsyncIterator[int]:
    """The port of the program, on this file."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "webhook_listener", "--db", str(database),
        env=_environment(database), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        if process.stderr is None:
            raise RuntimeError("the listener has no log")
        yield int(json.loads(await process.stderr.readline())["port"])
    finally:
        process.terminate()
        await process.wait()


async def baseline(stack: AsyncExitStack, module: str, *arguments: str) -> int:
    """The port of a bare server."""
    url = await stack.enter_async_context(started(f"benchmarks.baseline.{module}", *arguments))
    return int(url.rpartition(":")[2])


async def load(port: int, **asked: float) -> Answers:
    """What a process that sends bodies to this port measured; every answer must be 200."""
    arguments = [f"--{name}={value}" for name, value in asked.items()]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.listener_load",
        str(port),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    answers = Answers(**json.loads(out))
    if answers.others:
        raise RuntimeError(f"{answers.others} answers were not 200")
    return answers


@asynccontextmanager
async def company(database: Path, run: int) -> AsyncIterator[None]:
    """A dispatch of 80 messages a second and a full-screen UI, on this file."""
    async with started("benchmarks.answering_server", "250") as meta, _screen(database):
        sending = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.listener_company", str(database), str(run), meta
        )
        try:
            yield
            if sending.returncode is not None:
                raise RuntimeError("the dispatch ended before the load")
        finally:
            if sending.returncode is None:
                sending.terminate()
            await sending.wait()


@asynccontextmanager
async def _screen(database: Path) -> AsyncIterator[None]:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "invite_tui",
        env={**_environment(database), "TERM": "xterm-256color", "COLUMNS": "160", "LINES": "48"},
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    loop, painted = asyncio.get_running_loop(), asyncio.Event()

    def drain() -> None:
        try:
            if os.read(ours, 65536):
                painted.set()
        except OSError:
            loop.remove_reader(ours)

    loop.add_reader(ours, drain)
    try:
        async with asyncio.timeout(30):
            await painted.wait()
        yield
        if process.returncode is not None:
            raise RuntimeError("the screen ended before the load")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        loop.remove_reader(ours)
        os.close(ours)


def _environment(database: Path) -> dict[str, str]:
    return {
        **without_settings(),
        "INVITE_DB": str(database),
        "INVITE_OPERATOR": "Benchmark",
        "INVITE_APP_SECRET": MADE_UP,
        "INVITE_VERIFY_TOKEN": MADE_UP,
        "INVITE_PHONE_NUMBER_ID": PHONE_NUMBER_ID,
        "INVITE_LISTEN_PORT": "0",
        "INVITE_HEALTH_PORT": "0",
    }
