"""The clock: it jumps forwards and backwards, and the computer sleeps; nothing is sent twice, no run sticks."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from invite_core.invitations.runs import PauseReason, Status
from invite_core.operations.opening import open_database
from invite_core.settings import without_settings
from invite_tui.demo import environment
from proofs import quick_time
from proofs.judgement import judge
from proofs.sender import finish, sender
from proofs.small_world import NOW, Meta, build, contradictions, copied, go_on, states
from proofs.world import World, open_world

LONGEST_SEND_S = 2 * 3600.0
"""On the loop's clock: longer than any wait of a run whose messages Meta asks to be tried again."""

JUMPS = {
    "back a day at every reading": lambda n, _: timedelta(days=-n),
    "back a year after the first": lambda n, _: timedelta(days=-365 if n > 1 else 0),
    "forth a week at every reading": lambda n, _: timedelta(weeks=n),
    "to and fro by chance": lambda _, chance: timedelta(seconds=chance.uniform(-1e7, 1e7)),
    "standing still": lambda _n, _c: timedelta(0),
}
"""What the clock is off by at the nth reading."""

_LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/faketime",
    "/usr/lib/aarch64-linux-gnu/faketime",
    "/usr/lib/faketime",
)


def jumping(jump: Callable[[int, random.Random], timedelta], seed: int) -> Callable[[], datetime]:
    """A clock that is off as `jump` says."""
    chance, readings = random.Random(seed), [0]  # noqa: S311 - repeatable

    def tell() -> datetime:
        readings[0] += 1
        return NOW + jump(readings[0], chance)

    return tell


def jumps(say: Callable[[str], None], *, seeds: int = 20) -> list[str]:
    """Send by clocks that jump; what does not hold."""
    faults: list[str] = []
    sends = 0
    with tempfile.TemporaryDirectory(prefix="invite-clock-") as folder:
        original = Path(folder) / "invites.db"
        run = build(original)
        for name, jump in JUMPS.items():
            for seed in range(seeds):
                sends += 1
                place = Path(folder) / f"{sends}"
                place.mkdir()
                found = _one_jump(copied(original, place), run, jumping(jump, seed))
                faults += [f"{name}, seed {seed}: {fault}" for fault in found]
    say(f"  {sends} sends by clocks that jump in {len(JUMPS)} ways")
    return faults


def _one_jump(database: Path, run: int, clock: Callable[[], datetime]) -> list[str]:
    meta = Meta()

    async def in_time() -> list[str]:
        with open_database(database) as store:
            try:
                async with asyncio.timeout(LONGEST_SEND_S):
                    settled = await go_on(store, run, meta, clock=clock)
            except TimeoutError:
                return ["the run is stuck", *contradictions(states(store, run), meta)]
            faults = contradictions(states(store, run), meta)
            waits = settled.status is Status.PAUSED and settled.paused_because is PauseReason.OUTSIDE_WINDOW
            if settled.status is not Status.FINISHED and not waits:
                faults.append(f"the run is {settled.status} ({settled.paused_detail})")
            return faults

    return quick_time.run(in_time())


def sleeps(world: World, *, parties: int, seed: int) -> list[str]:
    """Stop the sender for a while at a moment left to chance, as a computer that sleeps does."""
    chance, faults = random.Random(seed), []  # noqa: S311 - repeatable
    for _ in range(parties):
        party = world.party({1: {"fate": "closed", "then": "read"}})
        child = sender(world, party)
        child.release()
        if not child.wait(chance.uniform(0.02, 0.15)):
            child.signal(signal.SIGSTOP)
            child.wait(chance.uniform(0.2, 0.6))
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGCONT)
        if code := child.exit_code():
            faults.append(f"{party.name}: the sender that slept ended with {code}")
        finish(world, party)
        world.drain()
        faults += judge(world, party).faults
    return faults


def fake_time(world: World, say: Callable[[str], None], *, parties: int) -> list[str]:
    """Send in a process whose system clock jumps, by libfaketime; skipped, and said so, where there is none."""
    libraries = [Path(folder) / "libfaketimeMT.so.1" for folder in _LIBRARIES]
    library = next((each for each in libraries if each.exists()), None)
    if library is None:
        say(
            "  system clock: skipped, because libfaketime is not installed (Debian: apt-get install faketime)"
        )
        return []
    faults, offset = [], world.settings.db.with_name("offset")
    for number in range(parties):
        party = world.party({1: {"fate": "closed", "then": "read"}})
        offset.write_text("+0", "utf-8")
        process = subprocess.Popen(  # noqa: S603 - our own program, arguments of ours
            [sys.executable, "-m", "proofs.sender", party.name, *party.numbers],
            env={
                **without_settings(), **environment(world.settings), "INVITE_MAX_IN_FLIGHT": "1",
                "INVITE_MESSAGES_PER_SECOND": "10", "LD_PRELOAD": str(library),
                "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "INVITE_CATCH_UP_MINUTES": "0",
            },
            stderr=subprocess.PIPE,
        )  # fmt: skip
        for jump in ("-1d", "+20d", "-300d", "+0")[number % 2 :]:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.4)
            offset.write_text(jump, "utf-8")
        try:
            _, error = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            faults.append(f"{party.name}: the sender is stuck")
            continue
        if process.returncode:
            faults.append(
                f"{party.name}: the sender ended with {process.returncode}: {error.decode()[-300:]}"
            )
        finish(world, party)
        world.drain()
        faults += judge(world, party).faults
    say(f"  {parties} sends while the system's clock jumps (libfaketime)")
    return faults


def prove(say: Callable[[str], None]) -> list[str]:
    """All of it; what does not hold."""
    faults = jumps(say)
    with open_world(seed=9, in_flight=2) as world:
        faults += sleeps(world, parties=15, seed=9)
        say("  15 sends by a computer that sleeps in the middle")
        # To a clock that jumps, the listener was away; the pause for that is not what is looked at here.
        world.settings = world.settings.model_copy(update={"catch_up_minutes": 0})
        faults += fake_time(world, say, parties=6)
    return faults
