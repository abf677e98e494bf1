"""What is answered: a status, a short text and nothing of what was asked."""

from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from starlette.types import Message, Send

Headers = tuple[tuple[bytes, bytes], ...]

_ALWAYS: Headers = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
# What is left of a refused request must not keep its connection open.
_CLOSE = (b"connection", b"close")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, ready to be sent any number of times."""

    start: Message
    """Status and headers."""
    body: Message
    """The text."""
    closes: bool
    """Whether it ends its connection."""
    first_line: bytes
    """Its status line, as it is written on the wire."""
    rest: bytes
    """What is written behind that: its headers, the empty line and the text."""

    async def send(self, send: Send) -> None:
        """Send it as ASGI has it."""
        await send(self.start)
        await send(self.body)

    def written(self, further: bytes = b"") -> bytes:
        """The whole of it as it is written on the wire, with further header lines."""
        return b"".join((self.first_line, further, self.rest))


def answered(status: int, text: str = "", *, headers: Headers = ()) -> Answer:
    """A short answer as plain text; every one but 200 ends its connection."""
    body = text.encode()
    closes = status != HTTPStatus.OK
    length = (b"content-length", str(len(body)).encode())
    all_headers = [*_ALWAYS, length, *headers, *((_CLOSE,) if closes else ())]
    return Answer(
        {"type": "http.response.start", "status": status, "headers": all_headers},
        {"type": "http.response.body", "body": body, "more_body": False},
        closes,
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode(),
        header_lines(all_headers) + b"\r\n" + body,
    )


def header_lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    """Headers as they are written on the wire."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)


@cache
def bare(status: int) -> Answer:
    """The answer that is a status and nothing else."""
    return answered(status)
