"""The listener's application on a real file, and bodies signed as Meta signs them."""

import hmac
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from invite_core.delivery.signature import Signatures
from invite_core.settings import without_settings
from invite_core.store import Store
from tests.delivery.rows import OWN_NUMBER
from webhook_listener.app import PublicApp
from webhook_listener.body import BodyReader
from webhook_listener.endpoint import Webhook
from webhook_listener.writer import Writer

SECRET = "sixteen-made-up-bytes"
PREVIOUS = "the-secret-before-it"
TOKEN = "a made-up word"
LARGEST = 64 * 1024
"""The bound of the application under test, so that tests need not send megabytes."""


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header with which Meta signs `body`."""
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def environment(**changed: str) -> dict[str, str]:
    """The settings of a listener, with some changed; '' takes one out."""
    settings = {
        "INVITE_APP_SECRET": SECRET,
        "INVITE_VERIFY_TOKEN": TOKEN,
        "INVITE_PHONE_NUMBER_ID": OWN_NUMBER,
        "INVITE_LISTEN_PORT": "0",
        "INVITE_HEALTH_PORT": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        **changed,
    }
    return {**without_settings(), **{name: value for name, value in settings.items() if value}}


@pytest.fixture
def writer(store: Store, database: Path) -> Iterator[Writer]:
    """A writer on the test's database; `store` is the test's own connection to it."""
    running = Writer(database, phone_number_id=OWN_NUMBER, address="http://127.0.0.1:8080/webhook")
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def client(writer: Writer) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application."""
    webhook = Webhook(
        writer=writer,
        signatures=Signatures([SECRET, PREVIOUS]),
        verify_token=TOKEN,
        bodies=BodyReader(largest=LARGEST, seconds=0.2),
    )
    transport = httpx.ASGITransport(app=PublicApp(webhook), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://listener") as opened:
        yield opened
