"""One POST with nothing around it: what the fastest client does, and httpx in its two shapes.

Frozen. No deadline, no bound on the answer, nothing read out of it; an answer other than 200 ends the
measurement.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
from pyreqwest.client import ClientBuilder
from pyreqwest.compatibility.httpx import HttpxTransport

Post = Callable[[], Awaitable[None]]


async def bare_pyreqwest(stack: AsyncExitStack, url: str, body: dict[str, Any]) -> Post:
    """pyreqwest by itself, the body encoded beforehand."""
    client = await stack.enter_async_context(ClientBuilder().build())
    encoded = json.dumps(body).encode()

    async def post() -> None:
        answer = await client.post(url).body_bytes(encoded).build().send()
        _check(answer.status)
        await answer.bytes()

    return post


async def httpx_over_pyreqwest(stack: AsyncExitStack, url: str, body: dict[str, Any]) -> Post:
    """`httpx.AsyncClient` over the transport that comes with pyreqwest."""
    transport = HttpxTransport(ClientBuilder().build())
    return _httpx(await stack.enter_async_context(httpx.AsyncClient(transport=transport)), url, body)


async def httpx_pool(stack: AsyncExitStack, url: str, body: dict[str, Any]) -> Post:
    """`httpx.AsyncClient` with its own pool, as large as need be."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    client = httpx.AsyncClient(limits=limits, timeout=60, trust_env=False)
    return _httpx(await stack.enter_async_context(client), url, body)


def _httpx(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> Post:
    async def post() -> None:
        answer = await client.post(url, json=body)
        _check(answer.status_code)

    return post


def _check(status: int) -> None:
    if status != httpx.codes.OK:
        raise RuntimeError(f"HTTP {status}")
