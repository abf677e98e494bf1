"""What it means that Meta counts a text as marketing, which every invitation is taken for."""

from invite_core.invitations.plan import Plan, Purpose

CATEGORY = "MARKETING"
"""Meta's category of a template whose delivery is limited (Meta, marketing-messages)."""

_MEANS = (
    "it limits how many such messages a person gets from all businesses, may hold yours back, and delivers none to "
    "numbers of the United States and Venezuela."
)

NOTICE = f"Meta counts this text as marketing: {_MEANS}"
"""What the organiser is told before such a text is sent."""

MAY_BECOME = f"Meta takes an invitation for marketing and may change the category of this text. Then {_MEANS}"
"""What she is told of an invitation in a text that Meta has in another category (Meta, template categorization)."""


def notice(plan: Plan) -> str | None:
    """The sentence to show before the plan is sent, or None where nothing of it is marketing."""
    if any(each.category == CATEGORY for each in plan.variants):
        return NOTICE
    return MAY_BECOME if plan.purpose is Purpose.INVITATION else None
