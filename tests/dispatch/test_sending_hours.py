"""Hours for sending at the claim, and how long a send takes and over how many days."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from invite_core.dispatch.forecast import Forecast, foretold
from invite_core.dispatch.sending_hours import closed_for_all
from invite_core.invitations import runs
from invite_core.invitations.hours import parse_hours
from invite_core.invitations.plan import PlanFault
from invite_core.invitations.runs import PauseReason
from invite_core.store import Store
from tests.builders import ORGANISER, a_contact, a_plan, a_run
from tests.dispatch.test_engine import Meta, counts, send

pytestmark = pytest.mark.anyio


def at(text: str) -> datetime:
    """A moment of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_outside_the_hours_of_the_event_the_run_waits_and_says_until_when(store: Store) -> None:
    a_contact(store)
    run, meta = a_run(store, a_plan(store, window="9-20")), Meta()
    evening = at("2027-04-05T19:00")  # 20:00 in Lisbon
    settled = await send(store, run, meta, now=evening)
    assert settled.paused_because is PauseReason.OUTSIDE_WINDOW
    assert "2027-04-06 09:00 in Europe/Lisbon (2027-04-06 08:00 UTC)" in settled.paused_detail
    assert not meta.received

    morning = at("2027-04-06T08:00")
    assert closed_for_all(store, settled, now=morning - timedelta(minutes=1)) is not None
    assert closed_for_all(store, settled, now=morning) is None
    runs.resume(store, run.id, by=ORGANISER, now=morning)
    assert (await send(store, run, meta, now=morning)).status == "finished"
    assert meta.received.total() == 1


async def test_the_hour_is_looked_at_once_nobody_else_writes(store: Store, database: Path) -> None:
    a_contact(store)
    run, meta, writes = a_run(store, a_plan(store, window="9-20")), Meta(), threading.Event()
    clock = [at("2027-04-05T18:59")]

    def write_until_the_hours_are_over() -> None:
        with Store.open(database) as other, other.write():
            writes.set()
            reads.wait(0.2)
            clock[0] = at("2027-04-05T19:00")

    reads, writer = threading.Event(), threading.Thread(target=write_until_the_hours_are_over)
    writer.start()
    writes.wait()

    def read() -> datetime:
        reads.set()
        return clock[0]

    settled = await send(store, run, meta, clock=read)
    writer.join()
    assert settled.paused_because is PauseReason.OUTSIDE_WINDOW
    assert not meta.received


async def test_by_their_own_clocks_everybody_is_written_to_when_it_is_their_time(store: Store) -> None:
    numbers: list[int | str] = [1, "+351910000001", "+919812345678", "+5511990000000"]
    for n, number in enumerate(numbers):
        a_contact(store, f"Guest {n}", number)
    run, meta = a_run(store, a_plan(store, window="9-20", their_time=True)), Meta()
    early = at("2027-03-02T03:29")  # 8:59 in Kolkata, and night elsewhere
    settled = await send(store, run, meta, now=early)
    assert settled.paused_because is PauseReason.OUTSIDE_WINDOW
    assert "03:30 UTC" in settled.paused_detail

    written: list[list[str]] = []
    for moment in ("2027-03-02T03:30", "2027-03-02T09:00", "2027-03-02T10:00", "2027-03-02T12:00"):
        runs.resume(store, run.id, by=ORGANISER, now=at(moment))
        settled = await send(store, run, meta, now=at(moment))
        written.append([number for number in meta.received if all(number not in each for each in written)])
    assert written[0] == ["+919812345678"]
    assert written[1] == ["+447700900001"]
    assert written[2] == ["+351910000001"]  # it may be a number of the Azores
    assert written[3] == ["+5511990000000"]
    assert settled.status == "finished"


async def test_many_who_sleep_do_not_keep_the_others_waiting(store: Store) -> None:
    for n in range(40):
        a_contact(store, f"Guest {n}", f"+5511990000{n:03d}" if n < 30 else n)
    run, meta = a_run(store, a_plan(store, window="9-20", their_time=True)), Meta()
    settled = await send(store, run, meta, now=at("2027-03-02T10:00"), in_flight=2)
    assert settled.paused_because is PauseReason.OUTSIDE_WINDOW
    assert {number[:3] for number in meta.received} == {"+44"}
    assert counts(store, run) == {"accepted": 10, "queued": 30}


async def test_after_the_time_for_sending_the_run_ends_at_any_hour(store: Store) -> None:
    a_contact(store)
    plan = a_plan(store, window="9-20", not_after="2027-03-02T21:00")
    run = a_run(store, plan)
    settled = await send(store, run, Meta(), now=at("2027-03-02T23:00"))
    assert settled.status == "finished"
    assert counts(store, run) == {"blocked": 1}


async def test_whose_hours_without_which_is_refused(store: Store) -> None:
    with pytest.raises(PlanFault, match="--their-time"):
        a_plan(store, their_time=True)


LISBON = ZoneInfo("Europe/Lisbon")


def told(people: int, **given: Any) -> Forecast:
    """A forecast at noon on 1 March, a message a tenth of a second, if nothing else is said."""
    usual: dict[str, Any] = {
        "rate": 10,
        "per_day": None,
        "left_today": None,
        "hours": None,
        "zone": LISBON,
        "not_before": None,
        "not_after": at("2027-06-12T17:30"),
        "now": at("2027-03-01T12:00"),
    }
    return foretold(people=people, **(usual | given))


async def test_a_send_is_foretold_with_the_tier_and_what_is_left_of_it() -> None:
    assert (told(500).seconds, told(500).days, told(500).ends_by) == (50, 1, None)
    spread = told(600, per_day=250, left_today=100)
    assert (spread.today, spread.days, spread.ends_by) == (100, 3, "2027-03-03T12:00:00.000Z")
    assert told(250, per_day=250, left_today=250).days == 1
    assert told(251, per_day=250, left_today=250).days == 2
    assert (told(10, per_day=250, left_today=0).today, told(10, per_day=250, left_today=0).days) == (0, 2)
    assert told(0).days == 0


async def test_hours_and_a_beginning_are_foretold() -> None:
    night = told(5, hours=parse_hours("9-20"), now=at("2027-03-01T21:00"))
    assert night.begins == "2027-03-02T09:00:00.000Z"
    narrow = told(1_000, rate=1, hours=parse_hours("9-9:10"), now=at("2027-03-01T09:00"))
    assert (narrow.days, narrow.ends_by) == (2, "2027-03-02T09:00:00.000Z")
    later = told(300, per_day=250, left_today=0, not_before=at("2027-03-05T09:00"))
    assert (later.today, later.days) == (250, 2)  # by then today's messages count no more


async def test_what_does_not_fit_before_the_event_is_told() -> None:
    soon = {"per_day": 250, "left_today": 250, "not_after": at("2027-03-03T12:00")}
    assert told(500, **soon).in_time
    assert not told(501, **soon).in_time
