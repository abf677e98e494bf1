"""The engine against Meta's side of the wire: what is committed before a request leaves, and after."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.gate import Rules
from invite_core.dispatch.recovery import recover
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle import control
from invite_core.people import do_not_message
from invite_core.provider.cloud_api import CloudApi
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_contact, a_plan, a_run, later

pytestmark = pytest.mark.anyio
Answer = Callable[[dict[str, Any]], httpx.Response]


def accept(body: dict[str, Any]) -> httpx.Response:
    """Meta takes the message."""
    message_id = f"wamid.{body['biz_opaque_callback_data']}"
    return httpx.Response(
        200, json={"contacts": [{"input": body["to"], "wa_id": "1"}], "messages": [{"id": message_id}]}
    )


def refuse(code: int, status: int = 400) -> httpx.Response:
    """Meta's error with that code."""
    return httpx.Response(status, json={"error": {"code": code, "message": f"(#{code})"}})


class Meta:
    """Meta's side: answers as told, and counts what reached it."""

    def __init__(self, answer: Answer = accept) -> None:
        self.answer = answer
        self.received: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.received[body["to"]] += 1
        self.attempts[body["biz_opaque_callback_data"]] += 1
        return self.answer(body)


def people(store: Store, n: int) -> Run:
    """A run for `n` people."""
    for number in range(n):
        a_contact(store, f"Guest {number}", number)
    return a_run(store)


Handler = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


