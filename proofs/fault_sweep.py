"""The fault sweep, as SQLite does it: the Nth statement or commit of a send fails, for every N there is.

Each fault is tried once (it goes by) and for good (the sender gives up, the disk is mended, another sender
goes on). At the end nobody has the message twice, and the file says what the ledger says. Then the same on a
file system that is really full.
"""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

from invite_core.dispatch.sender_lock import storage_failed
from invite_core.invitations import runs
from invite_core.invitations.runs import Status
from invite_core.operations.opening import open_database
from invite_core.operations.sending import becoming_sender
from invite_core.store import Store, StoreError, engine
from proofs import quick_time
from proofs.small_world import Meta, build, contradictions, copied, go_on, states
from proofs.world import OPERATOR

KINDS = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_BUSY")
_UNDOES = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
"""After these SQLite may have rolled back the transaction by itself (https://sqlite.org/lang_transaction.html)."""


@dataclass(slots=True)
class Trouble:
    """What happens to statements: the `at`th, those up to the `until`th, or where it `lasts` all after it
    fail as `kind`."""

    kind: str = ""
    at: int = 0
    lasts: bool = False
    seen: int = 0
    until: int = 0

    def strikes(self) -> bool:
        """Count one statement; whether it fails."""
        self.seen += 1
        return bool(self.kind) and (
            self.seen == self.at or (self.seen > self.at and (self.lasts or self.seen <= self.until))
        )


class FaultyConnection(engine.Connection):
    """A connection whose statements fail as its trouble says."""

    trouble = Trouble()

    def execute(self, sql: str, values: Any = (), /) -> Any:
        """Run a statement, or fail."""
        self._fail(sql)
        return super().execute(sql, values)

    def executemany(self, sql: str, values: Any, /) -> Any:
        """Run a statement for many values, or fail."""
        self._fail(sql)
        return super().executemany(sql, values)

    def _fail(self, sql: str) -> None:
        if sql.startswith("ROLLBACK") or not self.trouble.strikes():
            return
        if self.trouble.kind in _UNDOES and self.in_transaction:
            super().execute("ROLLBACK")
        error = engine.OperationalError("injected")
        error.sqlite_errorname = self.trouble.kind
        raise error


@contextmanager
def faulty(database: Path, trouble: Trouble) -> Iterator[Store]:
    """The file, opened soundly, with `trouble` from then on."""
    FaultyConnection.trouble = Trouble()
    faulty_connect = partial(engine.driver.connect, factory=FaultyConnection)
    with mock.patch.object(engine.driver, "connect", faulty_connect):
        store = open_database(database)
    FaultyConnection.trouble = trouble
    try:
        yield store
    finally:
        FaultyConnection.trouble = Trouble()
        store.close()


def one_try(original: Path, run: int, trouble: Trouble) -> tuple[list[str], dict[str, str]]:
    """Send from a copy of the file with `trouble`, then soundly; what does not hold, and how it ended."""
    with tempfile.TemporaryDirectory(prefix="invite-fault-") as folder:
        database, meta = copied(original, Path(folder)), Meta()
        with faulty(database, trouble) as store, suppress(StoreError):
            quick_time.run(go_on(store, run, meta))
        return mended(database, run, meta)


def mended(database: Path, run: int, meta: Meta) -> tuple[list[str], dict[str, str]]:
    """Go on soundly after trouble; what does not hold, and the state of every message."""
    with Store.open(database, read_only=True) as store:
        faults = contradictions(_between(store, run), meta)
    with open_database(database) as store:
        settled = quick_time.run(go_on(store, run, meta)) if _is_open(store, run) else None
        if settled is not None and settled.status is not Status.FINISHED:
            faults.append(f"the run is {settled.status} ({settled.paused_because}: {settled.paused_detail})")
        found = states(store, run)
        faults += contradictions(found, meta)
        if (check := store.value("PRAGMA integrity_check")) != "ok":
            faults.append(f"integrity_check: {check}")
    return faults, found


def _between(store: Store, run: int) -> Mapping[str, str]:
    # On the wire, as far as the file knows: that leaves open what Meta has.
    return {
        number: "unconfirmed" if state == "sending" else state for number, state in states(store, run).items()
    }


def _is_open(store: Store, run: int) -> bool:
    return runs.get(store, run).status is not Status.FINISHED


def sweep(say: Callable[[str], None], *, step: int = 1) -> list[str]:
    """Every statement, every `step`th at least, fails in every way; what does not hold."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="invite-fault-") as folder:
        original = Path(folder) / "invites.db"
        run = build(original)
        clean = Trouble()
        expected = one_try(original, run, clean)[1]
        for kind in KINDS:
            for lasts in (False, True):
                tries, doubtful = 0, 0
                for n in count(1, step):
                    trouble = Trouble(kind, n, lasts)
                    found, ended = one_try(original, run, trouble)
                    if trouble.seen < n:
                        break
                    tries += 1
                    doubtful += sum(ended[number] != expected[number] for number in expected)
                    faults += [f"{kind} at statement {n}, {lasts=}: {fault}" for fault in found]
                say(
                    f"  {kind}, {'for good' if lasts else 'going by'}: {tries} statements of {clean.seen}, "
                    f"{doubtful} messages left unconfirmed that would have been accepted"
                )
    return faults


def full_disk(say: Callable[[str], None], *, pages: Sequence[int] = tuple(range(0, 400, 8))) -> list[str]:
    """Send from a file system with room for so many pages; then there is room again. What does not hold."""
    faults, refusals = [], 0
    with tempfile.TemporaryDirectory(prefix="invite-full-") as folder:
        original = Path(folder) / "invites.db"
        run = build(original)
        with small_file_system(Path(folder) / "small", 2 * original.stat().st_size + 512 * 1024) as small:
            if small is None:
                say("  full disk: skipped, because this system does not let us mount a file system")
                return []
            for room in pages:
                database, meta = copied(original, small), Meta()
                ballast = small / "ballast"
                found: list[str] = []
                with open_database(database) as store:
                    try:
                        with becoming_sender(store, by=OPERATOR):
                            _fill(ballast, leaving=room * 4096)
                            quick_time.run(go_on(store, run, meta))
                    except StoreError:
                        refusals += 1
                    ballast.unlink()
                    found += _untold(store, run)
                found += mended(database, run, meta)[0]
                faults += [f"room for {room} pages: {fault}" for fault in found]
                for file in small.iterdir():
                    file.unlink()
    say(f"  full disk: {len(pages)} sends, {refusals} of which found no room for a minute")
    return faults


def _untold(store: Store, run: int) -> list[str]:
    """A run that was left `sending` by a full disk, of which the next sender would not know that."""
    left = runs.get(store, run).status is Status.SENDING
    return ["the next sender is not told of the full disk"] if left and not storage_failed(store.path) else []


@contextmanager
def small_file_system(place: Path, size: int) -> Iterator[Path | None]:
    """A file system of `size` bytes in memory, or None where it may not be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603 - fixed words and our path
    except OSError:
        yield None
        return
    if done.returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - the system's own program


def _fill(ballast: Path, *, leaving: int) -> None:
    with ballast.open("wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(bytes(4096)) == 4096:
                continue
        file.truncate(max(0, file.tell() // 4096 * 4096 - leaving))


def prove(say: Callable[[str], None]) -> list[str]:
    """All of it; what does not hold."""
    return sweep(say) + full_disk(say)
