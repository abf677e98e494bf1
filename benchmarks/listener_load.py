"""Meta, many times over: signed bodies on many connections at once, one after the other on each.

A process of its own. Prints one line of JSON: how many were answered with 200, in how many seconds, and how
long an answer took.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

from benchmarks.listener_file import a_body, a_request, a_status

_OK = b"HTTP/1.1 200 "
_LENGTH = re.compile(rb"content-length: ([0-9]+)(?=\r\n).*?\r\n\r\n", re.IGNORECASE | re.DOTALL)


@dataclass
class Tally:
    """What came back."""

    taken: list[float] = field(default_factory=list)
    """Seconds of every answer that was 200."""
    others: int = 0
    """Answers that were not 200, and connections that broke."""


class _Connection(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, requests: Iterator[bytes], tally: Tally, until: float, pause: float) -> None:
        self._requests, self._tally, self._until, self._pause = requests, tally, until, pause
        self._loop = asyncio.get_running_loop()
        self._read = b""
        self._waits = False
        self.ended: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            self._transport.close()
            return
        self._waits = True
        self._asked = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head = _LENGTH.search(self._read)
        if head is None or len(self._read) < head.end() + int(head[1]):
            return
        if self._read.startswith(_OK):
            self._tally.taken.append(time.perf_counter() - self._asked)
        else:
            self._tally.others += 1
        self._read = b""
        self._waits = False
        if self._pause:
            self._loop.call_later(self._pause, self._ask)
        else:
            self._ask()

    def connection_lost(self, _: Exception | None) -> None:
        self._tally.others += self._waits
        self.ended.set_result(None)


async def load(port: int, requests: list[bytes], *, connections: int, seconds: float, pause: float) -> str:
    """Send for so long, or until there is nothing left; the line to print."""
    tally, ready = Tally(), iter(requests)
    began = time.perf_counter()
    until = began + seconds
    made = [
        await asyncio.get_running_loop().create_connection(
            lambda: _Connection(ready, tally, until, pause), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(connection.ended for _, connection in made))
    took = time.perf_counter() - began
    ordered = sorted(tally.taken) or [0.0]
    return json.dumps(
        {
            "answered": len(tally.taken),
            "others": tally.others,
            "seconds": took,
            "p50": ordered[len(ordered) // 2] * 1000,
            "p99": ordered[len(ordered) * 99 // 100] * 1000,
        }
    )


def main() -> None:
    """Prepare the bodies, then send them."""
    parser = argparse.ArgumentParser(prog="benchmarks.listener_load")
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--first", type=int, default=0, help="number of the first status")
    parser.add_argument("--bodies", type=int, default=30_000)
    parser.add_argument("--statuses", type=int, default=1, help="per body")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0, help="seconds between answer and next request")
    asked = parser.parse_args()
    requests = []
    for body in range(asked.bodies):
        start = asked.first + body * asked.statuses
        statuses = [a_status(number, asked.stride) for number in range(start, start + asked.statuses)]
        requests.append(a_request(a_body(statuses)))
    work = load(asked.port, requests, connections=asked.connections, seconds=asked.seconds, pause=asked.pause)
    sys.stdout.write(uvloop.run(work) + "\n")


if __name__ == "__main__":
    main()
