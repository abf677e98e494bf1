"""One visitor's session: a process of its own, fed with keys, heard out for what it draws."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from browser_server.session_driver import NAME

GRACE_S = 40.0
"""How long a session may take to end: one request to Meta takes 30 s at most, and its answer is awaited."""

PATIENCE_S = 10.0
"""How long either end may take nothing of what it is sent. A visitor whose computer sleeps must not hold up a program
that may be sending."""

WIDEST, HIGHEST = 500, 300
"""A larger screen is drawn no larger, in columns and lines."""

_READY = b"__GANGLION__\n"
"""The line after which a program's output is packets."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The other end: how a session reaches its visitor. What is awaited may raise `ConnectionError` once they are
    gone."""

    draw: Callable[[bytes], Awaitable[None]]
    """Hand over what is to be drawn."""
    tell: Callable[[str], Awaitable[None]]
    """Hand over a message about something else than drawing, JSON."""
    leave: Callable[[], Awaitable[object]]
    """The program has ended."""
    cut: Callable[[], None]
    """End the connection at once: the visitor takes nothing any more."""


class Session(AppService):
    """The program `command`, started without a shell; killed if it takes longer than `grace_s` to end."""

    def __init__(
        self,
        command: Sequence[str],
        browser: Browser,
        downloads: DownloadManager,
        *,
        grace_s: float = GRACE_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        async def leave() -> None:
            await browser.leave()

        super().__init__(
            "",
            write_bytes=browser.draw,
            write_str=browser.tell,
            close=leave,
            download_manager=downloads,
        )
        self._arguments = command
        self._grace_s = grace_s
        self._patience_s = patience_s
        self._cut = browser.cut

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return super()._build_environment(width, height) | {"TEXTUAL_DRIVER": NAME}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        # A session of its own for the operating system too: the end of the terminal, or Ctrl+C there, reaches
        # the server alone, which then lets each program end in its own time. Faults go to the server's stderr.
        self._process = process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._build_environment(*within(width, height)),
            start_new_session=True,
        )
        self._stdin = process.stdin
        return process

    async def run(self) -> None:
        """Pass on what the program draws until it has ended; whoever has stopped looking does not block it."""
        process = self._process
        if process is None or process.stdout is None:
            return
        try:
            while (line := await process.stdout.readline()) != _READY:
                if not line:
                    break
            while True:
                kind = await process.stdout.readexactly(1)
                size = int.from_bytes(await process.stdout.readexactly(4), "big")
                await self._pass_on(kind, await process.stdout.readexactly(size))
        except asyncio.IncompleteReadError:
            pass  # it has closed its end
        except asyncio.CancelledError:
            process.kill()  # nobody will tell it to end any more
            raise
        finally:
            await process.wait()
            await self.told(self.remote_close())

    async def _pass_on(self, kind: bytes, payload: bytes) -> None:
        if kind == b"D":
            await self.told(self.on_data(payload))
        elif kind == b"M":
            await self.told(self.on_meta(payload))
        elif kind == b"P":
            await self.on_packed(payload)

    async def told(self, telling: Awaitable[object]) -> None:
        """Wait until the visitor has taken what they are told; one who does not in time is cut off."""
        try:
            async with asyncio.timeout(self._patience_s):
                await telling
        except TimeoutError:
            self._cut()
        except (ConnectionError, RuntimeError):
            return  # the visitor has gone; the program is on its way out

    async def hear(self, text: str) -> None:
        """Do what a message of the page asks.

        Raises ValueError for what no page of ours sends, TimeoutError where the program takes nothing any more.
        """
        try:
            envelope = json.loads(text)
        except RecursionError:
            raise ValueError("no message of the page") from None
        match envelope:
            case ["ping", moment]:
                await self.told(self.remote_write_str(json.dumps(["pong", moment])))
            case _:
                async with asyncio.timeout(self._patience_s):
                    await self._pass_in(envelope)

    async def _pass_in(self, envelope: object) -> None:
        match envelope:
            case ["stdin", str(typed)]:
                await self.send_bytes(typed.encode("utf-8", "ignore"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await self.set_terminal_size(*within(width, height))
            case ["focus", *_]:
                await self.focus()
            case ["blur", *_]:
                await self.blur()
            case _:
                raise ValueError("no message of the page")

    async def stop(self) -> None:
        """Let the program end, and see to it that it has. Harmless when repeated."""
        task, self._task = self._task, None
        if task is None or self._process is None:
            return
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        try:
            async with asyncio.timeout(self._grace_s):
                await self.send_meta({"type": "quit"})
                self.stdin.close()
                await asyncio.shield(task)
        except TimeoutError:
            self._process.kill()
            await task


def within(width: int, height: int) -> tuple[int, int]:
    """A size that can be drawn."""
    return min(max(width, 1), WIDEST), min(max(height, 1), HIGHEST)
