"""Meta's stand-in, a listener and other people's servers, in one thread of the test's own process."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from graph_simulator.account import Account
from graph_simulator.app import build_app
from graph_simulator.arrival import Travel
from graph_simulator.simulator import Setup
from graph_simulator.webhook_bodies import Sender
from invite_core.delivery.signature import Signatures
from invite_core.provider.template_node import TemplatePage
from tests.builders import DATA, SENDER_NUMBER
from webhook_listener.app import PublicApp
from webhook_listener.endpoint import Webhook
from webhook_listener.writer import Writer

TOKEN = "EAAmadeuptokenofasystemuser"
SECRET = "5f1e0c7a9b3d4e6f8091a2b3c4d5e6f7"
WORD = "a-made-up-word-for-the-handshake"
WABA, APP = "102290129340398", "670843887433847"


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._has_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._has_started.set()


class Loop:
    """An event loop in a thread, for servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._servers: list[tuple[uvicorn.Server, asyncio.Future[None]]] = []
        self._thread.start()

    def serve(self, app: ASGIApp, *, lifespan: bool = False) -> str:
        """Serve `app` on a free loopback port from now on; its address."""
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app,
            log_config=None,
            lifespan="on" if lifespan else "off",
            ws="none",
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        started = threading.Event()
        server = _Server(config, started)

        async def run() -> None:
            self._servers.append((server, asyncio.ensure_future(server._serve([listening]))))

        asyncio.run_coroutine_threadsafe(run(), self._loop)
        assert started.wait(10)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def close(self) -> None:
        """End every server and the thread."""

        async def end() -> None:
            for server, _ in self._servers:
                server.should_exit = True
            await asyncio.gather(*(task for _, task in self._servers))

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Door:
    """A public address that leads wherever it is told to: the tunnel of the tests."""

    def __init__(self) -> None:
        self.leads_to: ASGIApp = page(502)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as whoever stands behind the door."""
        await self.leads_to(scope, receive, send)


def page(
    status: int, content: bytes = b"<html>The tunnel is offline</html>", kind: str = "text/html"
) -> ASGIApp:
    """An application that answers the same to everything."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return answer


@dataclass(slots=True)
class Outside:
    """The world beyond the desk: Meta, and the public address."""

    graph_url: str
    callback: str
    account: Callable[[], Account]
    door: Door
    pending: Callable[[], int]
    """How many updates are still to be acknowledged."""

    def stands(self, **changes: object) -> None:
        """Let the account, its token or its app stand in another way."""
        account = self.account()
        account.standing = account.standing.merged(changes)

    def rest(self) -> None:
        """Wait until nothing is to be delivered any more."""
        waiting = threading.Event()
        for _ in range(1000):
            if not self.pending():
                return
            waiting.wait(0.01)
        raise AssertionError(f"{self.pending()} updates are still on their way")


def stand_in(transport: httpx.AsyncBaseTransport | None = None) -> Starlette:
    """The stand-in for Meta, without delays: a stranger's account with the sample templates."""
    templates = TemplatePage.model_validate_json((DATA / "templates.sample.json").read_bytes())
    return build_app(
        Setup(
            access_token=TOKEN,
            app_secret=SECRET,
            sender=Sender(WABA, SENDER_NUMBER, "15550783881"),
            app_id=APP,
            templates=[each.model_dump(exclude={"quality"}) for each in templates.data],
            travel=Travel(pace=0),
            callback_transport=transport,
        )
    )


@contextmanager
def outside() -> Iterator[Outside]:
    """The stand-in, without delays, and a door that leads nowhere yet."""
    loop = Loop()
    try:
        door = Door()
        app = stand_in()
        graph = loop.serve(app, lifespan=True)
        yield Outside(
            graph,
            f"{loop.serve(door)}/webhook",
            lambda: app.state.simulator.account,
            door,
            lambda: app.state.simulator.pending,
        )
    finally:
        loop.close()


@contextmanager
def listening(database: Path, *, secret: str = SECRET, word: str = WORD) -> Iterator[ASGIApp]:
    """A listener on this file, as an application."""
    writer = Writer(database, phone_number_id=SENDER_NUMBER, waba_id=WABA, address="127.0.0.1:8080")
    writer.start()
    try:
        yield PublicApp(Webhook(writer=writer, signatures=Signatures([secret]), verify_token=word))
    finally:
        writer.stop()
