"""The dispatch engine: one loop that commits and one POST per claim.

Each turn of the loop is one write transaction: the answers that have come are written, and new
messages are claimed. Only after it has committed do the requests of the new claims leave. So a
message is POSTed at most once per attempt, and an attempt exists before its POST; what the process
does not live to learn is `unconfirmed` at the next start, and never queued again by the machine.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from invite_core import instants
from invite_core.crashpoints import crashpoint
from invite_core.dispatch import claiming, gate
from invite_core.dispatch.allowance import Allowance
from invite_core.dispatch.failure_burst import FailureBurst
from invite_core.dispatch.gate import Hindrance, Rules
from invite_core.dispatch.pace import Hold, TokenBucket
from invite_core.dispatch.posting import Provider, post_once
from invite_core.invitations import freezing, runs
from invite_core.invitations.runs import PauseReason, Run, Status
from invite_core.invitations.templates import Variant
from invite_core.lifecycle import attempts, control
from invite_core.lifecycle.attempts import Claim
from invite_core.operators import SENDER
from invite_core.provider.outcome import Outcome, Refused, Unknown
from invite_core.store import Store, StoreError

MAX_UNREACHED = 5
"""Connection failures in a row, with growing pauses, after which the run is paused."""

STORAGE_PATIENCE_S = 60.0
"""How long answers that cannot be written are kept and tried again before the sender gives up."""

GATHER_S = 0.05
"""How long messages and answers gather for one commit while the pace, not the wire, is the limit."""

LULL_S = 0.002
"""How long no answer comes before the wire counts as quiet, and what has come is written."""

IDLE_S = 0.5
"""How often a run is looked at though nothing has happened here."""


@dataclass(slots=True)
class Dispatch:
    """The sending of one run, from `ready` until it is finished, paused or cancelled.

    The caller holds the sender's lock. `stop`, once set, lets nothing new leave; requests on the wire
    are awaited and written, and the run is left `paused` (`sender_stopped`).
    """

    store: Store
    run: int
    provider: Provider
    phone_number_id: str
    messages_per_second: float
    max_in_flight: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    clock: Callable[[], datetime] = instants.now
    rules: Rules = field(default_factory=Rules)
    chance: Callable[[], float] = random.random
    _bucket: TokenBucket = field(init=False)
    _hold: Hold = field(default_factory=Hold, init=False)
    _in_flight: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _answers: list[tuple[str, Outcome]] = field(default_factory=list, init=False)
    _burst: FailureBurst = field(default_factory=FailureBurst, init=False)
    _allowance: Allowance = field(init=False)
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _nothing_due: bool = field(default=False, init=False)
    _gave_up_for: StoreError | None = field(default=None, init=False)
    _variants: dict[str, Variant] = field(default_factory=dict, init=False)

    async def until_settled(self) -> Run:
        """Send until the run is finished, paused or cancelled; gives the run as it then is.

        Where the file cannot be written for a minute, the run is paused (`storage`) if that much can be
        stored; else it raises `StoreError`, and whatever was on the wire is `unconfirmed` at the next start.
        """
        self._bucket = TokenBucket(self.messages_per_second)
        self._allowance = Allowance(self.store, self.run, self.rules, self.max_in_flight)
        watch = asyncio.create_task(self._wake_when_stopped())
        try:
            while True:
                claims = await self._turn()
                for claim in claims:
                    task = asyncio.create_task(self._post(claim))
                    self._in_flight.add(task)
                if not self._in_flight and not self._answers and (settled := self._settled()):
                    return settled
                await self._rest()
        finally:
            watch.cancel()
            for task in self._in_flight:
                task.cancel()

    def _settled(self) -> Run | None:
        """The run, if it is no longer `sending`. A file that cannot be read now is the next turn's affair."""
        try:
            run = runs.get(self.store, self.run)
        except StoreError:
            return None
        return None if run.status is Status.SENDING else run

    async def _turn(self) -> list[Claim]:
        """One transaction, tried again while the file cannot be written; nothing leaves before it.

        The last one, after a minute, claims nothing, and pauses the run for that reason if it can.
        """
        self._gave_up_for, give_up_at = None, time.monotonic() + STORAGE_PATIENCE_S
        while True:
            try:
                return self._commit()
            except StoreError as fault:
                if self._gave_up_for:
                    raise
                if time.monotonic() > give_up_at:
                    self._gave_up_for = fault
                self._allowance.look_at_once()
                await asyncio.sleep(0.5)

    def _commit(self) -> list[Claim]:
        written = len(self._answers)
        burst = replace(self._burst)  # counted once, however often the transaction is tried
        with self.store.write():
            now = self.clock()  # others may have written for seconds, and the time for sending be over
            runs.start(self.store, self.run, at=instants.stored(now))
            attempts.record_outcomes(self.store, self._answers[:written], now=now)
            crashpoint("dispatch.answers_recorded")
            self._pause_if_refused(self._answers[:written], burst, now)
            claims = self._claim(now)
            if not claims and not self._in_flight and len(self._answers) == written:
                control.finish_if_done(self.store, self.run, now=now)
            crashpoint("dispatch.before_commit")
        crashpoint("dispatch.committed")
        self._burst = burst
        for _, outcome in self._answers[:written]:
            self._adapt(outcome)
        del self._answers[:written]
        self._allowance.used(len(claims))
        return claims

    def _claim(self, now: datetime) -> list[Claim]:
        run = runs.get(self.store, self.run)
        if run.status is not Status.SENDING:
            return []
        if self.stop.is_set():
            stopped = Hindrance(PauseReason.SENDER_STOPPED, "The sender was asked to stop.")
            return self._hindered(stopped, now)
        if self._gave_up_for:
            return self._hindered(Hindrance(PauseReason.STORAGE, self._gave_up_for.sentence), now)
        room = self._allowance.room(run, on_the_wire=len(self._in_flight), now=now)
        if isinstance(room, Hindrance):
            return self._hindered(room, now)
        if room <= 0 or self._hold.remaining(time.monotonic()):
            return []
        granted = self._bucket.take(room, time.monotonic())
        if not granted:
            return []
        plan = freezing.plan_of(self.store, run)
        if fell := gate.quality_fell(self.store, run, plan):
            return self._hindered(fell, now)
        self._variants = {variant.language: variant for variant in plan.variants}
        number, busy = self.phone_number_id, len(self._in_flight)
        claims = claiming.claim(
            self.store, run, plan, limit=granted, phone_number_id=number, on_the_wire=busy, now=now
        )
        if isinstance(claims, Hindrance):
            return self._hindered(claims, now)
        self._bucket.give_back(granted - len(claims))
        self._nothing_due = len(claims) < granted
        return claims

    def _hindered(self, hindrance: Hindrance, now: datetime) -> list[Claim]:
        """Pause the run if anything still waits; what has no message left to hold back is let finish."""
        if control.any_waiting(self.store, self.run):
            runs.pause(self.store, self.run, hindrance.because, by=SENDER, now=now, detail=hindrance.detail)
        return []

    def _pause_if_refused(
        self, answers: list[tuple[str, Outcome]], burst: FailureBurst, now: datetime
    ) -> None:
        for _, outcome in answers:
            burst.see(outcome)
            if isinstance(outcome, Refused) and outcome.pauses is not None:
                self._hindered(Hindrance(PauseReason(outcome.pauses), outcome.detail), now)
        if sentence := burst.sentence:
            self._hindered(Hindrance(PauseReason.FAILURE_BURST, sentence), now)
        if self._hold.unreached >= MAX_UNREACHED:
            unreached = "Meta cannot be reached from this computer."
            self._hindered(Hindrance(PauseReason.FAILURE_BURST, unreached), now)

    def _adapt(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Refused):
            self._hold.unreached = 0
        elif outcome.never_left:
            moment = time.monotonic()
            if not self._hold.remaining(moment):
                self._hold.unreached += 1
                self._hold.extend(moment, min(30.0, 0.5 * 2**self._hold.unreached))
        elif outcome.holds_everyone:
            self._bucket.slow_down(time.monotonic())
            self._hold.extend(time.monotonic(), outcome.wait_seconds or 1.0)

    async def _post(self, claim: Claim) -> None:
        outcome: Outcome = Unknown(cause="cancelled", detail="The sender was stopped.")
        try:
            outcome = await post_once(self.provider, claim, self._variants[claim.language], self.chance())
        finally:
            crashpoint("dispatch.answered")
            self._answers.append((claim.attempt, outcome))
            # Gone from the wire before the loop is woken, so that it sees the room that this makes.
            if (task := asyncio.current_task()) is not None:
                self._in_flight.discard(task)
            self._woken.set()

    async def _rest(self) -> None:
        """Wait until a turn is worth its commit; at most half a second, for what other processes have
        done to the run. While there is room, answers and messages gather for a moment."""
        moment = time.monotonic()
        full = len(self._in_flight) >= self.max_in_flight
        if full or self._nothing_due:
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
        if full:
            await self._gather()
        else:
            hold = self._hold.remaining(moment)
            pause = GATHER_S if self._nothing_due else max(self._bucket.wait(moment, GATHER_S), hold)
            await asyncio.sleep(min(IDLE_S, pause))
        self._woken.clear()

    async def _gather(self) -> None:
        """Let answers gather for one commit while they keep coming, until half of what may be in flight is
        there: the wire is not kept waiting for a straggler."""
        heard, until = 0, time.monotonic() + GATHER_S
        while heard < len(self._answers) < self.max_in_flight / 2 and time.monotonic() < until:
            heard = len(self._answers)
            await asyncio.sleep(LULL_S)

    async def _wake_when_stopped(self) -> None:
        await self.stop.wait()
        self._woken.set()
