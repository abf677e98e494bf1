"""The kill sweep: senders and listeners die at every crash point, at random moments, and by the stand-in's hand.

After each death the next sender goes on until the run is finished, every webhook comes in, and what the
database says of every guest is compared with what the stand-in's log says. Webhooks are held back until the
run is finished in every other party, so that messages are unconfirmed for a while, and settle.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from proofs.children import Child
from proofs.judgement import Figures, judge
from proofs.sender import Kill, finish, killed, sender
from proofs.world import PARTIES, World, open_world

OCCURRENCES = 12
"""The most occurrences of one crash point that are tried in a run; a run of five guests seldom has more."""

MOMENTS = ("before_reading", "mid_body", "before_answer", "mid_answer")
WORKERS = 2

_FATES: tuple[dict[str, object], ...] = (
    {"fate": "closed", "then": "read"},
    {"fate": "server_error", "accepted": True, "then": "delivered"},
    {"fate": "server_error", "accepted": False},
    {"fate": "refused", "code": 131026},
    {"fate": "failed", "code": 131049},
    {"fate": "read_only"},
)
_TOO_FAST: dict[str, object] = {"fate": "refused", "code": 130429, "times": 1}
"""Queued again, and holds everybody up for seconds; so only now and then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The deaths of one party's senders, or of the listener while its updates come."""

    kills: tuple[Kill, ...] = ()
    listener: str = ""


def learn(world: World) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each crash point is passed: by a sender, by one that goes on after another, by the listener."""
    logs = [world.settings.db.with_name(f"passed-{number}") for number in range(3)]
    world.stop_listener()
    world.start_listener(log=str(logs[2]))
    first, second = world.party(), world.party()
    killed(world, second, Kill(moment="mid_body", nth=2))
    for party, log in ((first, logs[0]), (second, logs[1])):
        child = sender(world, party, log=str(log))
        child.release()
        child.exit_code()
    world.drain()
    world.stop_listener()
    world.start_listener()
    passed = [Counter(log.read_text("utf-8").split()) for log in logs]
    return passed[0], passed[1], passed[2]


def plans(learnt: tuple[Counter[str], Counter[str], Counter[str]], chance: random.Random) -> Iterator[Plan]:
    """Every death once, in an order left to chance; then random ones without end."""
    fresh, resumed, listener = learnt
    every = [Plan((Kill(place=place),)) for place in _occurrences(fresh)]
    every += [
        Plan((Kill(moment=chance.choice(MOMENTS), nth=2), Kill(place=place)))
        for place in _occurrences(resumed)
    ]
    every += [Plan((Kill(moment=moment, nth=nth),)) for moment in MOMENTS for nth in range(1, 6)]
    every += [Plan(listener=place) for place in _occurrences(listener)]
    chance.shuffle(every)
    yield from every
    while True:
        kind = chance.random()
        if kind < 0.2:
            yield Plan((Kill(moment=chance.choice(MOMENTS), nth=chance.randint(1, 5)),))
        elif kind < 0.3:
            yield Plan(listener=chance.choice(_occurrences(listener)))
        else:
            deaths = (Kill(after_s=chance.uniform(0.0, 0.2)) for _ in range(chance.randint(1, 3)))
            yield Plan(tuple(deaths))


def _occurrences(passed: Counter[str]) -> list[str]:
    return [f"{name}:{n}" for name, times in passed.items() for n in range(1, min(times, OCCURRENCES) + 1)]


def run_plan(world: World, plan: Plan, chance: random.Random, *, requeues: bool = False) -> Figures:
    """Let the deaths of `plan` happen to one party, and judge it."""
    fates = {place: chance.choice(_FATES) for place in chance.sample(range(1, 5), 2)}
    party = world.party({**fates, 0: _TOO_FAST} if chance.random() < 0.02 else fates)
    held_back = (requeues or chance.random() < 0.5) and not plan.listener
    if held_back:
        world.ask("pause", {})
    if plan.listener:
        world.stop_listener()
        world.start_listener(plan.listener)
    deaths = sum(killed(world, party, kill, requeues=requeues) for kill in plan.kills)
    finish(world, party, requeues=requeues)
    if held_back:
        world.ask("resume", {})
    armed = world.listener
    world.drain()
    found = judge(world, party)
    found.kills = deaths + (bool(plan.listener) and armed.wait(0) and armed.killed)
    if plan.listener and armed is world.listener:
        world.stop_listener()
        world.start_listener()
    if found.faults:
        found.faults.append(f"  … after {', '.join(map(str, plan.kills)) or plan.listener}")
    return found


def work(target: int, seed: int, share: int, shares: int, *, report_to: Path | None = None) -> Figures:
    """One worker's part: its share of every death, and random ones until `target` are reached."""
    chance, total, began = random.Random(seed), Figures(), time.monotonic()  # noqa: S311 - repeatable
    learnt: tuple[Counter[str], Counter[str], Counter[str]] | None = None
    wanted: Iterator[Plan] | None = None
    mine = 0
    for world_number in count():
        with open_world(seed=seed + share, in_flight=(2, 16)[world_number % 2]) as world:
            if learnt is None:
                learnt = learn(world)
                wanted = plans(learnt, chance)
                if not share:
                    _say(f"  crash points: {_described(learnt)}")
            everything = sum(len(_occurrences(passed)) for passed in learnt) + 20
            while world.parties < PARTIES and wanted is not None:
                plan = next(wanted)
                mine += 1
                if mine % shares != share and mine <= everything:
                    continue
                total.add(run_plan(world, plan, chance))
                _progress(total, share, began)
                if total.kills >= target and mine >= everything:
                    if report_to is not None:
                        report_to.write_text(json.dumps(asdict(total)), "utf-8")
                    return total
    raise AssertionError


