"""The listener's absence: stops and answers that Meta still holds have to come in before more is sent.

Meta delivers for seven days what the listener did not take (webhooks/overview). When messages are out
and nobody listened for longer than the catch-up time, nothing new is claimed until the listener has
been back, and has heard nothing, for that long. After an absence of more than seven days something may be
lost for good: then nothing is claimed until somebody has accepted that (`accept_losses`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from invite_core.instants import read, spoken, stored
from invite_core.invitations import long_gaps
from invite_core.operators import Operator
from invite_core.store import Store

ALIVE_S = 20
"""A listener that has not beaten for so long is taken for dead; it beats at least every five seconds."""

REDELIVERED_FOR = timedelta(days=7)

_ALIVE = timedelta(seconds=ALIVE_S)


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the listener."""

    started: datetime
    """When it began to listen."""
    last_seen: datetime
    """Its last heartbeat, or its end."""
    last_update: datetime | None
    """When it last took an update."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which nobody listened."""

    since: datetime
    """When the listener was last there."""
    until: datetime
    """When it was back, or now."""
    over: bool
    """Whether it is back."""

    @property
    def length(self) -> timedelta:
        """How long it lasted, or has lasted."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody listened although messages were out."""

    away_since: datetime
    """When the listener was last there."""
    back_since: datetime | None
    """Since when it is back; None while it is away."""
    claims_from: datetime | None
    """From when on messages may be claimed, if nothing more is heard until then; None while it is away."""
    may_have_lost: bool = False
    """Whether it was longer than Meta keeps what it could not deliver."""
    accepted_by: str | None = None
    """Who has accepted what it may have lost."""

    @property
    def needs_accepting(self) -> bool:
        """Whether no waiting ends it, but only somebody's word."""
        return self.may_have_lost and self.accepted_by is None

    def sentence(self) -> str:
        """What the organiser reads."""
        since = spoken(stored(self.away_since))
        if self.back_since is None or self.claims_from is None:
            away = f"The listener has been away since {since}"
            return f"{away}, {long_gaps.LOST}" if self.needs_accepting else f"{away}."
        was = f"The listener was away from {since} to {spoken(stored(self.back_since))}"
        if self.needs_accepting:
            return f"{was}, {long_gaps.LOST}"
        return f"{was}; stops and answers may still come in until {self.claims_from:%H:%M} UTC."


def absences(lives: Iterable[Life], since: datetime, *, now: datetime) -> list[Absence]:
    """Every time from `since` to `now` in which none of `lives` listened, the earliest first. Pure."""
    found, reached = [], since
    for life in sorted(_believable(lives, now), key=lambda each: each.started):
        if life.started > reached:
            found.append(Absence(reached, life.started, over=True))
        reached = max(reached, life.last_seen)
    if now > reached:
        found.append(Absence(reached, now, over=False))
    return found


def _believable(lives: Iterable[Life], now: datetime) -> Iterable[Life]:
    """What can be true of `lives` at `now`: where the clock was put back, a heartbeat that lies ahead says
    nothing, and a life that began ahead began at the latest when it was last seen."""
    for life in lives:
        began = min(life.started, life.last_seen)
        if began <= now + _ALIVE:
            seen = life.last_seen if life.last_seen <= now + _ALIVE else began
            yield replace(life, started=began, last_seen=seen)


def find_gap(
    lives: Sequence[Life], first_out: datetime | None, *, catch_up: timedelta, now: datetime
) -> Gap | None:
    """The gap that keeps messages from being claimed at `now` until it is caught up, or None. Pure.

    `first_out` is when the first message that is out left, or None.
    """
    if first_out is None or not catch_up:
        return None
    apart = absences(lives, first_out, now=now)
    ended = apart.pop() if apart and not apart[-1].over else None
    if ended and ended.length > max(catch_up, _ALIVE):
        return Gap(ended.since, None, None, ended.length > REDELIVERED_FOR)
    gap = next((each for each in reversed(apart) if each.length > catch_up), None)
    if gap is None:
        return None
    heard = [life.last_update for life in lives if life.last_update and life.last_update <= now + _ALIVE]
    returned = [each.until for each in apart if each.length > _ALIVE or each is gap]
    claims_from = max(returned + heard) + catch_up
    if ended and ended.length > _ALIVE and ended.since < claims_from:
        claims_from = now + catch_up  # it ended before it had caught up: not before it is back
    lost = gap.length > REDELIVERED_FOR
    return Gap(gap.since, gap.until, claims_from, lost) if now < claims_from else None


