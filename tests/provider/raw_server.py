"""A server on loopback that speaks raw TCP, misbehaves as told, and counts the requests it has read."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Visit:
    """One connection, after its request has been read (or at once, if the server does not read)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        """Send `raw` as it is."""
        self.writer.write(raw)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection with RST."""
        handle: socket.socket = self.writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def gone(self, within: float | None = None) -> bool:
        """Wait until the client has hung up; False if it has not `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while await self.reader.read(1024):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        return True


Behaviour = Callable[[Visit], Awaitable[None]]


@dataclass
class RawServer:
    """Where the server is, and the whole requests it has read, head and body."""

    port: int = 0
    scheme: str = "http"
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """The base address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def raw_server(
    behaviour: Behaviour, *, reads: bool = True, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """A server that reads one request per connection (unless not `reads`), then does `behaviour`."""
    state = RawServer(scheme="https" if tls else "http")
    at_work: set[asyncio.Task[None]] = set()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        state.connections += 1
        try:
            if reads:
                state.requests.append(await whole_request(reader))
            await behaviour(Visit(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            at_work.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(visited, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
        for task in list(at_work):
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await server.wait_closed()


async def whole_request(reader: asyncio.StreamReader) -> bytes:
    """One HTTP/1.1 request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP/1.1 answer that closes the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answering(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    """A behaviour that sends one answer."""

    async def answer(visit: Visit) -> None:
        await visit.send(http(status, body, *headers))

    return answer
