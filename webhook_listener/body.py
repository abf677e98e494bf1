"""The body of a request, within bounds of size, time and memory.

Meta documents bodies of up to 3 MB. The declared length is believed only where it refuses.
"""

import asyncio
from collections.abc import Iterable

from starlette.types import Receive

LARGEST_BODY = 4 * 1024 * 1024
"""The largest body that is taken in, in bytes."""

BODY_SECONDS = 10.0
"""How long a body may take to arrive."""

_MOST_DISCARDED = 16 * 1024 * 1024
_MOST_HELD = 64 * 1024 * 1024
# So much of every body is not counted: stalled large bodies must not keep ordinary ones out. The number of
# requests at once bounds it.
_UNCOUNTED = 64 * 1024

_DECLARING = frozenset({b"content-length", b"transfer-encoding", b"content-encoding"})

Headers = Iterable[tuple[bytes, bytes]]
"""Names in small letters, as ASGI has them, and values."""


class BodyRefused(Exception):
    """The body is not taken in; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Disconnected(Exception):
    """The other side went away before the body was whole."""


def declared_refusal(headers: Headers) -> int | None:
    """The status that the headers alone earn, or None. Pure.

    400 for a length beside a transfer encoding (a way to smuggle requests past a proxy), 415 for an
    encoded body, 413 for a length far beyond the bound.
    """
    lengths: list[bytes] = []
    is_in_pieces = is_encoded = False
    for name, value in headers:
        if name not in _DECLARING:
            continue
        value = value.strip().lower()
        if name == b"content-length":
            lengths.append(value)
        elif name == b"transfer-encoding":
            is_in_pieces = True
        else:
            is_encoded = is_encoded or value != b"identity"
    length = lengths[0] if lengths else b"0"
    if len(lengths) > 1 or (lengths and is_in_pieces) or not length.isdigit():
        return 400
    if is_encoded:
        return 415
    return 413 if len(length) > 12 or int(length) > _MOST_DISCARDED else None


class BodyReader:
    """Reads bodies; what is large of all that are being read at once shares one bound of memory."""

    def __init__(self, *, largest: int = LARGEST_BODY, seconds: float = BODY_SECONDS) -> None:
        self._largest = largest
        self._seconds = seconds
        self._held = 0

    async def read(self, receive: Receive) -> bytes:
        """The whole body. Raises `Disconnected`, or `BodyRefused` with 408, 413 or 503.

        What is too large is thrown away as it comes, up to a second bound, because a client that is
        cut off while it writes does not see the answer.
        """
        body = bytearray()
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Disconnected
                    chunk: bytes = message.get("body", b"")
                    more = message.get("more_body", False)
                    size += len(chunk)
                    self._keep(body, chunk, size)
        except TimeoutError:
            raise BodyRefused(413 if size > self._largest else 408) from None
        finally:
            self._held -= _counted(len(body))
        if size > self._largest:
            raise BodyRefused(413)
        return bytes(body)

    def _keep(self, body: bytearray, chunk: bytes, size: int) -> None:
        if size > _MOST_DISCARDED:
            raise BodyRefused(413)
        if size > self._largest:
            self._held -= _counted(len(body))
            body.clear()
            return
        more = _counted(len(body) + len(chunk)) - _counted(len(body))
        if self._held + more > _MOST_HELD:
            raise BodyRefused(503)
        self._held += more
        body += chunk


def _counted(size: int) -> int:
    return max(0, size - _UNCOUNTED)
