"""How fast requests leave, and what each costs: `CloudApi.send_template` against bare loops.

`python -m benchmarks.transport`, about a minute, loopback only. The server is a process of its own.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr

from benchmarks.baseline.bare_posts import Post, bare_pyreqwest, httpx_over_pyreqwest, httpx_pool
from benchmarks.processes import started
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.outcome import Accepted
from invite_core.provider.transport import transport_in_use

IN_FLIGHT = (1, 16, 64)
RATES = (80, 1000)
ROUND_TRIP_MS = 250
WARM_UP_S = 0.3
UNPACED_S = 1.5
PACED_S = 4.0
BODY: dict[str, Any] = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+447700900001",
    "type": "template",
    "biz_opaque_callback_data": "0" * 32,
    "template": {
        "name": "save_the_date",
        "language": {"code": "en_GB"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "x" * 700}]}],
    },
}

Opened = Callable[[AsyncExitStack, str, dict[str, Any]], Awaitable[Post]]


async def cloud_api(stack: AsyncExitStack, url: str, body: dict[str, Any]) -> Post:
    """The program's own client: deadline, bounded answer, outcome."""
    api = await stack.enter_async_context(
        CloudApi(
            base_url=url,
            version="v26.0",
            phone_number_id="1000",
            waba_id="2000",
            access_token=SecretStr("made-up"),
            max_in_flight=1000,
        )
    )

    async def post() -> None:
        outcome = await api.send_template(body)
        if not isinstance(outcome, Accepted):
            raise RuntimeError(str(outcome))

    return post


CLIENTS: dict[str, Opened] = {
    "bare pyreqwest": bare_pyreqwest,
    "CloudApi.send_template": cloud_api,
    "httpx over pyreqwest's transport": httpx_over_pyreqwest,
    "httpx's own pool": httpx_pool,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One client under one load."""

    per_second: float
    cpu_ms: float
    """Processor time per request, of all threads of the client's process, in milliseconds."""
    median_ms: float
    p99_ms: float


async def unpaced(post: Post, in_flight: int, seconds: float) -> Measured:
    """As many as go, `in_flight` at a time."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def worker() -> None:
        while (begun := time.perf_counter()) < end:
            await post()
            took.append(time.perf_counter() - begun)

    return await _measured(asyncio.gather(*(worker() for _ in range(in_flight))), took)


async def paced(post: Post, rate: int, seconds: float) -> Measured:
    """`rate` a second, however many are then in flight."""
    took: list[float] = []

    async def one() -> None:
        begun = time.perf_counter()
        await post()
        took.append(time.perf_counter() - begun)

    async def leave() -> None:
        begun, posts = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            ahead = begun + number / rate - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            posts.append(asyncio.create_task(one()))
        await asyncio.gather(*posts)

    return await _measured(leave(), took)


async def _measured(load: Awaitable[Any], took: list[float]) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    await load
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    cuts = statistics.quantiles(took, n=100)
    return Measured(len(took) / wall, cpu / len(took) * 1e3, cuts[49] * 1e3, cuts[98] * 1e3)


async def compare(title: str, delay_ms: float, load: Callable[[Post], Awaitable[Measured]]) -> None:
    """Measure every client under `load` and write one table."""
    _write(f"\n{title}\n{'':34}{'a second':>10}{'ratio':>7}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}\n")
    first: Measured | None = None
    for name, opened in CLIENTS.items():
        async with started("benchmarks.answering_server", str(delay_ms)) as url, AsyncExitStack() as stack:
            post = await opened(stack, url, BODY)
            await unpaced(post, 4, WARM_UP_S)
            try:
                async with asyncio.timeout(3 * PACED_S):
                    got = await load(post)
            except TimeoutError:
                _write(f"{name:34}  does not keep up\n")
                continue
        first = first or got
        ratio = got.per_second / first.per_second
        _write(
            f"{name:34}{got.per_second:10,.0f}{ratio:7.2f}"
            f"{got.cpu_ms:8.2f}{got.median_ms:8.1f}{got.p99_ms:8.1f}\n"
        )


async def main() -> None:
    """Every table, in turn."""
    _write(f"Transport in use: {transport_in_use()[0]}\n")
    for in_flight in IN_FLIGHT:
        load = partial(unpaced, in_flight=in_flight, seconds=UNPACED_S)
        await compare(f"{in_flight} in flight", 0, load)
    for rate in RATES:
        title = f"{rate} a second, answers after {ROUND_TRIP_MS} ms"
        await compare(title, ROUND_TRIP_MS, partial(paced, rate=rate, seconds=PACED_S))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
