"""A headless Chromium, driven over its DevTools protocol."""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S, POLL_S = 60.0, 0.1

Told = dict[str, Any]

_LISTEN = """
window.heard = "";
window.WebSocket = class extends WebSocket {
  constructor(...of) {
    super(...of);
    const decoder = new TextDecoder();
    this.addEventListener("message", (told) => {
      if (typeof told.data !== "string") window.heard += decoder.decode(told.data, {stream: true});
    });
  }
};
"""
"""Keeps what a page's websockets bring, for the terminal in it paints letters and leaves no text."""


def found() -> str | None:
    """Where Chromium is, or None."""
    return next((place for name in NAMES if (place := shutil.which(name))), None)


class Browser:
    """A running Chromium."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._asked = 0
        self._waiting: dict[int, asyncio.Future[Told]] = {}
        self.events: list[Told] = []
        """Everything that it told unasked."""

    async def listen(self) -> None:
        """Take in what it says, until it says no more."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told: Told = json.loads(message.data)
            waiting = self._waiting.pop(told.get("id", 0), None)
            if waiting is None:
                self.events.append(told)
            else:
                waiting.set_result(told)

    async def ask(self, method: str, *, session: str | None = None, **parameters: object) -> Told:
        """The result of a method of the protocol. Raises RuntimeError where it is refused."""
        self._asked += 1
        answer = self._waiting[self._asked] = asyncio.get_running_loop().create_future()
        asked: Told = {"id": self._asked, "method": method, "params": parameters}
        await self._socket.send_json(asked | ({"sessionId": session} if session else {}))
        told = await asyncio.wait_for(answer, PATIENCE_S)
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']}")
        result: Told = told["result"]
        return result

    async def open(self, address: str) -> "Tab":
        """A new tab with that page."""
        target = (await self.ask("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self.ask("Target.attachToTarget", targetId=target, flatten=True)
        tab = Tab(self, target, attached["sessionId"])
        for domain in ("Page", "Runtime", "Network", "Log"):
            await tab.ask(f"{domain}.enable")
        await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=_LISTEN)
        await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
        await tab.ask("Page.navigate", url=address)
        return tab


class Tab:
    """One page."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    async def ask(self, method: str, **parameters: object) -> Told:
        """As of the browser, about this page."""
        return await self._browser.ask(method, session=self._session, **parameters)

    def events(self, method: str) -> list[Told]:
        """What was told of this page under that name, oldest first."""
        mine = [each for each in self._browser.events if each.get("sessionId") == self._session]
        return [each["params"] for each in mine if each["method"] == method]

    async def value(self, expression: str) -> Any:
        """What a piece of JavaScript gives in the page."""
        given = await self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return given["result"].get("value")

    async def until(self, expression: str) -> bool:
        """Whether it comes to be true in the page in time."""
        for _ in range(int(PATIENCE_S / POLL_S)):
            if await self.value(expression):
                return True
            await asyncio.sleep(POLL_S)
        return False

    async def hears(self, words: str) -> bool:
        """Whether the terminal in the page is told to draw these words, in time."""
        return await self.until(f"window.heard.includes({json.dumps(words)})")

    async def press(self, key: str, code: int = 0, modifiers: int = 0) -> None:
        """Press a key: one letter, or a named one with its code."""
        what: Told = {"key": key, "modifiers": modifiers, "windowsVirtualKeyCode": code or ord(key.upper())}
        text = {"text": key} if len(key) == 1 and not modifiers else {}
        await self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **what, **text)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **what)

    async def click(self, x: float, y: float) -> None:
        """Click there."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def picture(self, *, scale: float = 1.0) -> bytes:
        """What is seen, a PNG."""
        size = await self.value("({width: innerWidth, height: innerHeight})")
        clip = {"x": 0, "y": 0, "scale": scale, **size}
        shot = await self.ask("Page.captureScreenshot", format="png", clip=clip)
        return base64.b64decode(shot["data"])

    async def close(self) -> None:
        """Close the tab."""
        await self._browser.ask("Target.closeTarget", targetId=self._target)


@asynccontextmanager
async def running(program: str, folder: Path, *options: str) -> AsyncIterator[Browser]:
    """Chromium with a profile of its own in `folder`, ended with the block."""
    arguments: Sequence[str] = (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
        "--disable-background-networking", "--disable-component-update", "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader", "--window-size=1200,760", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", *options, "about:blank",
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    listening: asyncio.Task[None] | None = None
    try:
        port, path = (await _written(folder / "DevToolsActivePort")).split("\n")[:2]
        async with (
            ClientSession() as client,
            client.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0) as ws,
        ):
            browser = Browser(ws)
            listening = asyncio.create_task(browser.listen())
            yield browser
            with suppress(RuntimeError, ConnectionError, TimeoutError):
                await browser.ask("Browser.close")
    finally:
        if listening is not None:
            listening.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _written(file: Path) -> str:
    for _ in range(int(PATIENCE_S / POLL_S)):
        if text := _text(file):
            return text
        await asyncio.sleep(POLL_S)
    raise TimeoutError("Chromium did not begin to listen")


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""
