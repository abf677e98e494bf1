"""What an update of Meta's about a message says, and what can become of it. Pure."""

from enum import StrEnum
from typing import NamedTuple

from invite_core.lifecycle.prices import Pricing
from invite_core.lifecycle.states import State


class UpdateOutcome(StrEnum):
    """What became of an update (the word on its receipt)."""

    APPLIED = "applied"
    """It added to what is known: a higher state, or a milestone that was missing."""
    STALE = "stale"
    """It added nothing: late, repeated or contradictory."""
    UNMATCHED = "unmatched"
    """It names no message that we know; it waits on the shelf."""
    IGNORED = "ignored"
    """It is not about us, or not about anything we act on."""
    QUARANTINED = "quarantined"
    """It could not be understood."""


class StatusUpdate(NamedTuple):
    """One `statuses[]` item: `status` is sent, delivered, read or failed; `at` Meta's own time in
    stored form; `attempt` the `biz_opaque_callback_data`, if it came; `user_id` the recipient's; `pricing` what it
    is charged.

    A tuple for the reason that `Evidence` is one.
    """

    provider_message_id: str
    status: State
    at: str
    attempt: str | None = None
    error_code: int | None = None
    error_detail: str | None = None
    user_id: str | None = None
    pricing: Pricing | None = None
