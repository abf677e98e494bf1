"""What a send would do, before it: who gets it, who does not and why, and how it reads for one person."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.invitations.plan import Plan, Wish, make_plan
from invite_core.invitations.verdicts import Verdict, preview, single_query
from invite_core.provider.template_components import RenderedMessage, render
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class PreviewBoard:
    """The verdicts on an audience, in two lists."""

    plan: Plan
    eligible: Sequence[Verdict]
    blocked: Sequence[Verdict]
    reasons: dict[str, int]
    """Blocked people by their strongest reason, the most frequent first; each person once."""


def preview_board(store: Store, wish: Wish, *, now: datetime) -> PreviewBoard:
    """Judge everyone in the wish's audience. Raises the fault that says what does not fit together."""
    with store.snapshot():
        plan = make_plan(store, wish)
        verdicts = preview(store, plan, now=now)
    blocked = [verdict for verdict in verdicts if verdict.reasons]
    return PreviewBoard(
        plan=plan,
        eligible=[verdict for verdict in verdicts if not verdict.reasons],
        blocked=blocked,
        reasons=dict(Counter(verdict.reasons[0] for verdict in blocked).most_common()),
    )


def message_for(store: Store, plan: Plan, contact: int, *, now: datetime) -> RenderedMessage | None:
    """The message as that person would read it, or None where the template has no text for them."""
    query = single_query(store, plan, contact, now=now)
    row = store.row(query.sql, query.values)
    variant = next((each for each in plan.variants if row and each.language == row["variant"]), None)
    if row is None or variant is None:
        return None
    return render(variant.components, json.loads(row["parameters"]))
