"""Sending within hours of the day: by the event's clock for a whole run, or by each person's own.

By their own clock nobody waits for the others: at the claim, messages whose people have it too early or too late
are put off, an hour at most at a time, and the run is paused once nobody who waits could be written to.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from invite_core.dispatch.gate import Hindrance
from invite_core.instants import spoken, stored
from invite_core.invitations import events
from invite_core.invitations.hours import Hours, are_open, next_opening
from invite_core.invitations.runs import PauseReason, Run
from invite_core.invitations.time_zones import TELLING, zones_of
from invite_core.lifecycle.due import LONGEST_WAIT_S, due, put_off
from invite_core.store import Store

AT_ONCE = 1_000
"""How many messages are looked at in one turn of the engine and put off."""


def closed_for_all(store: Store, run: Run, *, now: datetime) -> Hindrance | None:
    """Why nobody of the run may be written to at this time of the day, or None where somebody may."""
    if run.hours is None or _is_over(run, now):
        return None
    zone = events.get(store, run.event).zone
    if run.hours.theirs:
        opening = _first_of_theirs(store, run, run.hours, zone, now)
        whose = "where the people are who still wait"
    else:
        opening = next_opening(run.hours, [zone], now)
        whose = f"in {zone.key}"
    if opening is not None and opening <= now:
        return None
    outside = f"It is outside {run.hours} {whose}"
    if opening is None:
        return Hindrance(PauseReason.OUTSIDE_WINDOW, f"{outside}, and there is no moment within it.")
    local = f"{opening.astimezone(zone):%Y-%m-%d %H:%M}"
    then = f"{local} in {zone.key} ({spoken(stored(opening))})"
    return Hindrance(PauseReason.OUTSIDE_WINDOW, f"{outside}; it goes on at {then}.")


def put_off_closed(store: Store, run: Run, *, limit: int, now: datetime) -> bool:
    """Put off, inside the transaction that claims, whoever has it too early or too late among the next messages
    of a run by people's own clocks. Whether the next `limit` messages may all leave; else the next turn goes on."""
    if run.hours is None or not run.hours.theirs or _is_over(run, now):
        return True
    otherwise = events.get(store, run.event).zone
    opens: dict[Collection[ZoneInfo], datetime | None] = {}
    waiting = due(store, run.id, limit=max(limit, AT_ONCE), now=now)
    latest = now + timedelta(seconds=LONGEST_WAIT_S)
    closed = []
    for row in waiting:
        zones = zones_of(row["address"], otherwise)
        if zones not in opens:
            opens[zones] = next_opening(run.hours, zones, now)
        opening = opens[zones]
        if opening is None or opening > now:
            closed.append((row["id"], stored(min(opening or latest, latest))))
    put_off(store, closed)
    return len(waiting) - len(closed) >= limit or len(waiting) < max(limit, AT_ONCE)


def _is_over(run: Run, now: datetime) -> bool:
    """Whether it is too late for the run at any hour: policy says so of every message, and the run ends."""
    return run.not_after is not None and stored(now) >= run.not_after


def _first_of_theirs(
    store: Store, run: Run, hours: Hours, otherwise: ZoneInfo, now: datetime
) -> datetime | None:
    """When the first of those who wait may be written to; `now` if somebody may already."""
    rows = store.rows(
        f"""SELECT DISTINCT substr(address, 1, {TELLING}) AS beginning FROM invite_messages
            WHERE run = ? AND state = 'queued'""",
        (run.id,),
    )
    everywhere = {zones_of(row["beginning"], otherwise) for row in rows}
    if any(are_open(hours, zones, now) for zones in everywhere):
        return now
    return min(filter(None, (next_opening(hours, zones, now) for zones in everywhere)), default=None)
