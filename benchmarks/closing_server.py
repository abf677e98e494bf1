"""A server on loopback that closes kept connections as told, and counts what it has read.

Prints its port. Arguments: `close`, `reset` or `each` (after each answer, unannounced), and after how many
idle milliseconds. A GET answers how often each request has been read.
"""

import asyncio
import contextlib
import json
import socket
import struct
import sys
from collections import Counter

_LENGTH = b"\r\ncontent-length:"
_READ: Counter[str] = Counter()


async def _visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    how, idle_s = sys.argv[1], float(sys.argv[2]) / 1000
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            try:
                head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), idle_s)).lower()
            except TimeoutError:
                break
            if head.startswith(b"get"):
                _answer(writer, _READ)
                break
            body = await reader.readexactly(int(head.split(_LENGTH, 1)[1].split(b"\r\n", 1)[0]))
            _READ[json.loads(body)["biz_opaque_callback_data"]] += 1
            _answer(writer, {"messages": [{"id": "wamid.MADE-UP"}]})
            if how == "each":
                break
    if how == "reset":
        handle: socket.socket = writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    writer.close()


def _answer(writer: asyncio.StreamWriter, document: object) -> None:
    body = json.dumps(document).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


async def _serve() -> None:
    server = await asyncio.start_server(_visited, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())
