"""The process: sockets, the writer, and two servers in one event loop."""

import asyncio
import importlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from invite_core.delivery.signature import Signatures
from invite_core.errors import InviteError
from invite_core.settings import Settings
from webhook_listener import log
from webhook_listener.app import WEBHOOK_PATH, PublicApp, health_app
from webhook_listener.endpoint import Webhook
from webhook_listener.whole_requests import WholeRequestsProtocol
from webhook_listener.writer import Writer

_BACKLOG = 128
# From so many requests in progress on, others are answered 503; a connection without a request makes way before.
# Requests that are just answered count beside those that come on the same connections.
_MOST_CONNECTIONS = 256
_LOOPBACK = "127.0.0.1"


class PortFault(InviteError):
    """The listener cannot bind where it was told to."""


class _Server(uvicorn.Server):
    """A server that leaves signals to this module and says when it listens."""

    def __init__(self, app: ASGIApp, on_started: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=WholeRequestsProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=_MOST_CONNECTIONS,
                backlog=_BACKLOG,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=10,
            )
        )
        self._on_started = on_started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then say so."""
        await super().startup(sockets)
        self._on_started()


def serve(settings: Settings) -> int:
    """Listen until a signal comes; the exit code: 0 after SIGTERM, 130 after an interrupt.

    Raises `InviteError` where a setting, a port or the database cannot be used; nothing listens then.
    """
    settings.require("app_secret", "verify_token", "phone_number_id")
    sockets = [_bound(settings.listen_host, settings.listen_port)]
    try:
        if settings.health_port:
            sockets.append(_bound(_LOOPBACK, settings.health_port))
        writer = Writer(
            settings.db,
            phone_number_id=settings.phone_number_id,
            waba_id=settings.waba_id,
            address=_address(settings, sockets[0]),
        )
        writer.start()
    except BaseException:
        for each in sockets:
            each.close()
        raise
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_listen(settings, sockets, writer))
    finally:
        writer.stop()
        log.note("stopped")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is to be had: not on Windows."""
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return factory


async def _listen(settings: Settings, sockets: list[socket.socket], writer: Writer) -> int:
    previous = settings.app_secret_previous.get_secret_value()
    webhook = Webhook(
        writer=writer,
        signatures=Signatures([settings.app_secret.get_secret_value(), *([previous] if previous else [])]),
        verify_token=settings.verify_token.get_secret_value(),
    )
    waiting = list(sockets)

    def started() -> None:
        waiting.pop()
        if not waiting:
            ports = [each.getsockname()[1] for each in sockets]
            log.note("listening", port=ports[0], **({"health_port": ports[1]} if len(ports) > 1 else {}))

    servers = [_Server(PublicApp(webhook), started)]
    if len(sockets) > 1:
        servers.append(_Server(health_app(writer), started))
    with _stopping(servers) as received:
        pairs = zip(servers, sockets, strict=True)
        await asyncio.gather(*(server.serve([each]) for server, each in pairs))
    return 128 + signal.SIGINT if signal.SIGINT in received else 0


@contextmanager
def _stopping(servers: list[_Server]) -> Iterator[list[int]]:
    """Let SIGTERM and SIGINT end the servers; a second one ends them without patience."""
    received: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        for server in servers:
            server.should_exit = True
            server.force_exit = bool(received)
        received.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise PortFault(
            f"Port {port} on {host} cannot be used ({error.strerror or type(error).__name__}).",
            "End the program that uses it, or choose another with --port, INVITE_LISTEN_PORT or "
            "INVITE_HEALTH_PORT.",
        ) from None


def _address(settings: Settings, bound: socket.socket) -> str:
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    return f"http://{host}:{bound.getsockname()[1]}{WEBHOOK_PATH}"
