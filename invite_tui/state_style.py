"""The one table of what a state looks like: glyph, word and tone, never colour alone."""

from dataclasses import dataclass

from invite_core.invitations.runs import Status
from invite_core.lifecycle.states import State
from invite_tui.tone import Tone


@dataclass(frozen=True, slots=True)
class Look:
    """How one state is shown."""

    glyph: str
    """One or two cells; different for every state of its table."""
    word: str
    """What it is called."""
    tone: Tone
    """How much it matters."""

    @property
    def text(self) -> str:
        """Glyph, padded to two cells, and word."""
        return f"{self.glyph:<2} {self.word}"


STATES: dict[State, Look] = {
    State.QUEUED: Look("○", "queued", Tone.PLAIN),
    State.SENDING: Look("◌", "sending", Tone.PLAIN),
    State.ACCEPTED: Look("›", "accepted", Tone.PLAIN),
    State.SENT: Look("✓", "sent", Tone.PLAIN),
    State.DELIVERED: Look("✓✓", "delivered", Tone.GOOD),
    State.READ: Look("◉", "read", Tone.GOOD),
    State.FAILED: Look("✗", "failed", Tone.BAD),
    State.UNCONFIRMED: Look("?", "unconfirmed", Tone.WARNING),
    State.CANCELLED: Look("–", "cancelled", Tone.MUTED),
    State.BLOCKED: Look("⊘", "blocked", Tone.MUTED),
}
"""The states of a message, in the order in which the board shows them."""

STATUSES: dict[Status, Look] = {
    Status.DRAFT: Look("·", "draft", Tone.MUTED),
    Status.READY: Look("○", "ready", Tone.PLAIN),
    Status.SENDING: Look("▸", "sending", Tone.ACCENT),
    Status.PAUSED: Look("=", "paused", Tone.WARNING),
    Status.FINISHED: Look("●", "finished", Tone.GOOD),
    Status.CANCELLED: Look("–", "cancelled", Tone.MUTED),
}
"""The statuses of a run."""


SENDER_GONE = Look("!", "stopped", Tone.WARNING)
"""A run that counts as being sent, and nobody sends it."""


def state_look(state: str) -> Look:
    """The look of a message's state, by the name that the views give."""
    return STATES[State(state)]
