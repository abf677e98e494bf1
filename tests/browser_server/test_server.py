"""The server over real HTTP on loopback: who gets a session, and what becomes of it."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from browser_server.admission import Admission, new_token
from browser_server.server import BrowserServer

PROGRAM = Path(__file__).with_name("a_program.py")
GRACE_S = PATIENCE_S = 0.3


@dataclass
class Place:
    """A server at work, and a client."""

    client: ClientSession
    port: int
    token: str
    marks: Path
    stop: asyncio.Event
    done: "asyncio.Task[None]"
    reported: list[Exception] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, host: str | None = None) -> tuple[int, str]:
        """Status and text of a page."""
        headers = {"Host": host} if host else {}
        async with self.client.get(f"{self.origin}{path}", headers=headers) as answer:
            return answer.status, await answer.text()

    async def open(
        self, *, origin: str | None = "", token: str = "", query: str = "", patiently: bool = False
    ) -> ClientWebSocketResponse:
        """A session. Raises `WSServerHandshakeError` where it is refused; `patiently`, not for want of room."""
        for _ in range(1000 if patiently else 0):
            if (await self.get(f"/{self.token}/"))[0] == 200:
                break
            await asyncio.sleep(0.01)
        asked = self.origin if origin == "" else origin
        return await self.client.ws_connect(
            f"{self.origin}/{token or self.token}/ws{query}", headers={"Origin": asked} if asked else {}
        )

    @property
    def running(self) -> list[int]:
        """The process ids of the programs that run."""
        return [int(mark.name) for mark in self.marks.iterdir()]


@asynccontextmanager
async def serving(folder: Path, *options: str, most: int = 4) -> AsyncIterator[Place]:
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    token, reported = new_token(), list[Exception]()
    marks = folder / "marks"
    marks.mkdir()
    command = [sys.executable, "-S", str(PROGRAM), str(marks), *options]
    server = BrowserServer(
        command,
        Admission.at("127.0.0.1", [], token),
        most=most,
        title="Invitations",
        report=reported.append,
        grace_s=GRACE_S,
        patience_s=PATIENCE_S,
    )
    done = asyncio.create_task(server.serve("127.0.0.1", 0, stop, port.set_result))
    async with ClientSession() as client:
        try:
            yield Place(client, await port, token, marks, stop, done, reported)
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await done
    assert not reported


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to pass")


async def drawn(socket: ClientWebSocketResponse, so_much: bytes) -> bytes:
    """What is drawn, up to these bytes."""
    seen = b""
    async with asyncio.timeout(10):
        while so_much not in seen:
            seen += await socket.receive_bytes()
    return seen


@pytest.mark.anyio
async def test_without_the_token_there_is_nothing_but_the_terminal_s_own_files(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(tmp_path) as place:
        wrong = new_token()
        for path in (
            "/",
            "/ws",
            "/x/",
            f"/{wrong}/",
            f"/{wrong}/ws",
            f"/{wrong}/download/1",
            "/%ff%00/",
            f"/{place.token[:-1]}/",
        ):
            status, text = await place.get(path)
            assert (status, place.token in text) == (403, False), path
        for token in (wrong, place.token[:-1], place.token + "x"):
            with pytest.raises(WSServerHandshakeError, match="403"):
                await place.open(token=token)
        assert (await place.get("/static/"))[0] == 403
        assert (await place.get("/static/../server.py"))[0] == 403
        assert (await place.get("/static/css/xterm.css"))[0] == 200
        status, page = await place.get(f"/{place.token}/")
        assert (status, "/static/js/textual.js" in page, place.token in page) == (200, True, False)
        assert "http://" not in page
        assert "https://" not in page
        assert not place.running
    assert place.token not in caplog.text


@pytest.mark.anyio
async def test_the_page_runs_no_script_but_its_own_and_tells_no_other_server_its_address(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as place, place.client.get(f"{place.origin}/{place.token}/") as page:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert f"connect-src ws://127.0.0.1:{place.port} wss" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.anyio
async def test_another_page_of_the_same_browser_opens_no_session_even_with_the_token(tmp_path: Path) -> None:
    async with serving(tmp_path) as place:
        for origin in (
            "http://evil.example",
            f"http://localhost:{place.port}",
            "http://127.0.0.1:1",
            "null",
            None,
        ):
            with pytest.raises(WSServerHandshakeError, match="403"):
                await place.open(origin=origin)
        for path in (f"/{place.token}/", f"/{place.token}/ws", "/static/css/xterm.css"):
            assert (await place.get(path, host=f"evil.example:{place.port}"))[0] == 403
        assert (await place.get(f"/{place.token}/ws"))[0] == 403
        assert not place.running


@pytest.mark.anyio
async def test_keys_and_size_go_to_the_program_and_what_it_draws_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as place:
        socket = await place.open(query="?width=100&height=99999")
        assert b"100x300 browser_server.session_driver:SessionDriver" in await drawn(socket, b"SessionDriver")
        await socket.send_str(json.dumps(["stdin", "é\ud800q"]))
        await drawn(socket, b"D" + "éq".encode())
        await socket.send_str(json.dumps(["resize", {"width": 10_000, "height": -1}]))
        await drawn(socket, b'M{"type": "resize", "width": 500, "height": 1}')
        await socket.send_str(json.dumps(["ping", "17"]))
        assert await socket.receive_json() == ["pong", "17"]
        await socket.close()
        await until(lambda: not place.running)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '["stdin", 1]', '["resize", {}]', '["quit"]', "[" * 5000]
)
async def test_what_the_page_never_says_ends_the_session(tmp_path: Path, text: str) -> None:
    async with serving(tmp_path) as place:
        socket = await place.open()
        await drawn(socket, b"SessionDriver")
        await socket.send_str(text)
        assert (await socket.receive()).type is WSMsgType.CLOSE
        await until(lambda: not place.running)


@pytest.mark.anyio
async def test_no_more_sessions_than_are_allowed_run_at_a_time(tmp_path: Path) -> None:
    async with serving(tmp_path, most=2) as place:
        first, second = await place.open(), await place.open()
        with pytest.raises(WSServerHandshakeError, match="503"):
            await place.open()
        assert (await place.get(f"/{place.token}/"))[0] == 503
        await until(lambda: len(place.running) == 2)
        await first.close()
        third = await place.open(patiently=True)
        await drawn(third, b"SessionDriver")
        assert not second.closed


@pytest.mark.anyio
async def test_the_end_of_the_server_ends_every_session_and_its_program(tmp_path: Path) -> None:
    async with serving(tmp_path) as place:
        sockets = [await place.open(), await place.open()]
        await until(lambda: len(place.running) == 2)
        place.stop.set()
        for socket in sockets:
            while (message := await socket.receive()).type is WSMsgType.BINARY:
                pass
            assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)
        await place.done
        assert not place.running


@pytest.mark.anyio
async def test_a_program_that_does_not_end_is_ended(tmp_path: Path) -> None:
    async with serving(tmp_path, "stays") as place:
        socket = await place.open()
        await until(lambda: place.running)
        (process,) = place.running
        await drawn(socket, b"SessionDriver")
        await socket.close()
        await until(lambda: not alive(process))


@pytest.mark.anyio
async def test_a_visitor_who_takes_nothing_any_more_holds_up_neither_their_program_nor_the_server(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, most=1) as place:
        socket = await place.open()
        await until(lambda: place.running)

        async def type_much() -> None:  # each is drawn again, and nothing of it is read
            for _ in range(20):
                await socket.send_str(json.dumps(["stdin", "x" * 1_000_000]))

        typing = asyncio.create_task(type_much())
        await until(lambda: not place.running)
        await asyncio.gather(typing, return_exceptions=True)
        another = await place.open(patiently=True)
        await drawn(another, b"SessionDriver")
        await asyncio.gather(socket.close(), another.close())


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
