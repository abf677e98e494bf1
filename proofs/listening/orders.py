"""All orders of eight updates of one message, and every split of them into bodies, end in the same row.

The orders are walked as a tree in a real file: a prefix is taken in once, in a savepoint, and shared by
every order that begins with it. At each node the rows must be those of every other order of the same
updates, so that all 256 subsets are covered too.

That a split changes nothing is proved by induction: from the rows of every prefix, every body that may
come next (one update or several, in every order) must leave **exactly** the rows, ids included and only
counters of nothing left out, that its updates leave when each is a body of its own. Taking in a body
depends on nothing but the rows, the body and the moment, so whatever the splits, an order ends where it
ends update by update.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from math import factorial, prod
from multiprocessing import get_context
from pathlib import Path

from invite_core.delivery.intake import apply_bodies, apply_body
from invite_core.lifecycle import attempts
from invite_core.operations.opening import open_database
from invite_core.store import Store
from proofs import bodies
from proofs.bodies import SENDER_NUMBER
from proofs.listening.ends import End, contradictions, difference, end_of
from proofs.listening.stories import STORIES, Step
from proofs.small_world import NOW, build, copied

_ANSWERED_AT, _HEARD_AT = NOW + timedelta(seconds=71), NOW + timedelta(hours=1)

_TABLES = (
    "invite_messages", "send_attempts", "message_transitions", "run_counters", "webhook_receipts", "replies",
    "do_not_message", "alarms", "contact_identities", "invite_send_runs",
)  # fmt: skip

Places = tuple[int, ...]


@dataclass(slots=True)
class Seen:
    """What a walk has seen."""

    orders: int = 0
    """Complete orders; two repeats that are alike make two of them."""
    prefixes: int = 0
    """Rows compared with those of every other order of the same updates."""
    bodies: int = 0
    """Bodies of several updates, each taken in from the rows of one prefix."""
    ends: dict[Places, End] = field(default_factory=dict)
    """Per subset of the updates, the rows in which every order of them ends."""
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        """Add what another walk has seen; ends that differ are faults."""
        self.orders += other.orders
        self.prefixes += other.prefixes
        self.bodies += other.bodies
        self.faults += other.faults
        for subset, end in other.ends.items():
            if self.ends.setdefault(subset, end) != end:
                self.faults.append(f"two parts of the tree end otherwise for {subset}")


class _Undo(Exception):
    """Ends a savepoint without keeping it."""


class Walk:
    """A walk through the orders of one story, in an open file."""

    def __init__(self, store: Store, steps: Sequence[Step], *, splits: bool, groups: bool) -> None:
        self._store = store
        self._splits = splits
        self._groups = groups
        self._steps = steps
        # What is alike is one thing that comes more than once: its orders are the same orders.
        alike = [next(k for k, other in enumerate(steps) if _same(other, step)) for step in steps]
        self._times = Counter(alike)
        self._weight = prod(factorial(n) for n in self._times.values())
        self._all_rows = _all_rows(store)
        self._exact: dict[Places, bytes] = {}
        self.seen = Seen()

    def through(self, first: Sequence[int]) -> Seen:
        """Every order that begins with one of the steps `first`, and every body that does."""
        with _for_now(self._store):
            self._visit((), [each for each in first if each in self._times])
        return self.seen

    def _visit(self, prefix: Places, nexts: Sequence[int]) -> None:
        self._look(prefix)
        for each in nexts:
            with _for_now(self._store):
                self._take(each)
                self._visit((*prefix, each), self._left((*prefix, each)))
        if self._splits:
            for each in nexts:
                self._bodies(prefix, (each,))

    def _left(self, prefix: Places) -> list[int]:
        return [each for each, times in self._times.items() if prefix.count(each) < times]

    def _bodies(self, prefix: Places, begun: Places) -> None:
        if self._steps[begun[-1]].change is None:
            return
        if len(begun) > 1:
            self.seen.bodies += 1
            self._together(prefix, begun, "one body", [[*begun]])
            if self._groups:
                self._together(prefix, begun, "one commit", [[each] for each in begun])
        for each in self._left(prefix + begun):
            self._bodies(prefix, (*begun, each))

    def _together(self, prefix: Places, begun: Places, what: str, split: list[list[int]]) -> None:
        with _for_now(self._store):
            raw = [bodies.body([self._steps[each].change or {} for each in part]) for part in split]
            with self._store.write():
                apply_bodies(self._store, raw, phone_number_id=SENDER_NUMBER, now=_HEARD_AT)
            if self._rows() != self._exact[prefix + begun]:
                self._fault(f"{what} of {self._names(begun)} after {self._names(prefix)} leaves other rows")

    def _look(self, prefix: Places) -> None:
        self.seen.prefixes += 1
        if len(prefix) == self._times.total():
            self.seen.orders += self._weight
        if self._splits:
            self._exact[prefix] = self._rows()
        end = end_of(self._store)
        if faults := contradictions(self._store):
            self._fault(f"{self._names(prefix)}: {faults[0]}")
        before = self.seen.ends.setdefault(tuple(sorted(prefix)), end)
        if end != before:
            self._fault(f"{self._names(prefix)} ends in {difference(end, before)}")

    def _take(self, place: int) -> None:
        step = self._steps[place]
        with self._store.write():
            if step.answer is not None:
                attempts.record_outcome(self._store, step.attempt, step.answer, now=_ANSWERED_AT)
            else:
                raw = bodies.body([step.change or {}])
                apply_body(self._store, raw, phone_number_id=SENDER_NUMBER, now=_HEARD_AT)

    def _rows(self) -> bytes:
        row = self._store.row(self._all_rows)
        return blake2b(repr(tuple(row or ())).encode(), digest_size=16).digest()

    def _names(self, steps: Places) -> str:
        return ", ".join(self._steps[each].name for each in steps) or "nothing"

    def _fault(self, sentence: str) -> None:
        if len(self.seen.faults) < 10:
            self.seen.faults.append(sentence)


def _all_rows(store: Store) -> str:
    """A statement that gives every value of every row that an update may change."""
    tables = []
    for table in _TABLES:
        columns = (row["name"] for row in store.rows(f"SELECT name FROM pragma_table_info('{table}')"))
        values = " || ',' || ".join(f"quote({name})" for name in columns)
        counted = "WHERE n <> 0" if table == "run_counters" else ""
        tables.append(f"(SELECT group_concat({values}, ';') FROM {table} {counted})")
    return f"SELECT {', '.join(tables)}"


def _same(one: Step, other: Step) -> bool:
    return (one.change, one.answer) == (other.change, other.answer)


@contextmanager
def _for_now(store: Store) -> Iterator[None]:
    """What the block changes is undone."""
    with suppress(_Undo), store.write():
        yield
        raise _Undo


@dataclass(frozen=True, slots=True)
class Prepared:
    """A story whose message waits in a file, for walks through copies of it."""

    original: Path
    steps: list[Step]


def prepare(story: str, folder: Path) -> Prepared:
    """The file of a story, in a folder of its own below `folder`."""
    original = folder / story / "invites.db"
    original.parent.mkdir()
    build(original, 1)
    with open_database(original) as store:
        return Prepared(original, STORIES[story](store))


def walk(
    story: Prepared, *, splits: bool, groups: bool = False, share: int = 0, shares: int = 1, steps: int = 8
) -> Seen:
    """One of several shares of the orders of the first `steps` of a story; with `splits` every body of several
    updates, with `groups` also every group of bodies that share a commit."""
    told = story.steps[:steps]
    with (
        tempfile.TemporaryDirectory(prefix="invite-orders-") as folder,
        open_database(copied(story.original, Path(folder))) as store,
    ):
        return Walk(store, told, splits=splits, groups=groups).through(range(share, len(told), shares))


def prove(say: Callable[[str], None], *, workers: int = 2) -> list[str]:
    """Every order of every story, and every split of the first story's eight steps and of six of the others'; what
    does not hold."""
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="invite-stories-") as folder,
        ProcessPoolExecutor(workers, get_context("spawn")) as pool,
    ):
        for number, story in enumerate(STORIES):
            told = prepare(story, Path(folder))
            parts = [pool.submit(walk, told, splits=not number, share=share, shares=8) for share in range(8)]
            parts.append(pool.submit(walk, told, splits=True, groups=True, steps=6))
            found = [part.result() for part in parts]
            total = Seen()
            for each in found[:8]:
                total.add(each)
            if total.orders != factorial(8):
                faults.append(f"{story}: only {total.orders} orders were walked")
            say(
                f"  “{story}”: {total.orders:,} orders, {total.prefixes:,} prefixes of {len(total.ends)} subsets; "
                f"{total.bodies:,} bodies of several updates, {found[8].bodies:,} more of six of the eight, each also "
                "as bodies of one commit"
            )
            faults += [f"{story}: {fault}" for each in (total, *found[8:]) for fault in each.faults]
    return faults
