"""The listener dies by SIGKILL at every crash point and commit boundary, while Meta delivers, and delivers again.

Right after each death every acknowledged update has to be in the file. Once everything is acknowledged, the
file has to end where it ends when the same bodies are taken in one after the other and nobody dies.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGTERM

from pydantic import SecretStr

from invite_core import instants
from invite_core.delivery.intake import apply_body
from invite_core.lifecycle import attempts
from invite_core.operations.opening import open_database
from invite_core.provider.outcome import Accepted
from invite_core.settings import GivenSettings, Settings
from invite_core.store import Store
from proofs import bodies
from proofs.bodies import SENDER_NUMBER
from proofs.children import Child
from proofs.listening.ends import End, contradictions, difference, end_of, missing, unsound
from proofs.listening.in_process import SECRET, TOKEN
from proofs.listening.stories import claimed
from proofs.listening.wire import post_together
from proofs.small_world import NOW, build, copied
from proofs.world import free_port, listening

_BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)
_TOGETHER = 3
"""Bodies that are posted at the same time, so that they share commits."""


@dataclass(slots=True)
class Deaths:
    """Figures of a sweep."""

    kills: int = 0
    acknowledged: int = 0
    """Bodies that were answered with 200."""
    repeated: int = 0
    """Bodies that had to be delivered more than once."""
    lost: int = 0
    """Updates that were acknowledged and are not in the file."""
    faults: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """The figures in one line."""
        return (
            f"{self.kills:,} kills; {self.acknowledged:,} bodies acknowledged, {self.repeated:,} of them after a "
            f"repetition; {self.lost} acknowledged updates lost; 95 % upper bound of the failure rate "
            f"3/{self.kills} = {3 / max(1, self.kills):.2%}"
        )


def the_bodies(opened: Sequence[str]) -> list[bytes]:
    """What Meta delivers: every kind of status, taps, a STOP, a switch, several at once, oddities, repeats."""

    def told(place: int, word: str, after: int, code: int | None = None) -> bodies.Item:
        attempt = opened[place]
        at = _BEGAN + timedelta(seconds=after)
        return bodies.status(f"wamid.{attempt}", word, at, attempt=attempt, code=code)

    def tapped(place: int, meaning: str, after: int) -> bodies.Item:
        attempt, at = opened[place], _BEGAN + timedelta(seconds=after)
        return bodies.tap(
            _guest(place), f"wamid.tap{place}.{after}", at, payload=f"rsvp:{meaning}:{attempt}", label=meaning,
            context=f"wamid.{attempt}",
        )  # fmt: skip

    stop = bodies.text(_guest(3), "wamid.stop", _BEGAN + timedelta(seconds=70), "STOP")
    switch = bodies.preference(_guest(4), _BEGAN + timedelta(seconds=71), "stop")
    changes = [
        [told(0, "sent", 1)],
        [told(0, "delivered", 3)],
        [told(1, "sent", 2), told(1, "failed", 9, 131026), told(2, "sent", 2)],
        [tapped(0, "yes:2", 90)],
        [told(0, "read", 60)],
        [tapped(0, "no", 80), told(2, "read", 61)],
        [stop],
        [switch, bodies.change({"statuses": [{"id": 7}, "odd"]})],
        [told(5, "failed", 5, 131050)],
        [bodies.change({"event": "x"}, field="something_new")],
        [told(4, "delivered", 8), told(4, "sent", 7)],
        [bodies.text(_guest(2), "wamid.words", _BEGAN + timedelta(seconds=75), "Where is it?")],
    ]
    raw = [bodies.body(each) for each in changes]
    return [*raw, b"{", raw[0], raw[2]]


def _guest(place: int) -> str:
    return f"+447700900{place:03d}"


@dataclass(frozen=True, slots=True)
class Scene:
    """A file as it is before the listener starts, what comes, and where the file has to end."""

    original: Path
    raw: list[bytes]
    expected: End


@contextmanager
def scene() -> Iterator[Scene]:
    """Six people who were written to, two of them without an answer yet."""
    with tempfile.TemporaryDirectory(prefix="invite-deaths-") as place:
        original = Path(place) / "invites.db"
        build(original, 6)
        with open_database(original) as store:
            opened = claimed(store)
            with store.write():
                for attempt in opened[:4]:
                    attempts.record_outcome(store, attempt, Accepted(f"wamid.{attempt}"), now=NOW)
        raw = the_bodies(opened)
        (Path(place) / "model").mkdir()
        with open_database(copied(original, Path(place) / "model")) as store:
            for body in raw:
                with store.write():
                    apply_body(store, body, phone_number_id=SENDER_NUMBER, now=instants.now())
            expected = end_of(store)
        yield Scene(original, raw, expected)


def learn(told: Scene) -> Counter[str]:
    """How often each crash point is passed while everything is delivered."""
    with tempfile.TemporaryDirectory(prefix="invite-death-") as folder:
        log = Path(folder) / "passed"
        deliver(told, Path(folder), Deaths(), [""], log=str(log))
        return Counter(log.read_text("utf-8").split())


def deliver(told: Scene, folder: Path, found: Deaths, places: Sequence[str], *, log: str = "") -> None:
    """Deliver everything to listeners of which each dies at the next of `places` ('' for not at all)."""
    settings = _settings(copied(told.original, folder))
    deaths, acknowledged = list(places), list[bytes]()
    listener = listening(settings, deaths.pop(0), log)
    waiting = [told.raw[at : at + _TOGETHER] for at in range(0, len(told.raw), _TOGETHER)]
    repeated = 0
    while waiting:
        together = waiting.pop(0)
        statuses = post_together(settings.listen_port, SECRET, together)
        pairs = list(zip(together, statuses, strict=True))
        acknowledged += [body for body, status in pairs if status == 200]
        again = [body for body, status in pairs if status != 200]
        if again:
            repeated += len(again)
            waiting.insert(0, again)
            if not listener.wait(10):
                found.faults.append(f"a living listener answered {statuses}")
                break
            _note_death(found, listener, settings, acknowledged)
            listener = listening(settings, deaths.pop(0) if deaths else "")
    listener.signal(SIGTERM)
    if listener.exit_code(30):
        _note_death(found, listener, settings, acknowledged)
    found.acknowledged += len(acknowledged)
    found.repeated += repeated
    found.faults += [
        f"{fault} (deaths: {', '.join(places)})" for fault in _judged(told, settings, acknowledged)
    ]


def _note_death(found: Deaths, listener: Child, settings: Settings, acknowledged: list[bytes]) -> None:
    found.kills += listener.killed
    if not listener.killed:
        found.faults.append(f"a listener ended by itself, with {listener.exit_code()}")
    lost = missing(settings.db, acknowledged)
    found.lost += lost
    if lost:
        found.faults.append(f"{lost} acknowledged updates were not in the file that a dead listener left")


def _judged(told: Scene, settings: Settings, acknowledged: list[bytes]) -> list[str]:
    if Counter(acknowledged) != Counter(told.raw):
        return ["not everything was acknowledged"]
    with Store.open(settings.db, read_only=True) as store:
        end = end_of(store)
        faults = contradictions(store) + unsound(store)
    return faults if end == told.expected else [*faults, f"the file has {difference(end, told.expected)}"]


def _settings(database: Path) -> Settings:
    return GivenSettings(
        db=database,
        phone_number_id=SENDER_NUMBER,
        app_secret=SecretStr(SECRET),
        verify_token=SecretStr(TOKEN),
        listen_port=free_port(),
        health_port=0,
    )


def occurrences(passed: Counter[str]) -> list[str]:
    """Every crash point with every occurrence of it."""
    return [f"{name}:{n}" for name, times in sorted(passed.items()) for n in range(1, times + 1)]


def sweep(told: Scene, plans: Sequence[Sequence[str]]) -> Deaths:
    """One delivery of everything per plan."""
    found = Deaths()
    for places in plans:
        with tempfile.TemporaryDirectory(prefix="invite-death-") as folder:
            deliver(told, Path(folder), found, places)
    return found


def prove(say: Callable[[str], None], *, step: int = 1, rounds: int = 60, seed: int = 6) -> list[str]:
    """Every `step`-th occurrence of a crash point, then `rounds` deliveries with several deaths each."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    with scene() as told:
        passed = learn(told)
        every = occurrences(passed)
        say(f"  {len(passed)} crash points, passed {len(every)} times: {', '.join(sorted(passed))}")
        several = [chance.sample(every, chance.randint(2, 5)) for _ in range(rounds)]
        found = sweep(told, [[each] for each in every[::step]] + several)
    say(f"  {found.sentence()}")
    return found.faults
