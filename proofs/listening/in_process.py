"""The listener's own application, writer thread and file in this process: only the HTTP server is left out."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from invite_core.delivery.signature import Signatures
from proofs.bodies import SENDER_NUMBER
from webhook_listener.app import WEBHOOK_PATH, PublicApp
from webhook_listener.endpoint import Webhook
from webhook_listener.writer import Writer

TOKEN = "a made-up word"  # noqa: S105 - made up
SECRET = "sixteen-made-up-bytes"  # noqa: S105 - made up

App = Callable[..., Any]


async def post(app: App, body: bytes, signature: str | None) -> int:
    """The status with which the application answers a body."""
    headers = [(b"content-length", str(len(body)).encode())]
    if signature is not None:
        headers.append((b"x-hub-signature-256", signature.encode("latin-1")))
    scope = {
        "type": "http", "method": "POST", "path": WEBHOOK_PATH, "raw_path": WEBHOOK_PATH.encode(),
        "query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": "",
    }  # fmt: skip
    statuses: list[int] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, object]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]


@contextmanager
def listening_in_process(database: Path) -> Iterator[App]:
    """The listener's application on a file, with its writer."""
    writer = Writer(database, phone_number_id=SENDER_NUMBER, address="http://127.0.0.1:8080/webhook")
    writer.start()
    try:
        yield PublicApp(Webhook(writer=writer, signatures=Signatures([SECRET]), verify_token=TOKEN))
    finally:
        writer.stop()
