"""What it means that Meta counts a text as marketing, which every invitation is taken for."""

from collections.abc import Iterable

from invite_core.invitations.templates import Variant

CATEGORY = "MARKETING"
"""Meta's category of a template whose delivery is limited (Meta, marketing-messages)."""

NOTICE = (
    "Meta counts this text as marketing: it limits how many such messages a person gets from all businesses, "
    "may hold yours back, and delivers none to numbers of the United States."
)
"""What the organiser is told before such a text is sent."""


def notice(variants: Iterable[Variant]) -> str | None:
    """The sentence to show before these texts are sent, or None where none of them is marketing."""
    return NOTICE if any(each.category == CATEGORY for each in variants) else None
