"""What a webhook body holds, item by item. Pure.

Statuses are `invite_core.lifecycle.updates.StatusUpdate`; everything else is here.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from invite_core.delivery.account_news import AccountError, AccountNews
from invite_core.delivery.identity_changes import IdentityChange
from invite_core.delivery.template_news import TemplateNews
from invite_core.lifecycle.updates import StatusUpdate


class ReplyKind(StrEnum):
    """How somebody wrote to us (the word in `replies.kind`)."""

    TAP = "tap"
    """A quick-reply button."""
    TEXT = "text"
    """A text, or an emoji set on a message."""
    MEDIA = "media"
    """Anything else: a picture, a voice message, a place, with its caption if it has one."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. Meta may withhold the number, and then gives the user id alone. Neither is there only where
    what they wrote taps or quotes a message, whose recipient they are."""

    wa_id: str | None
    """The number in digits, as WhatsApp spells it."""
    user_id: str | None
    """The business-scoped user id (`US.1349…`)."""
    profile_name: str = ""
    """The name the person gave herself."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that was told, the number first."""
        return tuple(address for address in (self.wa_id, self.user_id) if address)


@dataclass(frozen=True, slots=True)
class Reply:
    """One message from a person: a tap, a text or something else."""

    provider_message_id: str
    """Its own id."""
    kind: ReplyKind
    """How it was given."""
    sender: Sender
    """Who gave it."""
    at: str | None
    """When, by Meta's own time (stored form); None where that is no usable one."""
    body: str = ""
    """The text, the caption, or the label of the button."""
    payload: str | None = None
    """What the tapped button carries."""
    context_message_id: str | None = None
    """The message that was tapped or quoted."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Somebody stopped or resumed marketing messages in WhatsApp itself (`user_preferences`)."""

    sender: Sender
    """Who."""
    at: str | None
    """When, by Meta's own time (stored form); None where that is no usable one, as only a stop may have."""
    wants_messages: bool
    """False for `stop`, True for `resume`."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that is not about us, or that we do not act on."""

    note: str
    """Which."""


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that could not be understood."""

    note: str
    """Why."""
    raw: bytes
    """What came."""


News = TemplateNews | AccountNews | AccountError
"""What Meta says of the account and its templates."""

Content = StatusUpdate | Reply | Preference | IdentityChange | News | Ignored | Odd


class Update(NamedTuple):
    """One item of a body, and the key under which it is known again when Meta repeats it."""

    key: bytes
    """SHA-256, see `receipt_key`."""
    kind: str
    """`status`, `message`, `user_preferences`, `identity`, `errors`, the name of another field, or the part
    that is odd."""
    content: Content
    """What it says."""
    phone_number_id: str | None = None
    """The sender number that it is about; None where that is not ours, or not told."""


def receipt_key(
    kind: str,
    phone_number_id: str | None,
    identity: str,
    status: str | None = None,
    at: str | None = None,
    error_code: int | None = None,
) -> bytes:
    """The SHA-256 under which an update is stored once; Meta gives its updates no id of their own."""
    code = "" if error_code is None else error_code
    # No part holds a line break, and none that is told is empty: the text tells them apart.
    told = f"{kind}\n{phone_number_id or ''}\n{identity}\n{status or ''}\n{at or ''}\n{code}"
    return hashlib.sha256(told.encode()).digest()
