"""How fast a run is sent, every attempt durable before its POST: paced, unpaced, and in a large file.

`python -m benchmarks.dispatch` (five minutes with `--quick`, else twelve), loopback only. The server that
answers is a process of its own; no webhooks come.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from benchmarks.baseline.bare_posts import bare_pyreqwest, httpx_over_pyreqwest
from benchmarks.baseline.pywa_posts import pywa_send_template
from benchmarks.population import PHONE_NUMBER_ID, a_ready_run, old_messages
from benchmarks.processes import started
from benchmarks.transport import BODY
from invite_core.dispatch.engine import Dispatch
from invite_core.provider.cloud_api import CloudApi
from invite_core.store import Store

ROUND_TRIP_MS = 250
UNPACED_MESSAGES = 6_000
BARE_S = 3.0
UNPACED = 1e9


@dataclass(frozen=True, slots=True)
class Measured:
    """One sending of a run."""

    messages: int
    """How many were sent."""
    seconds: float
    """How long it took."""
    cpu_s: float
    """CPU of this process, all threads."""
    halves: tuple[float, float]
    """Messages a second of the first and of the second half."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def cores(self) -> float:
        """The share of one core."""
        return self.cpu_s / self.seconds


@contextmanager
def a_file() -> Iterator[Store]:
    """A new file in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, Store.create_or_open(Path(folder) / "invites.db") as store:
        yield store


async def sent(store: Store, run: int, url: str, *, rate: float, in_flight: int) -> Measured:
    """Send the run to the server at `url` and measure it."""
    total = int(store.value("SELECT eligible FROM invite_send_runs WHERE id = ?", (run,)))
    api = CloudApi(
        base_url=url, version="v26.0", phone_number_id=PHONE_NUMBER_ID, waba_id="1",
        access_token=SecretStr("made-up"), max_in_flight=in_flight,
    )  # fmt: skip
    async with api:
        dispatch = Dispatch(
            store=store, run=run, provider=api, phone_number_id=PHONE_NUMBER_ID,
            messages_per_second=rate, max_in_flight=in_flight,
        )  # fmt: skip
        began, cpu = time.perf_counter(), time.process_time()
        settled = await dispatch.until_settled()
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    if settled.status != "finished":
        raise RuntimeError(f"the run is {settled.status}: {settled.paused_detail}")
    return Measured(total, seconds, cpu_s, _halves(store, run))


def _halves(store: Store, run: int) -> tuple[float, float]:
    rows = store.rows(
        """SELECT attempts.claimed_at FROM send_attempts AS attempts
           JOIN invite_messages AS messages ON messages.id = attempts.message
           WHERE messages.run = ? ORDER BY attempts.id""",
        (run,),
    )
    moments = [_seconds(row["claimed_at"]) for row in rows]
    middle = len(moments) // 2
    first, second = moments[middle] - moments[0], moments[-1] - moments[middle]
    return middle / max(first, 0.001), (len(moments) - middle) / max(second, 0.001)


def _seconds(at: str) -> float:
    hours, minutes, seconds = at[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


async def paced(rate: int, seconds: int, *, in_flight: int) -> None:
    """One line: whether `rate` is held."""
    with a_file() as store:
        run = a_ready_run(store, rate * seconds)
        async with started("benchmarks.answering_server", str(ROUND_TRIP_MS)) as url:
            measured = await sent(store, run, url, rate=rate, in_flight=in_flight)
    first, second = measured.halves
    _say(
        f"| {rate:,} a second asked for {seconds} s | {measured.rate:,.0f} held | {measured.cores:.0%} of a core "
        f"| first half {first:,.0f}, second half {second:,.0f} |"
    )


async def unpaced() -> None:
    """The engine against bare loops over the same transport, in one run."""
    async with started("benchmarks.answering_server", "0") as url, AsyncExitStack() as stack:
        bare = await httpx_over_pyreqwest(stack, f"{url}/v26.0/1/messages", BODY)
        ceiling = await bare_pyreqwest(stack, f"{url}/v26.0/1/messages", BODY)
        rates = {
            "bare pyreqwest, 64 in flight, nothing stored (the ceiling)": await _loop(ceiling, 64),
            "httpx over pyreqwest, bare loop, 64 in flight, nothing stored": await _loop(bare, 64),
        }
        pywa = await pywa_send_template(stack, url)
        if pywa is not None:
            rates["pywa_async send_template, 16 in flight, nothing stored"] = await _loop(pywa, 16)
        with a_file() as store:
            run = a_ready_run(store, UNPACED_MESSAGES)
            measured = await sent(store, run, url, rate=UNPACED, in_flight=64)
        ours = "a run, 64 in flight, attempt and answer durable"
        rates[ours] = measured.rate
    for what, rate in rates.items():
        _say(f"| {what} | {rate:,.0f} | {measured.rate / rate:.2f} |")


async def growth() -> None:
    """What a message costs in a file with ten thousand and with a million old ones."""
    costs = []
    async with started("benchmarks.answering_server", "0") as url:
        for stored in (10_000, 1_000_000):
            with a_file() as store:
                old_messages(store, a_ready_run(store, 1), stored)
                run = a_ready_run(store, UNPACED_MESSAGES, first=1_000)
                measured = await sent(store, run, url, rate=UNPACED, in_flight=64)
            costs.append(1000 / measured.rate)
            _say(f"| {stored:,} stored messages | {costs[-1]:.2f} ms | {costs[-1] / costs[0]:.2f} |")


async def _loop(post: Callable[[], Awaitable[None]], in_flight: int) -> float:
    done, until = 0, time.perf_counter() + BARE_S

    async def worker() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await post()
            done += 1

    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return done / BARE_S


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def measure(*, quick: bool) -> None:
    """Everything, a table each."""
    _say("\n| unpaced | messages a second | ours of it |\n|---|---|---|")
    await unpaced()
    _say("\n| the file holds | per message | growth |\n|---|---|---|")
    await growth()
    _say("\n| paced, answers after 250 ms | | CPU | drift |\n|---|---|---|---|")
    await paced(80, 60 if quick else 300, in_flight=64)
    await paced(1000, 20 if quick else 60, in_flight=400)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.dispatch")
    parser.add_argument("--quick", action="store_true", help="80 a second for one minute instead of five")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
