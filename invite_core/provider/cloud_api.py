"""The one speaker of HTTP to Meta: the WhatsApp Cloud API.

A send is exactly one POST: no redirects, no retries, no proxy from the environment, one deadline over
the whole call (httpx's own timeouts are per read, so that a dripping server could hold a call for
ever), and connections kept only briefly, because a stale one fails without telling whether the
request was read.
"""

import asyncio
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from invite_core.errors import InviteError
from invite_core.provider.error_table import explain
from invite_core.provider.outcome import Outcome
from invite_core.provider.response import read_answer
from invite_core.provider.template_node import PhoneNumberNode, TemplatePage, TemplateVariant
from invite_core.provider.transport_failures import outcome_of

SEND_DEADLINE_S = 30.0
KEEPALIVE_S = 2.0
PAGE_SIZE = 100
CURSOR_IS_STALE = 131059
_NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,throughput,health_status,"
    "whatsapp_business_manager_messaging_limit"
)
_TEMPLATE_FIELDS = (
    "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason"
)

# httpx logs every URL at INFO; ids of accounts have no business in a log.
logging.getLogger("httpx").setLevel(logging.WARNING)


NodeT = TypeVar("NodeT", bound=BaseModel)


class ProviderRefused(InviteError):
    """Meta refused a question about the account."""


class ProviderUnreachable(InviteError):
    """Meta could not be reached, or its answer could not be read."""


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
        self._phone_number_id = phone_number_id
        self._waba_id = waba_id
        self._deadline_s = deadline_s
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {access_token.get_secret_value()}"},
            timeout=httpx.Timeout(deadline_s),
            limits=httpx.Limits(
                max_connections=max_in_flight,
                max_keepalive_connections=max_in_flight,
                keepalive_expiry=KEEPALIVE_S,
            ),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """POST `body` once and say how it ended. Never raises for what the network or Meta does.

        A cancellation passes through: the caller must then take the outcome for unknown.
        """
        try:
            async with asyncio.timeout(self._deadline_s):
                answer = await self._client.post(f"{self._root}/{self._phone_number_id}/messages", json=body)
        except Exception as error:  # the complement of the short list is unknown, whatever it is
            return outcome_of(error)
        return read_answer(answer.status_code, answer.content)

    async def list_templates(self) -> list[TemplateVariant]:
        """Every template variant of the account, over all pages.

        Raises `ProviderRefused` or `ProviderUnreachable`.
        """
        for _ in range(3):
            try:
                return await self._all_pages()
            except _StaleCursor:
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
            page = await self._get(f"{self._waba_id}/message_templates", query, TemplatePage)
            found += page.data
            cursor = page.cursor
            if cursor is None:
                return found
            if cursor in seen:
                raise _StaleCursor
            seen.add(cursor)

    async def phone_number(self) -> PhoneNumberNode:
        """The sender's number. Raises `ProviderRefused` or `ProviderUnreachable`."""
        return await self._get(self._phone_number_id, {"fields": _NUMBER_FIELDS}, PhoneNumberNode)

    async def _get(self, path: str, query: Mapping[str, str], kind: type[NodeT]) -> NodeT:
        try:
            async with asyncio.timeout(self._deadline_s):
                answer = await self._client.get(f"{self._root}/{path}", params=query)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise ProviderUnreachable(
                f"Meta cannot be reached ({type(error).__name__}).",
                "Check the internet connection and INVITE_GRAPH_URL, then try again.",
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise _refused(answer)
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError:
            raise ProviderUnreachable(
                "Meta's answer cannot be read.", "Check INVITE_GRAPH_URL; it may lead to something else."
            ) from None


class _StaleCursor(Exception):
    """A page's cursor no longer holds; the list is read again from its start (131059)."""


def _refused(answer: httpx.Response) -> Exception:
    try:
        error = answer.json()["error"]
        code, message = int(error["code"]), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError):
        return ProviderUnreachable(
            f"Meta answered with HTTP {answer.status_code} and no explanation.", "Try again in some minutes."
        )
    if code == CURSOR_IS_STALE:
        return _StaleCursor()
    fact = explain(code)
    return ProviderRefused(f"{fact.sentence} (Meta: {message[:200]})", fact.todo)