async def send(
    store: Store,
    run: Run,
    meta: Handler,
    *,
    stop: asyncio.Event | None = None,
    in_flight: int = 8,
    rate: float = 1000,
    now: datetime = NOW,
    rules: Rules | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Run:
    """Dispatch the run through the real client until it settles."""
    async with CloudApi(
        base_url="http://meta.invalid",
        version="v26.0",
        phone_number_id=SENDER_NUMBER,
        waba_id="1",
        access_token=SecretStr("a-made-up-token"),
        transport=httpx.MockTransport(meta),
    ) as api:
        dispatch = Dispatch(
            store=store,
            run=run.id,
            provider=api,
            phone_number_id=SENDER_NUMBER,
            messages_per_second=rate,
            max_in_flight=in_flight,
            stop=stop or asyncio.Event(),
            clock=clock or (lambda: now),
            rules=rules or Rules(),
        )
        return await dispatch.until_settled()


def counts(store: Store, run: Run) -> dict[str, int]:
    """The run's states, counted from its rows."""
    rows = store.rows(
        "SELECT state, count(*) AS n FROM invite_messages WHERE run = ? GROUP BY state", (run.id,)
    )
    return {row["state"]: row["n"] for row in rows}


async def test_everyone_is_written_to_once_and_the_run_finishes(store: Store) -> None:
    run, meta = people(store, 25), Meta()
    settled = await send(store, run, meta)
    assert settled.status == "finished"
    assert set(meta.received.values()) == {1}
    assert len(meta.received) == 25
    assert counts(store, run) == {"accepted": 25}


async def test_the_attempt_is_committed_before_its_request_leaves(store: Store, database: Path) -> None:
    run = people(store, 6)
    seen: list[str | None] = []

    def look_into_the_file(body: dict[str, Any]) -> httpx.Response:
        with Store.open(database, read_only=True) as other:
            seen.append(
                other.value(
                    "SELECT state FROM send_attempts WHERE id = ?", (body["biz_opaque_callback_data"],)
                )
            )
        return accept(body)

    await send(store, run, Meta(look_into_the_file))
    assert seen == ["sending"] * 6


async def test_no_more_requests_are_on_the_wire_than_allowed(store: Store) -> None:
    three_wait = asyncio.Event()
    on_the_wire: list[int] = [0, 0]

    async def answer_once_three_wait(request: httpx.Request) -> httpx.Response:
        on_the_wire[0] += 1
        on_the_wire[1] = max(on_the_wire)
        if on_the_wire[0] == 3:
            three_wait.set()
        async with asyncio.timeout(20):
            await three_wait.wait()
        on_the_wire[0] -= 1
        return accept(json.loads(request.content))

    await send(store, people(store, 30), answer_once_three_wait, in_flight=3)
    assert on_the_wire == [0, 3]


async def test_a_broken_answer_is_unconfirmed_and_never_asked_again(store: Store) -> None:
    def break_off(_: dict[str, Any]) -> httpx.Response:
        raise httpx.ReadError("reset")

    run, meta = people(store, 4), Meta(break_off)
    settled = await send(store, run, meta)
    assert settled.status == "finished"
    assert counts(store, run) == {"unconfirmed": 4}
    assert set(meta.received.values()) == {1}


@pytest.mark.parametrize("code, status", [(131000, 500), (131016, 400), (1, 400), (2, 503), (133004, 503)])
async def test_metas_own_faults_are_unconfirmed(store: Store, code: int, status: int) -> None:
    run = people(store, 1)
    await send(store, run, Meta(lambda _: refuse(code, status)))
    assert counts(store, run) == {"unconfirmed": 1}


async def test_a_refused_person_does_not_hold_up_the_others(store: Store) -> None:
    run = people(store, 5)
    meta = Meta(lambda body: refuse(131026) if body["to"].endswith("002") else accept(body))
    settled = await send(store, run, meta)
    assert settled.status == "finished"
    assert counts(store, run) == {"accepted": 4, "failed": 1}


@pytest.mark.parametrize(
    "code, because",
    [(190, PauseReason.ACCOUNT), (131042, PauseReason.ACCOUNT), (132015, PauseReason.TEMPLATE)],
)
async def test_a_refusal_of_account_or_template_pauses_the_run_and_loses_nobody(
    store: Store, code: int, because: PauseReason
) -> None:
    run = people(store, 30)
    settled = await send(store, run, Meta(lambda _: refuse(code)), in_flight=2)
    assert (settled.status, settled.paused_because) == ("paused", because)
    assert counts(store, run) == {"queued": 30}


async def test_after_the_cause_is_mended_the_run_goes_on(store: Store) -> None:
    run = people(store, 5)
    await send(store, run, Meta(lambda _: refuse(190)))
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    meta = Meta()
    settled = await send(store, run, meta)
    assert settled.status == "finished"
    assert counts(store, run) == {"accepted": 5}


async def test_being_stopped_lets_nothing_new_leave_and_awaits_what_is_on_the_wire(store: Store) -> None:
    run, stop = people(store, 40), asyncio.Event()

    def stop_at_the_third(body: dict[str, Any]) -> httpx.Response:
        if meta.received.total() == 3:
            stop.set()
        return accept(body)

    meta = Meta(stop_at_the_third)
    settled = await send(store, run, meta, stop=stop, in_flight=2)
    assert (settled.status, settled.paused_because) == ("paused", PauseReason.SENDER_STOPPED)
    assert counts(store, run)["accepted"] == meta.received.total() < 40
    assert counts(store, run).keys() == {"accepted", "queued"}


async def test_a_pause_from_another_process_is_obeyed(store: Store, database: Path) -> None:
    run = people(store, 40)

    def pause_from_outside(body: dict[str, Any]) -> httpx.Response:
        with Store.open(database) as other:
            runs.pause(other, run.id, PauseReason.OPERATOR, by=ORGANISER, now=NOW)
        return accept(body)

    meta = Meta(pause_from_outside)
    settled = await send(store, run, meta, in_flight=2)
    assert (settled.status, settled.paused_because) == ("paused", PauseReason.OPERATOR)
    assert meta.received.total() <= 4


async def test_a_cancellation_from_another_process_leaves_no_message_waiting(
    store: Store, database: Path
) -> None:
    run = people(store, 40)

    def cancel_from_outside(body: dict[str, Any]) -> httpx.Response:
        with Store.open(database) as other:
            if runs.get(other, run.id).status == "sending":
                control.cancel_rest(other, run.id, by=ORGANISER, now=NOW)
        return refuse(130429, 429)

    settled = await send(store, run, Meta(cancel_from_outside), in_flight=2)
    assert settled.status == "cancelled"
    assert counts(store, run) == {"cancelled": 40}


async def test_the_first_slice_pauses_with_its_results(store: Store) -> None:
    for number in range(12):
        a_contact(store, f"Guest {number}", number)
    run = a_run(store, a_plan(store, first=5))
    meta = Meta()
    settled = await send(store, run, meta)
    assert settled.paused_because == PauseReason.FIRST_SLICE
    assert meta.received.total() == 5
    runs.resume(store, run.id, by=ORGANISER, now=NOW)
    assert (await send(store, run, meta)).status == "finished"
    assert set(meta.received.values()) == {1}


async def test_nothing_leaves_before_its_time(store: Store) -> None:
    a_contact(store)
    run = a_run(store, a_plan(store, not_before="2027-04-01T09:00"))
    meta = Meta()
    settled = await send(store, run, meta)
    assert settled.paused_because == PauseReason.OUTSIDE_WINDOW
    assert settled.paused_detail == "Nothing is sent before 2027-04-01 08:00 UTC."
    assert not meta.received


async def test_a_stop_that_arrives_during_the_run_is_obeyed_at_the_next_claim(
    store: Store, database: Path
) -> None:
    run = people(store, 6)

    def hear_a_stop(body: dict[str, Any]) -> httpx.Response:
        with Store.open(database) as other:
            do_not_message.block(
                other,
                address="+447700900005",
                reason="STOP",
                source="stop_word",
                at=NOW,
                by=ORGANISER,
                now=NOW,
            )
        return accept(body)

    meta = Meta(hear_a_stop)
    await send(store, run, meta, in_flight=1)
    assert meta.received["+447700900005"] == 0
    assert counts(store, run) == {"accepted": 5, "blocked": 1}


async def test_what_a_killed_sender_left_is_unconfirmed_and_its_run_paused(store: Store) -> None:
    run = people(store, 3)
    hang, arrived = asyncio.Event(), []

    async def never_answer(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        if len(arrived) == 3:
            hang.set()
        await asyncio.Event().wait()
        raise AssertionError

    sending = asyncio.create_task(send(store, run, never_answer))
    await hang.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert counts(store, run)["sending"] == 3
    assert recover(store, now=later(60)) == 3
    assert counts(store, run) == {"unconfirmed": 3}
    left = runs.get(store, run.id)
    assert (left.status, left.paused_because) == ("paused", PauseReason.SENDER_STOPPED)
