"""Who acts. Every acting function of the core takes an `Operator` and asks `may_act` first.

The role prevents accidents; it is not access control (design, section 8).
"""

from dataclasses import dataclass
from enum import StrEnum

from invite_core.errors import InviteError


class Role(StrEnum):
    """What an operator may do."""

    ORGANISER = "organiser"
    """May act."""
    VIEWER = "viewer"
    """May look; the file is opened read-only."""
    SYSTEM = "system"
    """The listener, and the sender's own acts."""


class ViewerMayNotAct(InviteError):
    """A viewer asked for an act."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A name for the record, and a role."""

    name: str
    role: Role = Role.ORGANISER

    def may_act(self, act: str) -> None:
        """Raise `ViewerMayNotAct` unless this operator may do `act` (a verb phrase, for the sentence)."""
        if self.role is Role.VIEWER:
            raise ViewerMayNotAct(
                f"{self.name or 'This operator'} is a viewer and may not {act}.",
                "Ask the organiser, or set INVITE_ROLE=organiser.",
            )


LISTENER = Operator("listener", Role.SYSTEM)
"""The webhook listener, as the record names it."""

SENDER = Operator("sender", Role.SYSTEM)
"""The dispatch engine's own acts, as the record names them."""
