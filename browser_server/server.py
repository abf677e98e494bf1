"""The web server: the page, the websocket behind it, files that are handed over; all of it below the token."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import quote

import textual_serve
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from textual_serve.download_manager import DownloadManager

from browser_server.admission import Admission
from browser_server.session import GRACE_S, PATIENCE_S, Browser, Session

HEARTBEAT_S = 15.0
"""So often a visitor is asked whether they are still there."""

LONGEST_MESSAGE = 1 << 20
"""Of the page, in bytes; room for what somebody pastes."""

_STATIC = Path(textual_serve.__file__).parent / "static"
_PAGE = Template(files("browser_server").joinpath("page.html").read_text("utf-8"))

_INCOMPLETE = "Open the whole address that `invite-tui serve` printed: it ends with a long word.\n"
_FOREIGN_NAME = "This computer is not known by that name here. See `invite-tui serve --help`: --name.\n"
_FOREIGN_PAGE = "Only the page of this very address may open a session.\n"
_FULL = "As many sessions as are allowed are open. Close one, then open this page again.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BrowserServer:
    """Starts `command` for each visitor whom `admission` lets in, at most `most` at a time.

    `title` is what the page is called; `report` is told of what goes wrong in here and should not; a session
    that is over has `grace_s` seconds to end, and whoever takes nothing for `patience_s` seconds has gone.
    """

    def __init__(
        self,
        command: Sequence[str],
        admission: Admission,
        *,
        most: int,
        title: str,
        report: Callable[[Exception], object],
        grace_s: float = GRACE_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._command = command
        self._admission = admission
        self._most = most
        self._title = title
        self._report = report
        self._grace_s = grace_s
        self._patience_s = patience_s
        self._downloads = DownloadManager()
        self._open: set[web.WebSocketResponse] = set()

    # ------------------------------------------------------------ running

    async def serve(self, host: str, port: int, stop: asyncio.Event, ready: Callable[[int], object]) -> None:
        """Answer at `host` and `port` (0: one that is free, told to `ready`) until `stop` is set.

        Every session has ended when this returns. Raises OSError where nothing can listen there.
        """
        # Nothing is logged: the address of every request holds the token.
        quiet = logging.Logger("browser_server", logging.CRITICAL + 1)
        runner = web.AppRunner(
            self.application(), access_log=None, logger=quiet, shutdown_timeout=self._grace_s + 5
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            ready(int(runner.addresses[0][1]))
            await stop.wait()
        finally:
            await runner.cleanup()

    def application(self) -> web.Application:
        """What is served."""
        app = web.Application(middlewares=[self._guard], client_max_size=1024)
        app.router.add_get("/{token}/", self._page)
        app.router.add_get("/{token}/ws", self._websocket, allow_head=False)
        app.router.add_get("/{token}/download/{key}", self._download, allow_head=False)
        app.router.add_static("/static", _STATIC)
        app.on_shutdown.append(self._end_sessions)
        return app

    async def _end_sessions(self, _: web.Application) -> None:
        closing = (
            asyncio.wait_for(each.close(code=WSCloseCode.GOING_AWAY), self._patience_s) for each in self._open
        )
        await asyncio.gather(*closing, return_exceptions=True)  # one may not have been opened quite yet

    # ------------------------------------------------------------ who is let in

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._admission.answers_to(request.headers.get("Host", "")):
            return _refusal(_FOREIGN_NAME)
        is_static = request.match_info.route.resource is not None and "token" not in request.match_info
        if not is_static and not self._admission.opens(request.match_info.get("token", "")):
            return _refusal(_INCOMPLETE)
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            self._report(error)
            return web.Response(status=500, text="Something went wrong; the terminal says what.\n")

    # ------------------------------------------------------------ what there is

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if len(self._open) >= self._most:
            return _refusal(_FULL, 503)
        nonce, host = secrets.token_urlsafe(16), request.headers["Host"]
        page = web.Response(text=_PAGE.substitute(nonce=nonce, title=self._title), content_type="text/html")
        page.headers.update(
            {
                "Content-Security-Policy": (
                    f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
                    f"img-src data:; font-src 'self'; connect-src ws://{host} wss://{host}; "
                    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                ),
                "Cross-Origin-Opener-Policy": "same-origin",
                **_PRIVATE,
            }
        )
        return page

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if not self._admission.is_own_page(request.headers.get("Origin"), request.headers["Host"]):
            return _refusal(_FOREIGN_PAGE)
        if len(self._open) >= self._most:
            return _refusal(_FULL, 503)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE)
        if not socket.can_prepare(request).ok:
            return _refusal("Only a websocket is opened here.\n", 400)
        self._open.add(socket)
        try:
            await socket.prepare(request)
            await self._session(request, socket)
        except Exception as error:  # the answer has begun: nothing else can be answered any more
            self._report(error)
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)
        finally:
            self._open.discard(socket)
        return socket

    async def _session(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        """Run a session until either end has had enough."""

        def cut() -> None:
            if request.transport is not None:
                request.transport.abort()

        session = Session(
            self._command,
            Browser(draw=socket.send_bytes, tell=socket.send_str, leave=socket.close, cut=cut),
            self._downloads,
            grace_s=self._grace_s,
            patience_s=self._patience_s,
        )
        await session.start(_number(request, "width", 80), _number(request, "height", 24))
        try:
            async for message in socket:
                if not await _heard(session, message):
                    await session.told(socket.close(code=WSCloseCode.UNSUPPORTED_DATA))
        finally:
            await session.stop()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        try:
            file = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound(text="There is no such file any more.\n") from None
        answer = web.StreamResponse(headers=_PRIVATE)
        answer.content_type = "application/octet-stream"  # nothing that is handed over is shown as a page
        answer.headers["Content-Disposition"] = (
            f"attachment; filename*=UTF-8''{quote(file.file_name, safe='')}"
        )
        await answer.prepare(request)
        async for chunk in self._downloads.download(key):
            await answer.write(chunk)
        return answer


_PRIVATE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer below the token."""


def _refusal(sentence: str, status: int = 403) -> web.Response:
    return web.Response(status=status, text=sentence, headers=_PRIVATE)


async def _heard(session: Session, message: WSMessage) -> bool:
    """Whether that was a message of the page, which is then done."""
    if message.type is not WSMsgType.TEXT:
        return False
    try:
        await session.hear(message.data)
    except (ValueError, TimeoutError):
        return False
    return True


def _number(request: web.Request, name: str, otherwise: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else otherwise
