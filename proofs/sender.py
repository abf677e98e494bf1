"""The sender as a child process, as `invite-tui send` is one: the lock, recovery, the run, its end."""

import asyncio
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from unittest import mock

from invite_core import crashpoints, instants
from invite_core.dispatch.sender_lock import SenderBusy
from invite_core.instants import stored
from invite_core.invitations import freezing, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.runs import Status
from invite_core.lifecycle import attempts
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.states import State
from invite_core.operations.opening import open_database
from invite_core.operations.sending import becoming_sender, send_run
from invite_core.settings import Settings
from invite_core.store import Store
from proofs.children import Child
from proofs.world import OPERATOR, TEMPLATE, Party, World

BUSY = 3
"""Exit code of a sender that found another at work."""


@dataclass(frozen=True, slots=True)
class Kill:
    """How one sender dies."""

    place: str = ""
    """At this crash point (`name:occurrence`)."""
    moment: str = ""
    """Or killed by the stand-in at this moment …"""
    nth: int = 1
    """… of this POST."""
    after_s: float | None = None
    """Or from outside, so many seconds after it began."""

    def __str__(self) -> str:
        if self.place:
            return self.place
        return f"{self.moment}:{self.nth}" if self.moment else f"after {self.after_s or 0:.4f} s"


def run_of(store: Store, party: Party) -> int | None:
    """The run that invites to the party, or None where none was stored."""
    found: int | None = store.value(
        """SELECT runs.id FROM invite_send_runs AS runs JOIN events ON events.id = runs.event
           WHERE events.name = ?""",
        (party.name,),
    )
    return found


def send(settings: Settings, party: Party) -> int:
    """Invite to the party, or go on where another sender ended; 0, or `BUSY`."""
    with open_database(settings.db) as store:
        try:
            with becoming_sender(store, by=OPERATOR):
                run = run_of(store, party)
                if run is None:
                    wish = Wish(
                        event=party.name, template=TEMPLATE, language="auto", fallback="en",
                        audience=f"tag:p{party.name.split()[1]}",
                    )  # fmt: skip
                    plan = make_plan(store, wish)
                    run = freezing.freeze(store, plan, by=OPERATOR, now=instants.now()).id
                if runs.get(store, run).status is Status.PAUSED:
                    runs.resume(store, run, by=OPERATOR, now=instants.now())
                if runs.get(store, run).status in (Status.READY, Status.SENDING):
                    asyncio.run(send_run(store, settings, run, stop=asyncio.Event()))
        except SenderBusy:
            return BUSY
    return 0


def sender(world: World, party: Party, *, place: str = "", log: str = "", requeues: bool = False) -> Child:
    """A sender that waits to be released, armed at the crash point `place`.

    With `requeues` it has the defect that this program is built to exclude: it sends again what a dead
    sender left on the wire.
    """

    def act() -> int:
        random.seed()
        crashpoints.arm(place, log)
        if not requeues:
            return send(world.settings, party)
        with mock.patch.object(attempts, "abandoned", _requeued):
            return send(world.settings, party)

    return Child(act, log=world.settings.db.with_name("sender.log"))


def killed(world: World, party: Party, kill: Kill, *, requeues: bool = False) -> bool:
    """Let a sender begin and die as `kill` says; whether it died before it was done."""
    child = sender(world, party, place=kill.place, requeues=requeues)
    if kill.moment:
        world.ask("kill", {"pid": child.pid, "moment": kill.moment, "nth": kill.nth})
    child.release()
    if kill.after_s is not None and not child.wait(kill.after_s):
        child.signal(9)
    child.exit_code()
    if kill.moment:
        world.ask("kill", {})
    return child.killed


def finish(world: World, party: Party, *, requeues: bool = False) -> None:
    """Let one sender after the other go on until the run is finished. Raises RuntimeError where it is not."""
    for _ in range(4):
        child = sender(world, party, requeues=requeues)
        child.release()
        code = child.exit_code()
        with Store.open(world.settings.db, read_only=True) as store:
            run = run_of(store, party)
            status = runs.get(store, run).status if run else None
        if status is Status.FINISHED:
            return
    raise RuntimeError(f"{party.name} is {status} (the last sender ended with {code})")


def _requeued(store: Store, *, now: object) -> Sequence[int]:
    """The defect: whatever was on the wire is queued again."""
    at = stored(instants.now())
    rows = store.rows(
        "SELECT id, message FROM send_attempts WHERE state = 'sending' AND superseded_at IS NULL"
    )
    for row in rows:
        store.execute(
            """UPDATE send_attempts SET state = 'cancelled', superseded_at = ?, superseded_because = 'defect'
               WHERE id = ?""",
            (at, row["id"]),
        )
        ledger = Ledger(store, now=at)
        ledger.read(messages=[row["message"]])
        ledger.show(ledger.message(row["message"]), own=State.QUEUED, cause="defect")
        ledger.write()
    return [row["message"] for row in rows]


if __name__ == "__main__":
    sys.exit(send(Settings.load(), Party(sys.argv[1], tuple(sys.argv[2:]))))
