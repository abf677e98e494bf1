"""Sending from this process: the lock, what a dead sender left, then one run until it settles."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from invite_core import instants
from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.recovery import recover
from invite_core.dispatch.sender_lock import sender_lock
from invite_core.errors import InviteError
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Run, Status
from invite_core.operations.template_sync import cloud_api
from invite_core.operators import Operator
from invite_core.settings import Settings
from invite_core.store import Store
from invite_core.views.health import listener_health

WAITED_THROUGH = (PauseReason.DAILY_LIMIT, PauseReason.OUTSIDE_WINDOW, PauseReason.LISTENER_GAP)
"""Pauses that end by themselves, which `--wait` sits through."""


class NoListener(InviteError):
    """Nobody would hear the answers and the stops."""


def require_listener(store: Store, *, now: datetime) -> None:
    """Raise `NoListener` unless a listener is alive on this file."""
    if not listener_health(store, now=now).alive:
        raise NoListener(
            "No listener is running on this file: nobody would hear the answers and the stops.",
            "Start webhook-listener, or say --without-listener if that is what you want.",
        )


@contextmanager
def becoming_sender(store: Store, *, by: Operator) -> Iterator[None]:
    """Be the one sender of this file for the block, with a dead sender's remains settled first.

    Raises `SenderBusy` if another process is sending.
    """
    by.may_act("send")
    now = instants.now()
    with sender_lock(store.path, operator=by.name, since=instants.stored(now)):
        recover(store, now=now)
        yield


async def send_run(
    store: Store, settings: Settings, run: int, *, stop: asyncio.Event, wait: bool = False
) -> Run:
    """Send `run` until it is finished, paused or cancelled; gives the run. The caller is the sender.

    With `wait`, pauses that end by themselves are sat through.
    """
    settings.require("phone_number_id", "access_token")
    async with cloud_api(settings) as api:
        while True:
            dispatch = Dispatch(
                store=store,
                run=run,
                provider=api,
                phone_number_id=settings.phone_number_id,
                messages_per_second=settings.messages_per_second,
                max_in_flight=settings.max_in_flight,
                stop=stop,
            )
            settled = await dispatch.until_settled()
            if not (wait and settled.status is Status.PAUSED and settled.paused_because in WAITED_THROUGH):
                return settled
            try:
                async with asyncio.timeout(_pause_length(settled)):
                    await stop.wait()
                return settled
            except TimeoutError:
                runs.resume(store, run, by=settings.acting(), now=instants.now())


def _pause_length(run: Run) -> float:
    if run.paused_because is PauseReason.OUTSIDE_WINDOW and run.not_before:
        seconds = (instants.read(run.not_before) - instants.now()).total_seconds()
        return min(60.0, max(0.1, seconds))
    return 60.0
