"""How many updates a second the listener takes in, every one durable before its 200, against bare servers.

`python -m benchmarks.listener` (four minutes, two with `--quick`), loopback only. Listener, bare servers, load,
dispatch and screen are processes of their own; those that are compared are measured in turns.
"""

import argparse
import asyncio
import importlib.util
import shutil
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.baseline.status_statements import statuses_a_second
from benchmarks.listener_file import ABOUT, MADE_UP, a_status, make_file
from benchmarks.listener_servers import Answers, baseline, company, load, our_listener
from benchmarks.population import PHONE_NUMBER_ID, a_ready_run
from invite_core.store import Store

SIZES = (10_000, 1_000_000)
CONNECTIONS = 64
BULK = 1_000
BULK_CONNECTIONS = 4
BULK_BODIES = 3 * ABOUT // BULK
COMPANY_SECONDS = 10


@dataclass
class Measured:
    """A server, and what its loads came to."""

    name: str
    """What the table calls it."""
    port: int
    """Where it listens."""
    stride: int = 1
    """Of the messages in its file."""
    loads: list[Answers] = field(default_factory=list)
    """One for each turn."""

    async def turn(self, seconds: float) -> None:
        """Load it once more, with bodies that it has not had."""
        first = sum(each.answered + CONNECTIONS for each in self.loads)
        self.loads.append(
            await load(self.port, seconds=seconds, first=first, stride=self.stride, connections=CONNECTIONS)
        )

    def middle(self, what: str) -> float:
        """The median of a figure over the turns."""
        return statistics.median(getattr(each, what) for each in self.loads)


async def single(files: dict[int, Path], *, turns: int, seconds: float) -> None:
    """Bodies of one status on 64 connections."""
    async with AsyncExitStack() as stack:
        servers = [
            Measured("bare Starlette, nothing checked, nothing stored", await baseline(stack, "bare_webhook"))
        ]
        for name, kind in (("its own Starlette", "own"), ("FastAPI", "fastapi")):
            if importlib.util.find_spec("pywa") and (kind == "own" or importlib.util.find_spec("fastapi")):
                port = await baseline(stack, "pywa_webhook", MADE_UP, PHONE_NUMBER_ID, kind)
                servers.append(Measured(f"pywa on {name}, signature, nothing stored", port))
        theirs = servers[1:]
        for size, path in files.items():
            port = await stack.enter_async_context(our_listener(path))
            servers.append(Measured(f"the listener, {size:,} stored messages", port, size // ABOUT))
        for _ in range(turns):
            for server in servers:
                await server.turn(seconds)
    names = ["of bare", *(f"of {server.name.partition(',')[0]}" for server in theirs)]
    _say(f"\n| one status a body, 64 connections | a second | {' | '.join(names)} | p50 | p99 |")
    _say("|---" * (len(names) + 4) + "|")
    for server in servers:
        rate = server.middle("rate")
        ratios = [rate / other.middle("rate") for other in (servers[0], *theirs)]
        _say(
            f"| {server.name} | {rate:,.0f} | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} "
            f"| {server.middle('p50'):.0f} ms | {server.middle('p99'):.0f} ms |"
        )


async def beside_others(path: Path) -> None:
    """The same while a run is sent and a screen is open, in the small file."""
    with Store.open(path) as store:
        run = a_ready_run(store, 80 * 6 * COMPANY_SECONDS, first=200_000)
    async with our_listener(path) as port, company(path, run):
        for name, pause in (("as fast as it answers", 0.0), ("a tenth of a second between two bodies", 0.1)):
            answers = await load(port, seconds=COMPANY_SECONDS, connections=CONNECTIONS, pause=pause)
            _say(f"| {name} | {answers.rate:,.0f} | {answers.p50:.0f} ms | {answers.p99:.0f} ms |")


async def bulk(path: Path, size: int, *, turns: int) -> None:
    """Bodies of a thousand statuses, each turn on two new copies of the file."""
    stride = size // ABOUT
    bodies = [[a_status(body * BULK + n, stride) for n in range(BULK)] for body in range(BULK_BODIES)]
    direct, ours = [], []
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            direct.append(statuses_a_second(copied(path, Path(folder) / "a"), bodies, PHONE_NUMBER_ID))
            database = copied(path, Path(folder) / "b")
            async with our_listener(database) as port:
                answers = await load(
                    port, seconds=120, connections=BULK_CONNECTIONS, bodies=BULK_BODIES, statuses=BULK,
                    stride=stride,
                )  # fmt: skip
            ours.append(answers.rate * BULK)
            _refuse_unless_read(database)
    fixed, rate = statistics.median(direct), statistics.median(ours)
    _say(f"| {size:,} | {fixed:,.0f} | {rate:,.0f} | {rate / fixed:.2f} |")


def _refuse_unless_read(database: Path) -> None:
    with Store.open(database, read_only=True) as store:
        read = store.value("SELECT count(*) FROM send_attempts WHERE read_at > '2026'")
    if read != ABOUT:
        raise RuntimeError(f"{read} of {ABOUT} messages are read")


def copied(path: Path, folder: Path) -> Path:
    """A copy of a file that nobody has open, with its guard."""
    folder.mkdir()
    for each in (path, path.with_name(f"{path.name}.guard")):
        shutil.copyfile(each, folder / each.name)
        (folder / each.name).chmod(0o600)
    return folder / path.name


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def measure(*, quick: bool) -> None:
    """Everything, a table each."""
    turns = 1 if quick else 3
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder) / str(size) / "invites.db" for size in SIZES}
        for size, path in files.items():
            path.parent.mkdir()
            make_file(path, size)
        work = {size: copied(path, Path(folder) / f"{size} single") for size, path in files.items()}
        await single(work, turns=turns, seconds=4)
        _say("\n| beside a dispatch of 80 a second and a screen | a second | p50 | p99 |\n|---|---|---|---|")
        await beside_others(copied(files[SIZES[0]], Path(folder) / "company"))
        _say("\n| a thousand a body; stored messages | fixed statements | the listener | of it |")
        _say("|---|---|---|---|")
        for size, path in files.items():
            await bulk(path, size, turns=turns)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.listener")
    parser.add_argument("--quick", action="store_true", help="one turn of each instead of three")
    asyncio.run(measure(quick=parser.parse_args().quick))


if __name__ == "__main__":
    main()
