"""A call of the listener's public address from outside, as Meta makes it: through the tunnel, signed."""

import asyncio
import hmac
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from invite_core import __version__
from invite_core.errors import InviteError
from invite_core.provider.transport import CONNECT_TIMEOUT_S, AnswerTooLarge, exchange, open_transport

DEADLINE_S = 15.0
"""How long the whole call may take, in seconds."""
_MOST_READ = 1 << 20


class CallbackUnreachable(InviteError):
    """Nobody could be reached at the address."""


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What answered at the address."""

    http_status: int
    body: bytes
    content_type: str


async def post_signed(
    address: str, body: bytes, secret: SecretStr, *, transport: httpx.AsyncBaseTransport | None = None
) -> CallbackAnswer:
    """POST `body` to `address` once, signed with the app secret as Meta signs. Raises `CallbackUnreachable`."""
    signed = hmac.new(secret.get_secret_value().encode(), body, "sha256").hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={signed}",
        "User-Agent": f"whatsapp-invitations/{__version__}",
    }
    timeouts = {"timeout": httpx.Timeout(DEADLINE_S, connect=CONNECT_TIMEOUT_S).as_dict()}
    transport = transport or open_transport(max_in_flight=1, deadline_s=DEADLINE_S)
    try:
        request = httpx.Request("POST", address, headers=headers, content=body, extensions=timeouts)
        async with asyncio.timeout(DEADLINE_S):
            answer = await exchange(transport, request, at_most=_MOST_READ)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, AnswerTooLarge) as error:
        raise CallbackUnreachable(
            f"Nobody can be reached at {address} ({type(error).__name__}).",
            "See whether the tunnel runs and its address is still this one; "
            "a new address is told to Meta with `invite-tui webhook subscribe ADDRESS`.",
        ) from None
    finally:
        await transport.aclose()
    return CallbackAnswer(answer.http_status, answer.body, answer.headers.get("Content-Type", ""))
