"""Hostile bodies by the hundred thousand, signed and unsigned, into the listener's own application.

The application, the writer thread and the file are the listener's; only the HTTP server is left out. Of the
file, besides what must hold always, a guest whom no body names must be untouched.
"""

import asyncio
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from invite_core.delivery.receipts import LONGEST_BODY
from invite_core.lifecycle import attempts
from invite_core.operations.opening import open_database
from invite_core.provider.outcome import Accepted
from invite_core.store import Store
from proofs import bodies
from proofs.listening.ends import contradictions, everything, unsound
from proofs.listening.hostile import Hostile
from proofs.listening.in_process import SECRET, App, listening_in_process, post
from proofs.listening.stories import claimed
from proofs.small_world import NOW, build
from webhook_listener.body import LARGEST_BODY

WRONG = "sixteen-made-up-byteS"
AT_ONCE = 64
_UNSIGNED = 0.05
_GROWTH_MB = 64.0
"""How much the process may grow between the first fifth of the bodies and the last."""


@dataclass(slots=True)
class Flood:
    """What came of a flood."""

    signed: int = 0
    refused: int = 0
    """Bodies that nobody of ours signed."""
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    exceptions: int = 0
    """Errors that the listener had to log."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Receipts by what became of the updates."""
    grown_mb: float = 0.0
    """By how much the process grew after the first fifth."""
    peak_mb: float = 0.0
    file_mb: float = 0.0
    faults: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """The figures in one line."""
        answers = ", ".join(f"{n:,} × {status}" for status, n in sorted(self.answers.items()))
        receipts = ", ".join(f"{n:,} {outcome}" for outcome, n in sorted(self.outcomes.items()))
        return (
            f"{self.signed:,} signed and {self.refused:,} unsigned bodies in {self.seconds:.0f} s: {answers}; "
            f"{self.exceptions} exceptions; receipts: {receipts}; memory {self.peak_mb:.0f} MB, "
            f"grown by {self.grown_mb:.0f} MB after the first fifth; file {self.file_mb:.0f} MB"
        )


class _Errors(logging.Handler):
    """Counts what was logged about an exception, or as an error."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.exc_info is not None or record.levelno >= logging.ERROR


@contextmanager
def _errors() -> Iterator[_Errors]:
    handler, root = _Errors(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler
    finally:
        root.removeHandler(handler)


def flood(n: int, seed: int, folder: Path) -> Flood:
    """Send `n` bodies to a new file, of which a twentieth is signed with another secret, or not at all."""
    database, found = folder / "invites.db", Flood()
    names, control = _people(database)
    hostile, chance, began = Hostile(seed, names), random.Random(seed), time.monotonic()  # noqa: S311 - repeatable
    with Store.open(database, read_only=True) as store:
        before = _rows_of(store, control)
    with _errors() as errors, listening_in_process(database) as app:
        asyncio.run(_all(app, hostile.bodies(n), chance, n, found))
    found.seconds, found.exceptions = time.monotonic() - began, errors.count
    found.peak_mb, found.file_mb = _resident_mb("VmHWM"), database.stat().st_size / 1e6
    with Store.open(database, read_only=True) as store:
        found.faults += contradictions(store) + unsound(store) + _unlike(store, found)
        if _rows_of(store, control) != before:
            found.faults.append("a guest whom no body named was changed")
        rows = store.rows("SELECT outcome, count(*) AS n FROM webhook_receipts GROUP BY outcome")
        found.outcomes.update({row["outcome"]: row["n"] for row in rows})
    return found


async def _all(app: App, hostile: Iterator[bytes], chance: random.Random, n: int, found: Flood) -> None:
    resident_at_first = 0.0

    async def one_after_the_other() -> None:
        nonlocal resident_at_first
        for body in hostile:
            genuine = chance.random() >= _UNSIGNED
            found.signed += genuine
            found.refused += not genuine
            given = bodies.signature(body, SECRET) if genuine else _no_signature(body, chance)
            status = await post(app, body, given)
            found.answers[status] += 1
            expected = 401 if not genuine else 413 if len(body) > LARGEST_BODY else 200
            if status != expected and len(found.faults) < 10:
                found.faults.append(f"{status} in place of {expected} for {body[:200]!r}")
            if found.signed + found.refused == n // 5:
                resident_at_first = _resident_mb()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_the_other())
    found.grown_mb = max(0.0, _resident_mb() - resident_at_first)
    if found.grown_mb > _GROWTH_MB:
        found.faults.append(f"the process grew by {found.grown_mb:.0f} MB after the first fifth")


def _no_signature(body: bytes, chance: random.Random) -> str | None:
    true = bodies.signature(body, SECRET)
    others = (None, "", bodies.signature(body, WRONG), true[:-1], true.upper(), f"{true} ", f"sha1{true[6:]}")
    return chance.choice((*others, f"sha256=é{true[8:]}", bodies.signature(body + b"\n", SECRET)))


def _unlike(store: Store, found: Flood) -> list[str]:
    """Where the listener's own counts, or the bounds on what it keeps, do not hold."""
    row = store.row("SELECT sum(bodies) AS bodies, sum(refused_signatures) AS refused FROM listener_status")
    faults = []
    taken = found.answers[200]
    if row is None or row["bodies"] != taken:
        faults.append(f"the listener counts {row and row['bodies']} bodies, {taken} were answered with 200")
    longest = store.value("SELECT max(length(body)) FROM webhook_receipts") or 0
    if longest > LONGEST_BODY:
        faults.append(f"{longest} bytes of an odd body were kept")
    return faults


