"""Absences of the listener that were longer than Meta keeps what it cannot deliver (seven days).

Stops and answers of that time may be lost for good. Each such absence is kept once, and nothing is sent
after it before somebody has said, by name and with a reason, that this is known. `dispatch.listener_gap`
finds them.
"""

from dataclasses import dataclass
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import spoken, stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Row, Store

LOST = (
    "longer than the seven days for which Meta keeps what it cannot deliver: stops and answers may be lost."
)
"""What such an absence means."""


@dataclass(frozen=True, slots=True)
class LongGap:
    """One absence; moments in stored form."""

    id: int
    away_since: str
    """When the listener was last there."""
    back_since: str
    """When it was back, or when its absence was accepted while it lasted."""
    accepted_at: str | None
    """When somebody accepted what may be lost; None until then."""
    accepted_by: str | None
    """Who did."""

    def sentence(self) -> str:
        """What happened, for a person."""
        return f"The listener was away from {spoken(self.away_since)} to {spoken(self.back_since)}, {LOST}"


class StopsMayBeLost(InviteError):
    """Nothing is sent after a long absence before somebody has accepted what it may have lost."""


def record(store: Store, away_since: datetime, back_since: datetime, *, now: datetime) -> None:
    """Keep an absence, inside a write transaction; one that is known already is not kept twice."""
    store.execute(
        """INSERT INTO listener_gaps (away_since, back_since, found_at) VALUES (:away, :back, :now)
           ON CONFLICT (away_since) DO NOTHING""",
        {"away": stored(away_since), "back": stored(back_since), "now": stored(now)},
    )


def all_known(store: Store) -> list[LongGap]:
    """Every absence that was kept, the earliest first."""
    return [_gap(row) for row in store.rows("SELECT * FROM listener_gaps ORDER BY away_since")]


def not_accepted(store: Store) -> LongGap | None:
    """The earliest absence that nobody has accepted, or None."""
    row = store.row("SELECT * FROM listener_gaps WHERE accepted_at IS NULL ORDER BY away_since LIMIT 1")
    return _gap(row) if row else None


def _gap(row: Row) -> LongGap:
    return LongGap(row["id"], row["away_since"], row["back_since"], row["accepted_at"], row["accepted_by"])


def accept(store: Store, *, reason: str, by: Operator, now: datetime) -> int:
    """Accept, by name, what every absence known so far may have lost; how many were accepted.

    It holds for these and for no later one. Raises `StopsMayBeLost` without a reason.
    """
    by.may_act("accept that stops may be lost")
    if not reason.strip():
        raise StopsMayBeLost(
            "Nothing was accepted: there is no reason.", "Say why you go on, for the record."
        )
    with store.write():
        gaps = [gap for gap in all_known(store) if gap.accepted_at is None]
        for gap in gaps:
            store.execute(
                "UPDATE listener_gaps SET accepted_at = :at, accepted_by = :by, reason = :reason WHERE id = :gap",
                {"at": stored(now), "by": by.name, "reason": reason, "gap": gap.id},
            )
            acts.record(
                store,
                "accept that stops may be lost",
                "listener_gap",
                str(gap.id),
                reason=reason,
                detail={"from": gap.away_since, "to": gap.back_since},
                by=by,
                now=now,
            )
    return len(gaps)


def accept_todo(run: int) -> str:
    """What is to be done before `run` can go on."""
    return (
        "Ask the people who may have answered, note what they say, and then say that you know: "
        f"`invite-tui runs resume {run} --wait --stops-may-be-lost --reason TEXT`."
    )


def require_accepted(store: Store, run: int) -> None:
    """Raise `StopsMayBeLost`, with what to do about `run`, while an absence is not accepted."""
    gap = not_accepted(store)
    if gap is not None:
        raise StopsMayBeLost(gap.sentence(), accept_todo(run))
