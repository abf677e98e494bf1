"""`send_template` of pywa's asynchronous client, nothing stored: what most Python programs would do. Frozen."""

import importlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx

MADE_UP = "made-up"


async def pywa_send_template(stack: AsyncExitStack, url: str) -> Callable[[], Awaitable[None]] | None:
    """A function that sends one template message, or None where pywa is not installed."""
    try:
        pywa: Any = importlib.import_module("pywa_async")
        templates: Any = importlib.import_module("pywa_async.types.templates")
    except ImportError:
        return None
    session = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
    client = pywa.WhatsApp(phone_id="1", token=MADE_UP, session=session)
    session.base_url = httpx.URL(f"{url}/v26.0")
    language = templates.TemplateLanguage.ENGLISH_UK

    async def post() -> None:
        await client.send_template(to="+447700900001", name="save_the_date", language=language, params=[])

    return post
