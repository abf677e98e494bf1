"""A tiny stand-in for Meta in this process, for tests that must hold or shape single answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from invite_core.operations.check_hearing import WANTED
from tests.builders import DATA, SENDER_NUMBER

TOKEN = "EAAtesttoken"
_APP = {"id": "7001", "name": "Party"}


@dataclass
class Meta:
    """What the stand-in was asked, and how it answers."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of every POST to /messages, in the order of their arrival."""
    number: dict[str, Any] = field(default_factory=lambda: {"id": SENDER_NUMBER})
    """What is said of the sender's number."""
    apps: list[dict[str, Any]] = field(default_factory=lambda: [{"whatsapp_business_api_data": _APP}])
    """The apps that hear of the account."""
    date: str = ""
    """When its answers say that they were made; '' for the moment at which they are."""
    refusal: dict[str, Any] | None = None
    """The `error` that every send is refused with (HTTP 400)."""
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released once per POST, before its answer."""
    may_answer: threading.Event = field(default_factory=threading.Event)
    """While it is not set, POSTs get no answer."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def send(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The answer to one POST."""
        number = next(self._numbers)
        self.posts.append(body)
        self.arrived.release()
        self.may_answer.wait(20)
        if self.refusal is not None:
            return 400, {"error": self.refusal}
        return 200, {
            "messaging_product": "whatsapp",
            "contacts": [{"input": body["to"], "wa_id": body["to"].lstrip("+")}],
            "messages": [{"id": f"wamid.{number}", "message_status": "accepted"}],
        }


_ASKED: dict[str, Any] = {
    "debug_token": {
        "data": {
            "is_valid": True,
            "app_id": "7001",
            "application": "Party",
            "type": "SYSTEM_USER",
            "scopes": ["whatsapp_business_messaging", "whatsapp_business_management"],
        }
    },
    "phone_numbers": {"data": [{"id": SENDER_NUMBER}]},
    "subscriptions": {"data": [{"object": "whatsapp_business_account", "fields": list(WANTED)}]},
}
"""The answers about the account and its app, by the last word of the address: all is well."""


@contextmanager
def running_meta() -> Iterator[Meta]:
    """The stand-in on a free loopback port; it answers at once until `may_answer` is cleared."""
    meta = Meta()
    meta.may_answer.set()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(*(meta.send(body) if self._is_known() else _WRONG_TOKEN))

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.endswith("/message_templates"):
                node = json.loads((DATA / "templates.sample.json").read_bytes())
            else:
                asked = {**_ASKED, "subscribed_apps": {"data": meta.apps}}
                node = asked.get(path.rpartition("/")[2], meta.number)
            self._answer(*((200, node) if self._is_known() else _WRONG_TOKEN))

        def _is_known(self) -> bool:
            return self.headers["Authorization"].removeprefix("Bearer ") in (TOKEN, "7001|a-made-up-secret")

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return meta.date or super().date_time_string(timestamp)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Nothing: the tests' output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    meta.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield meta
    finally:
        meta.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()


_WRONG_TOKEN = (
    401,
    {"error": {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}},
)