def find_losses(
    lives: Sequence[Life], first_out: datetime | None, accepted: Sequence[Life], *, now: datetime
) -> list[Absence]:
    """The absences of more than seven days, without the times that were `accepted`. Pure."""
    if first_out is None:
        return []
    apart = absences([*lives, *accepted], first_out, now=now)
    return [absence for absence in apart if absence.length > REDELIVERED_FOR]


def losses(store: Store, *, now: datetime) -> list[Absence]:
    """The absences of more than seven days that nobody has accepted, those that were kept before first."""
    known = long_gaps.all_known(store)
    kept = [
        Absence(read(each.away_since), read(each.back_since), over=True)
        for each in known
        if each.accepted_at is None
    ]
    found = find_losses(_lives(store), _first_out(store), _accepted(known), now=now)
    return kept + [each for each in found if each.since not in {other.since for other in kept}]


def listener_gap(store: Store, *, catch_up_minutes: float, now: datetime) -> Gap | None:
    """The gap in this file at `now`, or None. One that needs accepting goes before one that passes."""
    catch_up = timedelta(minutes=catch_up_minutes)
    if not catch_up:
        return None
    if lost := losses(store, now=now):
        back = lost[0].until if lost[0].over else None
        return Gap(lost[0].since, back, back + catch_up if back else None, may_have_lost=True)
    gap = find_gap(_lives(store), _first_out(store), catch_up=catch_up, now=now)
    if gap is None or not gap.may_have_lost:
        return gap
    return replace(gap, accepted_by=long_gaps.all_known(store)[-1].accepted_by)


def record_losses(store: Store, *, now: datetime) -> None:
    """Keep every absence of more than seven days that is over (`listener_gaps`), each once."""
    known = {each.away_since for each in long_gaps.all_known(store)}
    new = [each for each in losses(store, now=now) if each.over and stored(each.since) not in known]
    if new:
        with store.write():
            for absence in new:
                long_gaps.record(store, absence.since, absence.until, now=now)


def accept_losses(store: Store, *, reason: str, by: Operator, now: datetime) -> int:
    """Accept, by name, what the absences of more than seven days may have lost; how many there were.

    One that still lasts is accepted up to now. Raises `StopsMayBeLost` without a reason.
    """
    by.may_act("accept that stops may be lost")
    with store.write():
        for absence in losses(store, now=now):
            long_gaps.record(store, absence.since, absence.until, now=now)
        return long_gaps.accept(store, reason=reason, by=by, now=now)


def _accepted(known: Iterable[long_gaps.LongGap]) -> list[Life]:
    """The times that were accepted, as if somebody had listened."""
    return [
        Life(read(each.away_since), read(each.back_since), None)
        for each in known
        if each.accepted_at is not None
    ]


def _lives(store: Store) -> list[Life]:
    return [
        Life(
            read(row["started_at"]),
            read(row["stopped_at"] or row["heartbeat_at"]),
            read(row["last_update_at"]) if row["last_update_at"] else None,
        )
        for row in store.rows(
            "SELECT started_at, heartbeat_at, stopped_at, last_update_at FROM listener_status ORDER BY id"
        )
    ]


def _first_out(store: Store) -> datetime | None:
    """When the first message that may be out left: a guest may answer it, or stop, however old it is."""
    first = store.value("SELECT claimed_at FROM send_attempts WHERE state <> 'cancelled' ORDER BY id LIMIT 1")
    return read(first) if first else None
