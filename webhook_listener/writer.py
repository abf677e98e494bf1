"""The one thread that writes: whatever waits at the same time shares one commit.

A body is answered only after COMMIT. Syncing the disk costs the same for one update and for hundreds,
so the thread takes in everything that waits, and commits once.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from invite_core import instants
from invite_core.crashpoints import crashpoint
from invite_core.delivery import listener_life
from invite_core.delivery.intake import apply_updates, read_updates
from invite_core.delivery.listener_life import Refusals
from invite_core.delivery.tally import Tally, summed
from invite_core.operations.opening import open_database
from invite_core.store import Store, StoreError
from invite_core.views.health import MANY_REFUSED
from webhook_listener import log
from webhook_listener.groups import Group, Inbox, Results, next_batch
from webhook_listener.portions import Portion, portions

BEAT_SECONDS = 4.0
"""How often the listener says that it is there; it is taken for dead after 20 seconds."""

LATE_SECONDS = 20.0
"""After how long without a commit it is not ready."""

REST_SECONDS = 0.15
"""How long others may write between two parts of a body: SQLite asks for the lock every tenth of a second."""

_STOP_SECONDS = 15.0


class Writer:
    """Owns the database file of the listener, in a thread of its own."""

    def __init__(self, path: Path, *, phone_number_id: str, waba_id: str = "", address: str) -> None:
        self._path = path
        self._phone_number_id = phone_number_id
        self._waba_id = waba_id
        self._address = address
        self._inbox: Inbox = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._started: Future[None] = Future()
        self._store: Store | None = None
        self._file: tuple[int, int] | None = None
        self._life: int | None = None
        self._refused = self._refused_written = self._unfitting = 0
        self._unfitting_at: datetime | None = None
        self._fault: str | None = None
        self._committed_at = time.monotonic()

    def start(self) -> None:
        """Open the file and write that the listener is there. Raises `StoreError` if that cannot be done."""
        self._thread.start()
        self._started.result()

    def submit(self, body: bytes) -> Future[Tally]:
        """Hand over one body whose signature was right.

        The result comes after COMMIT; a `StoreError` if nothing of the body could be stored.
        """
        promise: Future[Tally] = Future()

        def done(results: Results) -> None:
            if isinstance(results[0], Exception):
                promise.set_exception(results[0])
            else:
                promise.set_result(results[0])

        self.submit_all([body], done)
        return promise

    def submit_all(self, bodies: Sequence[bytes], done: Callable[[Results], None]) -> None:
        """Hand over bodies whose signatures were right.

        `done` is called in the writer's thread, after COMMIT, or when nothing could be stored.
        """
        self._unfitting = 0
        self._inbox.put(Group(bodies, done))

    def count_refused_signature(self, *, claimed: bool) -> None:
        """Count a body that nobody of ours signed; the number goes into the file with the next beat.

        `claimed` if it came with a signature, as Meta's come where the secret is not the app's.
        """
        self._refused += 1
        if claimed:
            self._unfitting += 1
            self._unfitting_at = instants.now()

    def refuses_all(self) -> bool:
        """Whether so many signatures in a row did not fit that the secret is not the app's."""
        return self._unfitting >= MANY_REFUSED

    def trouble(self) -> str | None:
        """Why nothing can be stored now, as one word, or None while all is well."""
        if self._fault is not None:
            return self._fault
        return "late" if time.monotonic() - self._committed_at > LATE_SECONDS else None

    def stop(self) -> None:
        """Commit what waits, write that the listener stopped, and close the file."""
        self._stopping.set()
        self._inbox.put(None)
        self._thread.join(_STOP_SECONDS)

    # ------------------------------------------------------------ in the thread

    def _run(self) -> None:
        try:
            self._commit([], savepoints=False)
        except BaseException as error:
            self._close()
            self._started.set_exception(error)
            return
        self._started.set_result(None)
        running = True
        while running:
            batch, running = next_batch(self._inbox, seconds=BEAT_SECONDS)
            self._commit_or_refuse(batch)
        self._end()

    def _commit_or_refuse(self, batch: list[Group]) -> None:
        bodies = [body for group in batch for body in group.bodies]
        try:
            results = self._taken_in(bodies)
        except Exception as error:  # without this thread every request would wait until its sender gives up
            log.warn("nothing could be taken in", error)
            results = [error] * len(bodies)
        told = 0
        for group in batch:
            group.done(results[told : told + len(group.bodies)])
            told += len(group.bodies)

    def _taken_in(self, bodies: Sequence[bytes]) -> Results:
        """What became of each body, read before anything is locked and stored in as many commits as it takes."""
        number, account = self._phone_number_id, self._waba_id
        readings = [read_updates(body, phone_number_id=number, waba_id=account) for body in bodies]
        results: dict[int, Tally | Exception] = {}
        fault: StoreError | None = None
        for together in portions(readings):
            told = [fault] * len(together) if fault else self._results(together)
            for portion, result in zip(together, told, strict=True):
                before = results.get(portion.body)
                results[portion.body] = result if before is None else _joined(before, result)
                fault = result if isinstance(result, StoreError) else fault
            if fault is None and not all(portion.last for portion in together):
                self._stopping.wait(REST_SECONDS)
        return list(results.values())

    def _results(self, together: Sequence[Portion], *, careful: bool = False) -> Results:
        try:
            tallies = self._commit(together, savepoints=careful)
        except Exception as error:
            self._close()
            if not careful and not isinstance(error, StoreError):
                # What one of them brings out must not keep out the others.
                return [result for each in together for result in self._results([each], careful=True)]
            fault = type(error).__name__
            if fault != self._fault:
                log.warn("nothing can be stored", error)
            self._fault = fault
            return [error] * len(together)
        if self._fault is not None:
            log.note("storing again")
        self._fault = None
        self._committed_at = time.monotonic()
        return tallies

    def _commit(self, together: Sequence[Portion], *, savepoints: bool) -> list[Tally]:
        refused = self._refused
        refusals = Refusals(refused - self._refused_written, self._unfitting, self._unfitting_at)
        with self._opened().write() as store:
            now = instants.now()
            taken = apply_updates(
                store,
                [portion.updates for portion in together],
                phone_number_id=self._phone_number_id,
                savepoints=savepoints,
                now=now,
            )
            tallies = [
                tally if portion.last else replace(tally, bodies=0)
                for portion, tally in zip(together, taken, strict=True)
            ]
            total = summed(tallies)
            crashpoint("listener.taken_in")
            self._beat(store, total, refusals, now)
            crashpoint("listener.before_commit")
        crashpoint("listener.committed")
        self._refused_written = refused
        if total.quarantined:
            log.warn("something could not be understood", count=total.quarantined)
        return tallies

    def _beat(self, store: Store, total: Tally, refusals: Refusals, now: datetime) -> None:
        if self._life is None or not self._beaten(store, self._life, total, refusals, now):
            self._life = listener_life.begin(store, pid=os.getpid(), address=self._address, now=now)
            self._beaten(store, self._life, total, refusals, now)

    def _beaten(self, store: Store, life: int, total: Tally, refusals: Refusals, now: datetime) -> bool:
        return listener_life.beat(store, life, total, refusals=refusals, now=now)

    def _opened(self) -> Store:
        """The open file; opened anew after a fault, or when another file was put in its place."""
        if self._store is not None and self._file != _identity(self._path):
            self._close()
        if self._store is None:
            self._store = open_database(self._path)
            self._file = _identity(self._path)
        return self._store

    def _end(self) -> None:
        try:
            if self._life is not None:
                with self._opened().write() as store:
                    listener_life.end(store, self._life, now=instants.now())
        except StoreError as error:
            log.warn("the end could not be written", error)
        finally:
            self._close()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _joined(before: Tally | Exception, result: Tally | Exception) -> Tally | Exception:
    """What became of a body whose parts ended in these ways: a fault of one is the body's."""
    if isinstance(before, Exception):
        return before
    return result if isinstance(result, Exception) else before + result


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
