"""What a send would do, before it: who gets it, who does not and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.invitations.estimate import Estimate, beginnings, estimate
from invite_core.invitations.forethought import unprepared
from invite_core.invitations.plan import Plan, Wish, make_plan
from invite_core.invitations.verdicts import Verdict, preview
from invite_core.store import Store
from invite_core.views.consent_warnings import doubts_among


@dataclass(frozen=True, slots=True)
class PreviewBoard:
    """The verdicts on an audience, in two lists."""

    plan: Plan
    eligible: Sequence[Verdict]
    blocked: Sequence[Verdict]
    reasons: dict[str, int]
    """Blocked people by their strongest reason, the most frequent first; each person once."""
    doubts: dict[str, int]
    """How many of the eligible people have a consent in doubt, by doubt (`doubts_among`)."""
    estimate: Estimate | None
    """What the eligible messages cost at most; None where no prices were imported."""
    unprepared: str | None
    """What there is no approved text for, should the event change or be called off, as a sentence."""


def preview_board(store: Store, wish: Wish, *, now: datetime) -> PreviewBoard:
    """Judge everyone in the wish's audience. Raises the fault that says what does not fit together."""
    with store.snapshot():
        plan = make_plan(store, wish)
        verdicts = preview(store, plan, now=now)
        eligible = [verdict for verdict in verdicts if verdict.eligible]
        doubts = doubts_among(store, [verdict.contact for verdict in eligible], now=now)
        cost = estimate_of(store, plan, eligible, now=now)
        missing = unprepared_for(store, plan, eligible)
    blocked = [verdict for verdict in verdicts if verdict.reasons]
    return PreviewBoard(
        plan=plan,
        eligible=eligible,
        blocked=blocked,
        reasons=dict(Counter(verdict.reasons[0] for verdict in blocked).most_common()),
        doubts=doubts,
        estimate=cost,
        unprepared=missing,
    )


def unprepared_for(store: Store, plan: Plan, eligible: Sequence[Verdict]) -> str | None:
    """`unprepared` for the languages of these people's texts."""
    return unprepared(store, plan, {verdict.language for verdict in eligible if verdict.language})


def estimate_of(store: Store, plan: Plan, eligible: Sequence[Verdict], *, now: datetime) -> Estimate | None:
    """What the messages to these people cost at most; None where no prices were imported."""
    counted = beginnings((verdict.phone, verdict.language) for verdict in eligible)
    return estimate(store, plan, counted, now=now)
