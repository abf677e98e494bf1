"""What Meta says of the token, of the account's numbers and of who hears of the account, checked at this border."""

from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, field_validator


class _Node(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class GranularScope(_Node):
    """A permission, and what it was given for."""

    scope: str
    target_ids: tuple[str, ...] | None = None
    """The accounts; None for all that the business has."""


class TokenNode(_Node):
    """What a token is (`GET /debug_token`; facebook-login/access-tokens/debugging-and-error-handling)."""

    is_valid: bool
    app_id: str = ""
    application: str = ""
    type: str = ""
    """`SYSTEM_USER`, `USER`, `PAGE` or `APP`."""
    expires_at: int = 0
    """Unix time; 0 for never."""
    scopes: tuple[str, ...] = ()
    granular_scopes: tuple[GranularScope, ...] = ()
    error_subcode: int | None = Field(default=None, validation_alias=AliasPath("error", "subcode"))
    """Why it is not valid."""

    def reaches(self, scope: str, account: str) -> bool:
        """Whether it has the permission for this account; one that it does not have at all it does not."""
        if scope not in self.scopes:
            return False
        given = [each for each in self.granular_scopes if each.scope == scope and each.target_ids is not None]
        return all(account in (each.target_ids or ()) for each in given)


class TokenAnswer(_Node):
    """The answer that holds it."""

    data: TokenNode


class OwnedNumber(_Node):
    """A number of the account (`GET /{waba}/phone_numbers`)."""

    id: str
    display_phone_number: str = ""


class OwnedNumbers(_Node):
    """The numbers of the account; of an account with very many, the first hundred."""

    data: tuple[OwnedNumber, ...]


class SubscribedApp(_Node):
    """An app that hears of an account (one item of `GET /{waba}/subscribed_apps`)."""

    id: str = Field(default="", validation_alias=AliasPath("whatsapp_business_api_data", "id"))
    name: str = Field(default="", validation_alias=AliasPath("whatsapp_business_api_data", "name"))
    callback: str | None = Field(default=None, validation_alias="override_callback_uri")
    """Where it hears of this account instead of at its own callback."""


class SubscribedApps(_Node):
    """The apps that hear of an account."""

    data: tuple[SubscribedApp, ...]


class AppSubscription(_Node):
    """What an app hears of one kind of object (one item of `GET /{app}/subscriptions`)."""

    object: str
    callback_url: str = ""
    active: bool = True
    fields: tuple[str, ...] = ()

    @field_validator("fields", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [each.get("name") if isinstance(each, dict) else each for each in value]


class AppSubscriptions(_Node):
    """What an app hears."""

    data: tuple[AppSubscription, ...]
