"""`/webhook`: the handshake, and the bodies that Meta signs (design, section 9).

Nothing of a body is looked into, logged or repeated before its signature was right, and 200 is answered
only once everything in it is committed: Meta's own repetition is the only second chance there is.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from starlette.types import Receive, Scope, Send

from invite_core.crashpoints import crashpoint
from invite_core.delivery.signature import Signatures
from invite_core.delivery.tally import Tally
from webhook_listener import log
from webhook_listener.answers import Answer, answered, bare
from webhook_listener.body import BodyReader, BodyRefused, Disconnected, Headers, declared_refusal
from webhook_listener.gathering import Gathering
from webhook_listener.handshake import answer_to
from webhook_listener.writer import Writer

_SIGNATURE = b"x-hub-signature-256"
_TOKEN = b"hub.verify_token="

_OK = bare(200)
_LATER = answered(503, headers=((b"retry-after", b"10"),))


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
        self._gathering = Gathering(writer)
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
            answer = await self._answer(scope, receive)
        except Disconnected:
            return
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        match scope["method"]:
            case "GET":
                status, text = answer_to(scope["query_string"], self._verify_token)
                if status == 403 and _TOKEN in scope["query_string"]:
                    self._wrong_token.warn()
                return answered(status, text)
            case "POST":
                return await self._read(scope, receive)
            case _:
                return answered(405, headers=((b"allow", b"GET, POST"),))

    async def _read(self, scope: Scope, receive: Receive) -> Answer:
        refusal = declared_refusal(scope["headers"])
        if refusal is not None:
            if refusal == 415:
                with suppress(BodyRefused):
                    await self._bodies.read(receive)
            return bare(refusal)
        try:
            body = await self._bodies.read(receive)
        except BodyRefused as refused:
            return bare(refused.status)
        promise: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.take(
            scope["headers"], body, lambda answer: None if promise.done() else promise.set_result(answer)
        )
        return await promise

    def take(self, headers: Headers, body: bytes, answer: Callable[[Answer], None]) -> None:
        """Take in a POST whose body is whole; `answer` is called once, now or when all of it is committed.

        To be called in the event loop.
        """
        refusal = declared_refusal(headers)
        if refusal is not None:
            answer(bare(refusal))
            return
        given = [value for name, value in headers if name == _SIGNATURE]
        slot = self._signatures.matched(body, given)
        if slot is None:
            self._count_refused(given)
            answer(bare(401))
            return
        if slot and not self._told_previous:
            self._told_previous = True
            log.note("Meta still signs with the previous secret")
        crashpoint("listener.received")
        self._gathering.store(body, partial(_answer_once_stored, answer))

    def _count_refused(self, given: list[bytes]) -> None:
        claimed = self._signatures.claimed(given)
        self._writer.count_refused_signature(claimed=claimed)
        if claimed:
            self._unfitting.warn()


def _answer_once_stored(answer: Callable[[Answer], None], result: Tally | Exception) -> None:
    if isinstance(result, Exception):  # whatever it was, nothing is stored, and Meta will try again
        answer(_LATER)
        return
    crashpoint("listener.before_answer")
    answer(_OK)
