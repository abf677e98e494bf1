"""What the parts of the screen tell each other: past-tense facts, floods coalesced."""

from dataclasses import dataclass

from textual.message import Message

from invite_core.errors import InviteError


@dataclass
class StoreChanged(Message, bubble=False):
    """Another connection has committed to the file, or enough time has passed to look again."""

    def can_replace(self, message: Message) -> bool:
        """One look serves for any number of changes."""
        return isinstance(message, StoreChanged)


@dataclass
class DispatchStarted(Message):
    """This program has begun to send a run."""

    run: int
    """The run's id."""


@dataclass
class DispatchEnded(Message):
    """This program sends no more."""

    run: int | None
    """The run's id, or None where it came to none."""
    fault: InviteError | None
    """Why it could not begin or go on; None where it ended by itself."""
