"""Sending from this process: the lock, what a dead sender left, then one run until it settles."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from invite_core import instants
from invite_core.dispatch import gate
from invite_core.dispatch.daily_limit import number_facts, remember_number
from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.gate import Rules
from invite_core.dispatch.listener_gap import accept_losses, listener_gap, record_losses
from invite_core.dispatch.recovery import recover
from invite_core.dispatch.sender_lock import leave_word, sender_lock
from invite_core.dispatch.sending_hours import closed_for_all
from invite_core.errors import InviteError
from invite_core.invitations import freezing, media, review, run_bounds, runs
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import PauseReason, Run, Status
from invite_core.operations.media_upload import upload_files
from invite_core.operations.template_sync import cloud_api
from invite_core.operators import SENDER, Operator
from invite_core.provider.cloud_api import CloudApi
from invite_core.settings import Settings
from invite_core.store import Store, StoreError
from invite_core.views.health import listener_health

NUMBER_DEADLINE_S = 5.0
"""How long a send waits for what Meta says of the number, before it goes by what it knew."""

THROUGHPUT = {"STANDARD": 80.0, "HIGH": 1000.0}
"""Messages a second of a number by Meta's level (throughput)."""

WAITED_THROUGH = (PauseReason.DAILY_LIMIT, PauseReason.OUTSIDE_WINDOW, PauseReason.LISTENER_GAP)
"""Pauses that end by themselves, which `--wait` sits through."""


def was_cut_off(run: Run) -> bool:
    """Whether nobody decided that the run stands still: its sender ended, or its pause ends by itself."""
    if run.status in (Status.READY, Status.SENDING):
        return True
    return run.paused_because in (PauseReason.SENDER_STOPPED, *WAITED_THROUGH)


class AudienceGrew(InviteError):
    """More people would get the message than were confirmed."""


class NoListener(InviteError):
    """Nobody would hear the answers and the stops."""


def require_listener(store: Store, *, now: datetime) -> None:
    """Raise `NoListener` unless a listener is alive on this file."""
    if not listener_health(store, now=now).alive:
        raise NoListener(
            "No listener is running on this file: nobody would hear the answers and the stops.",
            "Start webhook-listener, or say --without-listener if that is what you want.",
        )


def freeze_confirmed(store: Store, plan: Plan, *, confirmed: int | None, by: Operator, now: datetime) -> Run:
    """Freeze the very plan that was confirmed for so many people (None: for whoever it is); the run.

    Raises `AudienceGrew`, with nothing stored, if more people would get it by now, and what `freeze` raises.
    """
    with store.write():
        run = freezing.freeze(store, plan, by=by, now=now)
        if confirmed is not None and run.eligible > confirmed:
            raise AudienceGrew(
                f"Meanwhile {run.eligible} people would get it, not the {confirmed} you confirmed.",
                "Nothing was sent. Look at the list again.",
            )
    return run


def lift_pause(
    store: Store,
    settings: Settings,
    run: int,
    *,
    accepting: str | None,
    max_cost: str | None = None,
    by: Operator,
    now: datetime,
) -> Run:
    """Lift a run's pause; `accepting` is why the organiser goes on although stops may be lost, None where
    that was not said; `max_cost` what the run may spend from now on (`run_bounds.change`), None: as before, or
    whatever it costs if that was why it was paused. Raises `StopsMayBeLost` where it has to be said, and what
    `runs.resume` and `run_bounds.change` raise."""
    by.may_act("resume a run")
    with store.write():
        if accepting is not None:
            accept_losses(store, reason=accepting, by=by, now=now)
        elif settings.catch_up_minutes:
            record_losses(store, now=now)
    # Absences stay recorded, whatever refuses to go on.
    with store.write():
        resumed = runs.resume(store, run, by=by, now=now)
        return resumed if max_cost is None else run_bounds.change(store, run, max_cost, by=by, now=now)


@contextmanager
def becoming_sender(store: Store, *, by: Operator) -> Iterator[None]:
    """Be the one sender of this file for the block, with a dead sender's remains settled first.

    Raises `SenderBusy` if another process is sending, `ReviewNeeded` if the file was restored and not
    looked at since.
    """
    by.may_act("send")
    now = instants.now()
    with sender_lock(store.path, operator=by.name, since=instants.stored(now)):
        recover(store, now=now)
        review.require_done(store)
        try:
            yield
        except StoreError:
            leave_word(store.path)
            raise


async def send_run(
    store: Store,
    settings: Settings,
    run: int,
    *,
    stop: asyncio.Event,
    wait: bool = False,
    without_listener: bool = False,
) -> Run:
    """Send `run` until it is finished, paused or cancelled; gives the run. The caller is the sender.

    With `wait`, pauses that end by themselves are sat through.
    """
    settings.require("phone_number_id", "access_token")
    rules = Rules(catch_up_minutes=settings.catch_up_minutes, without_listener=without_listener)
    async with cloud_api(settings) as api:
        while True:
            per_second = await _pace(store, settings, api)
            await upload_files(store, api, media.of_run(store, run), settings.phone_number_id)
            dispatch = Dispatch(
                store=store,
                run=run,
                provider=api,
                phone_number_id=settings.phone_number_id,
                messages_per_second=per_second,
                max_in_flight=settings.max_in_flight,
                stop=stop,
                rules=rules,
            )
            settled = await dispatch.until_settled()
            if not wait or not await _sat_through(store, settled, rules, stop):
                return runs.get(store, run)


async def _pace(store: Store, settings: Settings, api: CloudApi) -> float:
    """Messages a second, after Meta was asked for the number's limit, throughput and quality.

    Where Meta does not say, what it said last holds; the settings are never exceeded.
    """
    try:
        async with asyncio.timeout(NUMBER_DEADLINE_S):
            remember_number(store, await api.phone_number(), now=instants.now())
    except (InviteError, TimeoutError):
        pass
    return min(settings.messages_per_second, THROUGHPUT.get(number_facts(store)["throughput"] or "", 1000))


async def _sat_through(store: Store, paused: Run, rules: Rules, stop: asyncio.Event) -> bool:
    """Wait until the pause of a run is over, and lift it; False where it is not to be lifted.

    Somebody else may pause the run for good, cancel it or resume it meanwhile.
    """
    while paused.status is Status.PAUSED and paused.paused_because in WAITED_THROUGH:
        now = instants.now()
        if stop.is_set() or _needs_a_word(store, paused, rules, now):
            return False
        if _is_over(store, paused, rules, now):
            runs.resume(store, paused.id, by=SENDER, now=now)
            return True
        try:
            async with asyncio.timeout(1.0):
                await stop.wait()
        except TimeoutError:
            paused = runs.get(store, paused.id)
    return paused.status in (Status.READY, Status.SENDING)


def _needs_a_word(store: Store, paused: Run, rules: Rules, now: datetime) -> bool:
    """Whether the listener was away so long that no waiting ends the pause."""
    if paused.paused_because is not PauseReason.LISTENER_GAP:
        return False
    gap = listener_gap(store, catch_up_minutes=rules.catch_up_minutes, now=now)
    return gap is not None and gap.needs_accepting


def _is_over(store: Store, paused: Run, rules: Rules, now: datetime) -> bool:
    match paused.paused_because:
        case PauseReason.OUTSIDE_WINDOW:
            return gate.too_early(paused, now) is None and closed_for_all(store, paused, now=now) is None
        case PauseReason.DAILY_LIMIT:
            return gate.day_is_full(store, now=now)[1] is None
        case _:
            return gate.listener_away(store, rules, now=now) is None
