"""How the account, its token and its app stand, and every way in which that can be wrong.

By default everything is as it should be. `Standing` is given to the stand-in at its start, or later through
`POST /_simulator/standing`; what a client of Meta's can change itself (the subscription) is not in here.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MESSAGING = "whatsapp_business_messaging"
MANAGEMENT = "whatsapp_business_management"


class TokenFacts(BaseModel):
    """What `debug_token` says of the one token there is (Meta, access-tokens/debugging-and-error-handling)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["SYSTEM_USER", "USER", "PAGE"] = "SYSTEM_USER"
    expires_at: int = Field(default=0, ge=0)
    """Unix time; 0 for never. Once it has passed, Meta refuses the token (190, 463)."""
    revoked: bool = False
    """Whether it was taken back before its time (190, 467)."""
    scopes: tuple[str, ...] = (MANAGEMENT, MESSAGING, "public_profile")
    targets: tuple[str, ...] | None = None
    """The accounts that it may see; None for all of the business's."""
    of_another_app: bool = False
    """Whether it was made for another app than the one whose secret is known."""


class Standing(BaseModel):
    """What is so, and could be otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: TokenFacts = TokenFacts()
    number: dict[str, Any] = Field(default_factory=dict)
    """Fields of the phone number node, instead of what they are by default."""
    unknown_number_fields: tuple[str, ...] = ()
    """Fields of the phone number node that this version of the API does not have."""
    unknown_webhook_fields: tuple[str, ...] = ()
    """Fields that this app cannot subscribe to."""
    account: dict[str, Any] = Field(default_factory=dict)
    """Fields of the account's node, instead of what they are by default."""
    number_is_elsewhere: bool = False
    """Whether the number belongs to another account that the token may see as well."""
    live: bool = True
    """Whether the app is published; one that is not gets no real webhook."""
    active: bool = True
    """Whether Meta still calls the app's callback; false after it failed for long."""
    clock_ahead_s: float = 0.0
    """How far Meta's clock is ahead of this computer's, in seconds."""

    def merged(self, changes: Any) -> "Standing":
        """This with `changes`, JSON values, on top. Raises `ValueError` where they cannot be read."""
        if not isinstance(changes, dict):
            raise ValueError("the changes are no object")
        return Standing.model_validate({**self.model_dump(), **changes})
