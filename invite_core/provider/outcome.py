"""How one POST ended: accepted, refused or unknown. The only words the rest of the program knows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Fault(StrEnum):
    """Whose fault a refusal is, and so what it stops."""

    RECIPIENT = "recipient"
    """This person, or this person's text; others go on."""
    TEMPLATE = "template"
    """This template; the run pauses."""
    ACCOUNT = "account"
    """The account, the number or the token; the run pauses."""
    PACE = "pace"
    """Too fast; tried again later."""
    CONNECTION = "connection"
    """The request never left this computer; tried again later."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta took the message. `held` means that it will be released, or dropped, later."""

    provider_message_id: str
    wa_id: str | None = None
    user_id: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The message was certainly not sent."""

    fault: Fault
    detail: str
    code: int | None = None
    http_status: int | None = None
    wait_seconds: float | None = None
    """How long to wait before the next attempt, where Meta says so."""
    holds_everyone: bool = False
    """Whether nothing at all should leave while waiting."""

    @property
    def requeue(self) -> bool:
        """Whether the message goes back into the queue (all but the refusal of a person)."""
        return self.fault is not Fault.RECIPIENT

    @property
    def pauses(self) -> Literal["template", "account"] | None:
        """Why the run must pause, or None."""
        if self.fault is Fault.TEMPLATE:
            return "template"
        return "account" if self.fault is Fault.ACCOUNT else None

    @property
    def never_left(self) -> bool:
        """Whether no connection was made at all."""
        return self.fault is Fault.CONNECTION


@dataclass(frozen=True, slots=True)
class Unknown:
    """The message may or may not have been sent. It is never tried again by the machine."""

    cause: str
    detail: str
    code: int | None = None
    http_status: int | None = None


Outcome = Accepted | Refused | Unknown
