"""What a server that closes kept connections costs: messages in doubt, and never one sent twice.

`python -m benchmarks.closed_connections`, half a minute, loopback only. Each worker waits about as long
between two messages as the server keeps an idle connection: the worst moment.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

import httpx
from pydantic import SecretStr

from benchmarks.processes import started
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.outcome import Accepted, Refused
from invite_core.provider.transport import open_pool, open_transport

WORKERS = 16
SECONDS = 3.0
IDLE_MS = 50.0
PAUSES: dict[str, tuple[str, Callable[[], float]]] = {
    "closed after 50 ms idle": ("close", lambda: random.gauss(IDLE_MS, 3)),
    "reset after 50 ms idle": ("reset", lambda: random.gauss(IDLE_MS, 3)),
    "closed after each answer, unannounced": ("each", lambda: random.uniform(0, 5)),  # noqa: S311 - no secret
}
TRANSPORTS: dict[str, Callable[[], httpx.AsyncBaseTransport]] = {
    "the program's transport": lambda: open_transport(max_in_flight=WORKERS, deadline_s=30),
    "httpx's own pool": lambda: open_pool(max_in_flight=WORKERS),
}


async def measure(name: str, opened: Callable[[], httpx.AsyncBaseTransport], behaviour: str) -> None:
    """Send for some seconds and write one line."""
    how, pause_ms = PAUSES[behaviour]
    ends: Counter[str] = Counter()
    async with started("benchmarks.closing_server", how, str(IDLE_MS)) as url:
        async with CloudApi(
            base_url=url,
            version="v26.0",
            phone_number_id="1000",
            waba_id="2000",
            access_token=SecretStr("made-up"),
            transport=opened(),
        ) as api:
            end = time.perf_counter() + SECONDS

            async def worker(number: int) -> None:
                sent = 0
                while time.perf_counter() < end:
                    sent += 1
                    outcome = await api.send_template({"biz_opaque_callback_data": f"{number}.{sent}"})
                    kind = "accepted" if isinstance(outcome, Accepted) else "in doubt"
                    ends["not sent" if isinstance(outcome, Refused) else kind] += 1
                    await asyncio.sleep(max(pause_ms(), 0) / 1000)

            await asyncio.gather(*(worker(number) for number in range(WORKERS)))
        async with httpx.AsyncClient() as client:
            read = (await client.get(url)).json()
    twice = sum(times > 1 for times in read.values())
    sys.stdout.write(
        f"{behaviour:40}{name:26}{ends.total():7}{ends['in doubt']:10}{ends['not sent']:10}{twice:7}\n"
    )


async def main() -> None:
    """Each behaviour over each transport."""
    sys.stdout.write(f"{'':66}{'sent':>7}{'in doubt':>10}{'not sent':>10}{'twice':>7}\n")
    for behaviour in PAUSES:
        for name, opened in TRANSPORTS.items():
            await measure(name, opened, behaviour)


if __name__ == "__main__":
    asyncio.run(main())