def _described(learnt: Sequence[Counter[str]]) -> str:
    whose = ("of a sender", "of one that goes on after another", "of the listener")
    return ", ".join(
        f"{len(passed)} {which} (passed {sum(passed.values())} times)"
        for which, passed in zip(whose, learnt, strict=True)
    )


def _progress(total: Figures, share: int, began: float) -> None:
    people = total.people // 5
    if people % 50 == 0:
        _say(f"  worker {share}, {time.monotonic() - began:.0f} s: {total.sentence()}")
    for fault in total.faults[:1]:
        if people % 50 == 0:
            _say(f"    ! {fault}")


def negative_control(seed: int, parties: int = 16) -> int:
    """How many people get the message twice from a sender with the defect that this program excludes."""
    with open_world(seed=seed) as world:
        return _doubles(world, random.Random(seed), parties)  # noqa: S311 - repeatable


def _doubles(world: World, chance: random.Random, parties: int, *, enough: int | None = None) -> int:
    twice = 0
    for number in range(parties):
        if enough is not None and twice >= enough:
            break
        kill = Kill(moment=("before_answer", "mid_answer")[number % 2], nth=1 + number % 4)
        twice += run_plan(world, Plan((kill,)), chance, requeues=True).twice
    return twice


def small(seed: int) -> tuple[Figures, int]:
    """The sweep in seconds: the last occurrence of every second crash point of a sender, and every moment
    of the stand-in's (`proofs.listening` kills listeners); the figures, and the doubles of the negative control."""
    chance, total = random.Random(seed), Figures()  # noqa: S311 - repeatable
    with open_world(seed=seed) as world:
        fresh, _, _ = learn(world)
        chosen = [
            Plan((Kill(place=f"{name}:{min(n, OCCURRENCES)}"),)) for name, n in sorted(fresh.items())[::2]
        ]
        chosen += [Plan((Kill(moment=moment, nth=2),)) for moment in MOMENTS]
        for plan in chosen:
            total.add(run_plan(world, plan, chance))
        return total, _doubles(world, chance, 12, enough=1)


def sweep(target: int, seed: int) -> Figures:
    """At least `target` kills on two workers."""
    total = Figures()
    with tempfile.TemporaryDirectory(prefix="invite-sweep-") as folder:
        reports = [Path(folder) / f"{share}.json" for share in range(WORKERS)]

        def part(share: int) -> Child:
            def act() -> int:
                work(-(-target // WORKERS), seed, share, WORKERS, report_to=reports[share])
                return 0

            child = Child(act)
            child.release()
            return child

        workers = [part(share) for share in range(WORKERS)]
        for worker in workers:
            if worker.exit_code(1800):
                raise RuntimeError("a worker ended with an error; see above")
        for report in reports:
            total.add(Figures(**json.loads(report.read_text("utf-8"))))
    return total


def main(arguments: Sequence[str]) -> int:
    """`python -m proofs.kill_sweep [kills|small] [seed]`; 0 if everything holds."""
    began = time.monotonic()
    seed = int(arguments[1]) if len(arguments) > 1 else int(time.time())
    if arguments and arguments[0] == "small":
        _say(f"Kill sweep in small, seed {seed}.")
        total, doubles = small(seed)
    else:
        target = int(arguments[0]) if arguments else 1_000
        _say(
            f"Kill sweep: at least {target:,} kills, seed {seed}, {WORKERS} workers, "
            f"at most {OCCURRENCES} occurrences of a place."
        )
        doubles = negative_control(seed)
        total = sweep(target, seed)
    _say(f"Negative control (a sender that sends again what a dead one left): {doubles} people twice.")
    for fault in total.faults[:40]:
        _say(f"! {fault}")
    _say(f"{total.sentence()}; {time.monotonic() - began:.0f} s.")
    return 0 if doubles and total.kills and not total.faults else 1


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
