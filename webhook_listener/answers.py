"""What is answered: a status, a short text and nothing of what was asked."""

from dataclasses import dataclass
from functools import cache

from starlette.types import Message, Send

_ALWAYS = (
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

    async def send(self, send: Send) -> None:
        """Send it."""
        await send(self.start)
        await send(self.body)


def answered(status: int, text: str = "", *, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
    """A short answer as plain text; every one but 200 ends its connection."""
    body = text.encode()
    length = (b"content-length", str(len(body)).encode())
    all_headers = [*_ALWAYS, length, *headers, *(() if status == 200 else (_CLOSE,))]
    return Answer(
        {"type": "http.response.start", "status": status, "headers": all_headers},
        {"type": "http.response.body", "body": body, "more_body": False},
    )


@cache
def bare(status: int) -> Answer:
    """The answer that is a status and nothing else."""
    return answered(status)
