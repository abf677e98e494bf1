"""The one speaker of HTTP to Meta: the WhatsApp Cloud API.

A send is exactly one POST with one deadline over the whole call (time-outs per read would let a dripping
server hold a call for ever); how it travels is `transport`'s affair. Nothing is asked for compressed, and
an answer that comes compressed all the same cannot be read.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from invite_core import __version__
from invite_core.provider.outcome import Outcome
from invite_core.provider.refusal import ProviderUnreachable, StaleCursor, refused, unreadable
from invite_core.provider.response import read_answer
from invite_core.provider.template_node import (
    PhoneNumberNode,
    TemplatePage,
    TemplateVariant,
    Uploaded,
)
from invite_core.provider.transport import (
    CONNECT_TIMEOUT_S,
    MAX_ANSWER,
    MAX_PAGE,
    Answer,
    AnswerTooLarge,
    exchange,
    open_transport,
)
from invite_core.provider.transport_failures import outcome_of
from invite_core.settings import METAS_OWN

SEND_DEADLINE_S = 30.0
PAGE_SIZE = 100
NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,throughput,health_status,"
    "whatsapp_business_manager_messaging_limit"
)
_TEMPLATE_FIELDS = (
    "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason"
)

_JSON = TypeAdapter[Any](Any)

NodeT = TypeVar("NodeT", bound=BaseModel)


class CloudApi:
    """A client for one sender. Use as an async context manager."""

    def __init__(
        self,
        *,
        base_url: str,
        version: str,
        phone_number_id: str,
        waba_id: str,
        access_token: SecretStr,
        max_in_flight: int = 64,
        deadline_s: float = SEND_DEADLINE_S,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._is_metas_own = base_url.rstrip("/") == METAS_OWN
        self._phone_number_id = phone_number_id
        self._waba_id = waba_id
        self._deadline_s = deadline_s
        self._headers = httpx.Headers(
            {
                "Authorization": f"Bearer {access_token.get_secret_value()}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"whatsapp-invitations/{__version__}",
            }
        )
        self._timeouts = {"timeout": httpx.Timeout(deadline_s, connect=CONNECT_TIMEOUT_S).as_dict()}
        self._transport = transport or open_transport(max_in_flight=max_in_flight, deadline_s=deadline_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """POST `body` once and say how it ended. Never raises for what the network or Meta does.

        A cancellation passes through: the caller must then take the outcome for unknown.
        """
        try:
            answer = await self._exchange(self._post(body), at_most=MAX_ANSWER)
        except Exception as error:  # the complement of the short list is unknown, whatever it is
            return outcome_of(error)
        return read_answer(answer.http_status, answer.body)

    async def list_templates(self) -> list[TemplateVariant]:
        """Every template variant of the account, over all pages.

        Raises `ProviderRefused` or `ProviderUnreachable`.
        """
        for _ in range(3):
            try:
                return await self._all_pages()
            except StaleCursor:
                continue
        raise ProviderUnreachable(
            "Meta's list of templates kept changing while it was read.",
            "Run `invite-tui templates sync` again.",
        )

    async def _all_pages(self) -> list[TemplateVariant]:
        found: list[TemplateVariant] = []
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            query = {"fields": _TEMPLATE_FIELDS, "limit": str(PAGE_SIZE)} | (
                {"after": cursor} if cursor else {}
            )
            page, _ = await self.ask(f"{self._waba_id}/message_templates", query, TemplatePage)
            found += page.data
            cursor = page.cursor
            if cursor is None:
                return found
            if cursor in seen:
                raise StaleCursor
            seen.add(cursor)

    async def phone_number(self) -> PhoneNumberNode:
        """The sender's number. Raises `ProviderRefused` or `ProviderUnreachable`."""
        return (await self.ask(self._phone_number_id, {"fields": NUMBER_FIELDS}, PhoneNumberNode))[0]

    async def ask(
        self, path: str, query: Mapping[str, str], kind: type[NodeT], *, bearer: SecretStr | None = None
    ) -> tuple[NodeT, datetime | None]:
        """GET `path` of the Graph API: what it says, and what Meta's clock said then (whole seconds), if it told.

        `bearer` is another token than the client's own. Raises `ProviderRefused` or `ProviderUnreachable`.
        """
        answer = await self._answer("GET", path, query, None, bearer)
        try:
            return kind.model_validate_json(answer.body), _date_of(answer)
        except ValidationError:
            raise unreadable() from None

    async def tell(self, path: str, said: Mapping[str, Any], *, bearer: SecretStr | None = None) -> None:
        """POST `said` to `path` of the Graph API, which is an act. Raises what `ask` raises; after
        `ProviderUnreachable` it is open whether Meta has carried it out."""
        await self._answer("POST", path, {}, said, bearer)

    async def upload_media(self, content: bytes, *, kind: str, name: str) -> str:
        """Upload a file for headers; the id, under which Meta has it for thirty days. `kind` is its media type.

        Raises what `ask` raises.
        """
        said = {"messaging_product": "whatsapp", "type": kind}
        address = httpx.URL(f"{self._root}/{self._phone_number_id}/media")
        request = httpx.Request("POST", address, data=said, files={"file": (name, content, kind)})
        headers = {**self._headers, "Content-Type": request.headers["Content-Type"]}
        whole = httpx.Request(
            "POST", address, headers=headers, content=request.read(), extensions=self._timeouts
        )
        answer = await self._answered(whole)
        try:
            return Uploaded.model_validate_json(answer.body).id
        except ValidationError:
            raise unreadable() from None

    async def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        said: Mapping[str, Any] | None,
        bearer: SecretStr | None,
    ) -> Answer:
        headers = self._headers.copy()
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer.get_secret_value()}"
        try:
            address = httpx.URL(f"{self._root}/{path}", params=query)
        except httpx.InvalidURL as error:
            raise _unreachable(error, is_metas_own=self._is_metas_own) from None
        return await self._answered(
            httpx.Request(method, address, headers=headers, json=said, extensions=self._timeouts)
        )

    async def _answered(self, request: httpx.Request) -> Answer:
        try:
            answer = await self._exchange(request, at_most=MAX_PAGE)
        except AnswerTooLarge:
            raise unreadable() from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _unreachable(error, is_metas_own=self._is_metas_own) from None
        if answer.http_status != httpx.codes.OK:
            raise refused(answer.http_status, answer.body)
        return answer

    @cached_property
    def _messages(self) -> httpx.URL:
        return httpx.URL(f"{self._root}/{self._phone_number_id}/messages")

    def _post(self, body: Mapping[str, Any]) -> httpx.Request:
        # With a stream of its own the request makes no headers for itself, which cost more than the rest.
        text = _JSON.dump_json(body)
        headers = [*self._post_headers, (b"Content-Length", str(len(text)).encode())]
        stream = httpx.ByteStream(text)
        return httpx.Request(
            "POST", self._messages, headers=headers, stream=stream, extensions=self._timeouts
        )

    @cached_property
    def _post_headers(self) -> list[tuple[bytes, bytes]]:
        host = (b"Host", self._messages.netloc)
        return [host, *self._headers.raw, (b"Content-Type", b"application/json")]

    async def _exchange(self, request: httpx.Request, *, at_most: int) -> Answer:
        async with asyncio.timeout(self._deadline_s):
            return await exchange(self._transport, request, at_most=at_most)


def _unreachable(error: Exception, *, is_metas_own: bool) -> ProviderUnreachable:
    check = "the internet connection" if is_metas_own else "the internet connection and INVITE_GRAPH_URL"
    return ProviderUnreachable(
        f"Meta cannot be reached ({type(error).__name__}).", f"Check {check}, then try again."
    )


def _date_of(answer: Answer) -> datetime | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
