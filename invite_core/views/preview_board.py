"""What a send would do, before it: who gets it, who does not and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


def preview_board(store: Store, wish: Wish, *, now: datetime) -> PreviewBoard:
    """Judge everyone in the wish's audience. Raises the fault that says what does not fit together."""
    with store.snapshot():
        plan = make_plan(store, wish)
        verdicts = preview(store, plan, now=now)
        eligible = [verdict for verdict in verdicts if verdict.eligible]
        doubts = doubts_among(store, [verdict.contact for verdict in eligible], now=now)
    blocked = [verdict for verdict in verdicts if verdict.reasons]
    return PreviewBoard(
        plan=plan,
        eligible=eligible,
        blocked=blocked,
        reasons=dict(Counter(verdict.reasons[0] for verdict in blocked).most_common()),
        doubts=doubts,
    )
