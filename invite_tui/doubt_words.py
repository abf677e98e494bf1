"""What is known of a message that is unconfirmed, in the organiser's words."""

from collections.abc import Mapping
from typing import Any

from invite_tui.local_time import length
from invite_tui.timeline_words import happened
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece

Doubt = Mapping[str, Any]
"""What `views.unconfirmed` tells of one message."""

HEARD_ENOUGH = 0.995
"""From this share of the time on, the listener counts as having been up all along."""


def listener_words(doubt: Doubt) -> str:
    """How much of the time the listener was up."""
    share = doubt["listener_up"]
    if share >= HEARD_ENOUGH:
        return "up all the time"
    return f"up {share:.0%}" if share else "not up"


def doubt_pieces(doubt: Doubt) -> list[Piece]:
    """Since when there is doubt, why, and what the silence proves."""
    share = doubt["listener_up"]
    proves = (
        "Had Meta sent it, an update would most likely have come."
        if share >= HEARD_ENOUGH
        else "So that no update came proves little."
    )
    return [
        (f"In doubt for {length(doubt['age_s'])}: ", Tone.WARNING), f"{happened(doubt['cause'])}. ",
        f"The listener was {listener_words(doubt)}{'' if share >= HEARD_ENOUGH or not share else ' of that time'}. ",
        (proves, Tone.MUTED),
    ]  # fmt: skip
