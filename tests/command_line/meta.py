"""A tiny stand-in for Meta in this process, for tests that must hold or shape single answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from tests.builders import DATA, SENDER_NUMBER

TOKEN = "EAAtesttoken"


@dataclass
class Meta:
    """What the stand-in was asked, and how it answers."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of every POST to /messages, in the order of their arrival."""
    number: dict[str, Any] = field(default_factory=lambda: {"id": SENDER_NUMBER})
    """What is said of the sender's number."""
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
            is_list = "/message_templates" in self.path
            node = json.loads((DATA / "templates.sample.json").read_bytes()) if is_list else meta.number
            self._answer(*((200, node) if self._is_known() else _WRONG_TOKEN))

        def _is_known(self) -> bool:
            return self.headers["Authorization"] == f"Bearer {TOKEN}"

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

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
