"""Races: two senders at once; a pause, a cancellation and a STOP while messages leave. Exact outcomes."""

import random
from collections.abc import Callable

from invite_core import instants
from invite_core.invitations import freezing, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import control
from invite_core.operations.opening import open_database
from invite_core.store import Store
from proofs import bodies
from proofs.judgement import judge
from proofs.sender import BUSY, finish, run_of, sender
from proofs.world import OPERATOR, TEMPLATE, Party, World, open_world

ROUND_TRIP_MS = "30"
"""How long an answer takes, so that something is on the wire when the other side acts."""


def two_senders(world: World, chance: random.Random) -> list[str]:
    """Two senders begin almost at once: one of them sends, and everybody has one message. Neither takes
    the other for dead, so that no message is ever unconfirmed."""
    party = world.party()
    first, second = sender(world, party), sender(world, party)
    first.release()
    first.wait(chance.choice((0.0, 0.05, 0.1, 0.2)))
    second.release()
    codes = sorted(each.exit_code() for each in (first, second))
    world.drain()
    found = judge(world, party)
    faults = found.faults
    if found.unconfirmed:
        faults.append(f"{party.name}: {found.unconfirmed} messages of a living sender became unconfirmed")
    if codes not in ([0, 0], [0, BUSY]):
        faults.append(f"{party.name}: two senders ended with {codes}")
    return faults


def _at_work(
    world: World, party: Party, chance: random.Random, act: Callable[[Store, int], None]
) -> list[str]:
    """Let `act` happen to the run while it is sent; what is claimed after it.

    The attempts are counted in the very transaction of the act.
    """
    child = sender(world, party)
    child.release()
    with Store.open(world.settings.db, read_only=True) as store:
        while run_of(store, party) is None and not child.wait(0.002):
            continue
        run = run_of(store, party) or 0
    child.wait(chance.uniform(0.0, 0.25))
    with open_database(world.settings.db) as store:
        with store.write():
            act(store, run)
            at_the_act = _attempts(store, run)
        child.exit_code()
        later = _attempts(store, run)
    return [] if later == at_the_act else [f"{party.name}: {later - at_the_act} claims after the act"]


def _attempts(store: Store, run: int) -> int:
    return int(
        store.value(
            """SELECT count(*) FROM send_attempts JOIN invite_messages AS messages
               ON messages.id = send_attempts.message WHERE messages.run = ?""",
            (run,),
        )
    )


def pause(world: World, chance: random.Random) -> list[str]:
    """Nothing is claimed after a pause; after the resumption everybody has one message."""
    party = world.party()

    def act(store: Store, run: int) -> None:
        runs.pause(store, run, PauseReason.OPERATOR, by=OPERATOR, now=instants.now())

    faults = _at_work(world, party, chance, act)
    finish(world, party)
    world.drain()
    return faults + judge(world, party).faults


def cancel(world: World, chance: random.Random) -> list[str]:
    """After a cancellation nothing is claimed, nothing waits, and whoever was not written to is cancelled."""
    party = world.party()

    def act(store: Store, run: int) -> None:
        if runs.get(store, run).status in runs.UNFINISHED:
            control.cancel_rest(store, run, by=OPERATOR, now=instants.now())

    faults = _at_work(world, party, chance, act)
    world.drain()
    found = judge(world, party).faults
    return faults + [fault for fault in found if "the run is cancelled" not in fault]


def stop_before_claim(world: World) -> list[str]:
    """A STOP that arrives between the freezing of a run and its sending is obeyed."""
    party = world.party()
    with open_database(world.settings.db) as store:
        wish = Wish(
            event=party.name, template=TEMPLATE, language="auto", fallback="en",
            audience=f"tag:p{party.name.split()[1]}",
        )  # fmt: skip
        freezing.freeze(store, make_plan(store, wish), by=OPERATOR, now=instants.now())
    _stop(world, party.numbers[2])
    finish(world, party)
    world.drain()
    faults = judge(world, party).faults
    if any(entry["kind"] == "accepted" for entry in world.truth(party.numbers[2])):
        faults.append(f"{party.name}: somebody who said STOP got the message")
    return faults


def stop_meanwhile(world: World, chance: random.Random) -> list[str]:
    """A STOP at any moment of a run: blocked and nothing sent, or sent before; never both, never neither."""
    party = world.party()
    child = sender(world, party)
    child.release()
    child.wait(chance.uniform(0.0, 0.25))
    _stop(world, party.numbers[4])
    child.exit_code()
    finish(world, party)
    world.drain()
    faults = judge(world, party).faults
    with Store.open(world.settings.db, read_only=True) as store:
        state = store.value("SELECT state FROM invite_messages WHERE address = ?", (party.numbers[4],))
        blocked = store.value(
            "SELECT count(*) FROM do_not_message WHERE '+' || ltrim(address, '+') = ?", (party.numbers[4],)
        )
    sent = sum(entry["kind"] == "accepted" for entry in world.truth(party.numbers[4]))
    if not blocked or (state == "blocked") == bool(sent):
        faults.append(f"{party.name}: {blocked} blocks, {sent} sent, {state}")
    return faults


def _stop(world: World, number: str) -> None:
    """The person writes STOP, and Meta tells the listener."""
    stop = bodies.text(number, f"wamid.stop{number.lstrip('+')}", instants.now(), "STOP")
    status = world.ask("webhook", stop)["status"]
    if status != 200:
        raise RuntimeError(f"the listener answered {status} to a STOP")


def prove(say: Callable[[str], None], *, times: int = 15, seed: int = 3) -> list[str]:
    """Every race so many times; what does not hold."""
    chance, faults = random.Random(seed), []  # noqa: S311 - repeatable
    with open_world(seed=seed, in_flight=2, options=("--round-trip-ms", ROUND_TRIP_MS)) as world:
        for _ in range(times):
            faults += two_senders(world, chance)
            faults += pause(world, chance)
            faults += cancel(world, chance)
            faults += stop_before_claim(world)
            faults += stop_meanwhile(world, chance)
    say(f"  two senders, pause, cancellation, STOP before and during a run: {times} times each, seed {seed}")
    return faults
