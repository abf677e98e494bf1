"""How long a send takes, and over how many days Meta's limit of people spreads it. Pure but for `forecast`."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from invite_core.dispatch.daily_limit import number_facts, people_per_day, written_to
from invite_core.instants import read, stored
from invite_core.invitations.hours import Hours, next_opening
from invite_core.invitations.plan import Plan
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the messages of a plan leave, if nothing stops them."""

    people: int
    """How many messages."""
    seconds: float
    """How long sending itself takes."""
    per_day: int | None
    """How many people Meta lets the account write to in 24 hours; None: no limit, or none known."""
    today: int
    """How many of the messages leave in the first 24 hours."""
    days: int
    """Over how many spans of 24 hours they are spread."""
    begins: str | None
    """When the first leaves, in stored form; None: at once."""
    ends_by: str | None
    """The day on which the last leaves, in stored form; None where that is the first."""
    in_time: bool
    """Whether the last leaves before the time for sending is over."""
    hours: Hours | None
    """The hours of the day."""

    def as_json(self) -> dict[str, Any]:
        """The forecast for a script."""
        return {
            "seconds": round(self.seconds, 1),
            "people_per_day": self.per_day,
            "first_day": self.today,
            "days": self.days,
            "begins_at": self.begins,
            "ends_by": self.ends_by,
            "in_time": self.in_time,
            "window": str(self.hours) if self.hours else None,
            "their_time": bool(self.hours and self.hours.theirs),
        }


def forecast(store: Store, plan: Plan, people: int, *, messages_per_second: float, now: datetime) -> Forecast:
    """When `people` messages of the plan would leave at this pace, by what is known of the account now."""
    limit = people_per_day(number_facts(store)["limit"])
    left = None if limit is None else max(0, limit - written_to(store, now=now))
    return foretold(
        people=min(people, plan.first) if plan.first else people,
        rate=messages_per_second,
        per_day=limit,
        left_today=left,
        hours=plan.hours,
        zone=plan.event.zone,
        not_before=read(plan.not_before) if plan.not_before else None,
        not_after=read(plan.not_after),
        now=now,
    )


def foretold(
    *,
    people: int,
    rate: float,
    per_day: int | None,
    left_today: int | None,
    hours: Hours | None,
    zone: ZoneInfo,
    not_before: datetime | None,
    not_after: datetime,
    now: datetime,
) -> Forecast:
    """The forecast for `people` messages at `rate` a second, `left_today` of `per_day` people being left now.

    By people's own clocks the event's stands for them all. An outlook, not a promise: the limit counts people
    in any 24 hours, so that room comes back bit by bit.
    """
    begins = max(now, not_before) if not_before else now
    if hours is not None:
        begins = next_opening(hours, [zone], begins) or begins
    in_a_day = per_day if per_day is not None else people
    if hours is not None:
        in_a_day = min(in_a_day, max(1, math.floor(rate * hours.minutes * 60)))
    later_start = begins - now >= timedelta(days=1)
    first = in_a_day if left_today is None or later_start else min(in_a_day, left_today)
    today = min(people, first)
    more = math.ceil((people - today) / max(1, in_a_day))
    last = begins + timedelta(days=more)
    sending = timedelta(seconds=(people if not more else people - today - (more - 1) * in_a_day) / rate)
    return Forecast(
        people=people,
        seconds=people / rate,
        per_day=per_day,
        today=today,
        days=more + 1 if people else 0,
        begins=stored(begins) if begins > now else None,
        ends_by=stored(last) if more else None,
        in_time=last + sending < not_after,
        hours=hours,
    )
