"""Meta's side of the wire: signed bodies over real HTTP, posted again until they are acknowledged."""

import socket
from collections.abc import Sequence

from proofs import bodies
from webhook_listener.app import WEBHOOK_PATH

_PATIENCE_S = 30.0


def post_together(port: int, secret: str, raw: Sequence[bytes]) -> list[int | None]:
    """Post bodies at the same time, each over a connection of its own; the statuses of the answers, None
    where none came."""
    sockets = [_sent(port, secret, body) for body in raw]
    return [_status(each) for each in sockets]


def request(secret: str, body: bytes, *, keep: bool = False) -> bytes:
    """The bytes of one request; with `keep` the connection is for more of them."""
    head = (
        f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: listener\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Hub-Signature-256: {bodies.signature(body, secret)}\r\n"
        f"Connection: {'keep-alive' if keep else 'close'}\r\n\r\n"
    )
    return head.encode() + body


def _sent(port: int, secret: str, body: bytes) -> socket.socket | None:
    try:
        opened = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
    except OSError:
        return None
    try:
        opened.sendall(request(secret, body))
    except OSError:
        opened.close()
        return None
    return opened


def _status(connection: socket.socket | None) -> int | None:
    if connection is None:
        return None
    head = b""
    with connection:
        try:
            while b"\r\n\r\n" not in head and (more := connection.recv(4096)):
                head += more
        except OSError:
            return None
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") and b"\r\n" in head else None
