"""Sitting through pauses that end by themselves, and what else may happen to the run meanwhile."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from invite_core import instants
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle import control
from invite_core.operations.sending import NoListener, becoming_sender, require_listener, send_run
from invite_core.operators import ViewerMayNotAct
from invite_core.settings import GivenSettings, Settings
from invite_core.store import Store
from tests.builders import ORGANISER, SENDER_NUMBER, VIEWER, a_contact, a_plan, a_run
from tests.command_line.meta import TOKEN, running_meta

pytestmark = pytest.mark.anyio


def settings(database: Path, url: str) -> Settings:
    """Settings that lead to the loopback Meta."""
    return GivenSettings(
        db=database, graph_url=url, phone_number_id=SENDER_NUMBER, waba_id="1",
        access_token=SecretStr(TOKEN), operator="Rita",
    )  # fmt: skip


def waiting_run(store: Store, *, seconds: float) -> Run:
    """A run of two people that may begin so many seconds from now."""
    for n in range(2):
        a_contact(store, f"Guest {n}", n)
    begins = instants.now() + timedelta(seconds=seconds)
    return a_run(store, a_plan(store, not_before=begins.isoformat()), now=instants.now())


async def test_a_send_that_waits_begins_when_its_time_comes(store: Store, database: Path) -> None:
    run = waiting_run(store, seconds=1)
    with running_meta() as meta:
        settled = await send_run(store, settings(database, meta.url), run.id, stop=asyncio.Event(), wait=True)
    assert settled.status == "finished"
    assert sorted(body["to"] for body in meta.posts) == ["+447700900000", "+447700900001"]


async def test_without_waiting_it_stays_paused(store: Store, database: Path) -> None:
    run = waiting_run(store, seconds=3600)
    with running_meta() as meta:
        settled = await send_run(store, settings(database, meta.url), run.id, stop=asyncio.Event())
    assert settled.paused_because is PauseReason.OUTSIDE_WINDOW
    assert meta.posts == []


@pytest.mark.parametrize("act", ["pause", "cancel", "stop"])
async def test_what_somebody_does_meanwhile_is_obeyed(store: Store, database: Path, act: str) -> None:
    run = waiting_run(store, seconds=3600)
    stop = asyncio.Event()
    with running_meta() as meta:
        waiting = asyncio.create_task(
            send_run(store, settings(database, meta.url), run.id, stop=stop, wait=True)
        )
        async with asyncio.timeout(20):
            while runs.get(store, run.id).paused_because is not PauseReason.OUTSIDE_WINDOW:
                await asyncio.wait([waiting], timeout=0.02)
        with Store.open(database) as other:
            if act == "pause":
                assert runs.pause(other, run.id, PauseReason.OPERATOR, by=ORGANISER, now=instants.now())
            elif act == "cancel":
                control.cancel_rest(other, run.id, by=ORGANISER, now=instants.now())
            else:
                stop.set()
        settled = await waiting
    expected = {"pause": "operator", "cancel": None, "stop": "outside_window"}[act]
    assert settled.paused_because == expected
    assert meta.posts == []


async def test_what_meta_says_of_the_number_is_obeyed(store: Store, database: Path) -> None:
    for n in range(60):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store, now=instants.now())
    with running_meta() as meta:
        meta.number["whatsapp_business_manager_messaging_limit"] = "TIER_50"
        settled = await send_run(store, settings(database, meta.url), run.id, stop=asyncio.Event())
    assert settled.paused_because is PauseReason.DAILY_LIMIT
    assert len(meta.posts) == 50


async def test_a_send_needs_a_listener_and_an_organiser(store: Store) -> None:
    with pytest.raises(NoListener):
        require_listener(store, now=instants.now())
    with pytest.raises(ViewerMayNotAct), becoming_sender(store, by=VIEWER):
        raise AssertionError