def _people(database: Path) -> tuple[dict[str, str], int]:
    """A file with people who were written to; what the recorded bodies name, and what it is here; and the
    message of a guest whom no body names."""
    build(database, 6)
    with open_database(database) as store:
        opened = claimed(store)
        with store.write():
            for attempt in opened:
                attempts.record_outcome(store, attempt, Accepted(f"wamid.{attempt}"), now=NOW)
        control = store.value("SELECT message FROM send_attempts WHERE id = ?", (opened[-1],))
    names = {
        "019ca8b3d80000000000000000000001": opened[0],
        "wamid.ana": f"wamid.{opened[0]}",
        "447700900101": "447700900000",
    }
    return names, control


def _rows_of(store: Store, message: int) -> list[tuple[object, ...]]:
    statements = (
        "SELECT * FROM invite_messages WHERE id = ?",
        "SELECT * FROM send_attempts WHERE message = ?",
        "SELECT * FROM message_transitions WHERE message = ?",
    )
    return [tuple(row) for sql in statements for row in store.rows(sql, (message,))]


def _resident_mb(name: str = "VmRSS") -> float:
    """Memory of this process; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def unsigned(n: int, seed: int, folder: Path) -> list[str]:
    """`n` bodies that nobody of ours signed: refused, and not a row of the file is another."""
    database = folder / "unsigned.db"
    names, _ = _people(database)
    hostile, chance, faults = Hostile(seed, names), random.Random(seed), []  # noqa: S311 - repeatable

    async def send(app: App) -> Counter[int]:
        return Counter([await post(app, body, _no_signature(body, chance)) for body in hostile.bodies(n)])

    before = everything(database, without=("listener_status",))
    with listening_in_process(database) as app:
        answers = asyncio.run(send(app))
    if answers != Counter({401: n}):
        faults.append(f"unsigned bodies were answered with {dict(answers)}")
    if everything(database, without=("listener_status",)) != before:
        faults.append("unsigned bodies changed the file")
    return faults


def _share(n: int, seed: int) -> Flood:
    with tempfile.TemporaryDirectory(prefix="invite-flood-") as folder:
        return flood(n, seed, Path(folder))


def prove(say: Callable[[str], None], *, n: int = 1_060_000, seed: int = 4, workers: int = 2) -> list[str]:
    """A million signed bodies and a twentieth more that are not, half of them into each of two files at a time;
    what does not hold."""
    faults = []
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        parts = [pool.submit(_share, n // workers, seed + place) for place in range(workers)]
        for place, part in enumerate(parts):
            found = part.result()
            say(f"  file {place + 1}, seed {seed + place}: {found.sentence()}")
            faults += found.faults
            if found.exceptions:
                faults.append(f"{found.exceptions} exceptions were logged")
    with tempfile.TemporaryDirectory(prefix="invite-unsigned-") as folder:
        faults += unsigned(20_000, seed, Path(folder))
    say("  20,000 unsigned bodies by themselves")
    return faults
