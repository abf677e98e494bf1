"""`/webhook`: the handshake, and the bodies that Meta signs (design, section 9).

Nothing of a body is looked into, logged or repeated before its signature was right, and 200 is answered
only once everything in it is committed: Meta's own repetition is the only second chance there is.
"""

import asyncio
from contextlib import suppress

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from invite_core.crashpoints import crashpoint
from invite_core.delivery.signature import Signatures
from invite_core.store import StoreError
from webhook_listener import log
from webhook_listener.body import BodyReader, BodyRefused, Disconnected, declared_refusal
from webhook_listener.handshake import answer_to
from webhook_listener.writer import Writer

_SIGNATURE = b"x-hub-signature-256"
_TOKEN = b"hub.verify_token="

_ALWAYS = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
# What is left of a refused request must not keep its connection open.
_REFUSED = {**_ALWAYS, "connection": "close"}


class Webhook:
    """The endpoint, as a plain ASGI application."""

    def __init__(
        self,
        *,
        writer: Writer,
        signatures: Signatures,
        verify_token: str,
        bodies: BodyReader | None = None,
    ) -> None:
        self._writer = writer
        self._signatures = signatures
        self._verify_token = verify_token
        self._bodies = bodies or BodyReader()
        self._told_previous = False
        self._unfitting = log.Seldom(
            "An update was refused: its signature does not fit INVITE_APP_SECRET. "
            "Copy it again from App settings > Basic."
        )
        self._wrong_token = log.Seldom(
            "Meta's check was refused: the verify token in the dashboard is not INVITE_VERIFY_TOKEN."
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._answer(scope, receive)
        except Disconnected:
            return
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> PlainTextResponse:
        match scope["method"]:
            case "GET":
                status, text = answer_to(scope["query_string"], self._verify_token)
                if status == 403 and _TOKEN in scope["query_string"]:
                    self._wrong_token.warn()
                return answered(status, text)
            case "POST":
                return await self._take(scope, receive)
            case _:
                return answered(405, headers={"allow": "GET, POST"})

    async def _take(self, scope: Scope, receive: Receive) -> PlainTextResponse:
        refusal = declared_refusal(scope["headers"])
        if refusal is not None:
            if refusal == 415:
                with suppress(BodyRefused):
                    await self._bodies.read(receive)
            return answered(refusal)
        try:
            body = await self._bodies.read(receive)
        except BodyRefused as refused:
            return answered(refused.status)
        given = [value for name, value in scope["headers"] if name == _SIGNATURE]
        slot = self._signatures.matched(body, given)
        if slot is None:
            claimed = self._signatures.claimed(given)
            self._writer.count_refused_signature(claimed=claimed)
            if claimed:
                self._unfitting.warn()
            return answered(401)
        if slot and not self._told_previous:
            self._told_previous = True
            log.note("Meta still signs with the previous secret")
        return await self._store(body)

    async def _store(self, body: bytes) -> PlainTextResponse:
        crashpoint("listener.received")
        try:
            await asyncio.wrap_future(self._writer.submit(body))
        except StoreError:
            return answered(503, headers={"retry-after": "10"})
        crashpoint("listener.before_answer")
        return answered(200)


def answered(status: int, text: str = "", *, headers: dict[str, str] | None = None) -> PlainTextResponse:
    """A short answer as plain text; every one but 200 ends its connection."""
    return PlainTextResponse(
        text, status_code=status, headers={**(_ALWAYS if status == 200 else _REFUSED), **(headers or {})}
    )
