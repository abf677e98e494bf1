"""`pricing` of a status (webhooks/reference/messages/status). Pure."""

import re
from functools import lru_cache

from invite_core.lifecycle.prices import Pricing

_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")


def pricing_of(raw: object) -> Pricing | None:
    """What `pricing` says, or None where it is missing or names no category. What is odd in it spoils nothing."""
    if not isinstance(raw, dict):
        return None
    told = (_word(raw.get(name)) for name in ("category", "pricing_model", "type"))
    billable = raw.get("billable")
    return _pricing(*told, billable if isinstance(billable, bool) else None)


# Updates come with the same few.
@lru_cache(maxsize=256)
def _pricing(
    category: str | None, model: str | None, kind: str | None, billable: bool | None
) -> Pricing | None:
    return None if category is None else Pricing(category.lower(), billable, model, kind)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None
