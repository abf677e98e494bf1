"""Nodes of the Graph API as Meta returns them, checked at this border."""

from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, field_validator


class TemplateVariant(BaseModel):
    """One language variant of a message template (`GET /{waba}/message_templates`)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    name: str
    language: str
    status: str
    category: str = "UNKNOWN"
    parameter_format: str = "POSITIONAL"
    components: list[dict[str, Any]] = Field(default_factory=list)
    quality: str = Field(default="UNKNOWN", validation_alias=AliasPath("quality_score", "score"))
    rejected_reason: str | None = None

    @field_validator("id", mode="before")
    @classmethod
    def _id_as_text(cls, value: object) -> str:
        return str(value)

    @field_validator("parameter_format", mode="before")
    @classmethod
    def _positional_unless_named(cls, value: object) -> str:
        return "NAMED" if str(value).upper() == "NAMED" else "POSITIONAL"


class TemplatePage(BaseModel):
    """One page of templates; `paging.cursors.after` leads on while `paging.next` is there."""

    model_config = ConfigDict(extra="ignore")

    data: list[TemplateVariant]
    paging: dict[str, Any] = Field(default_factory=dict)

    @property
    def cursor(self) -> str | None:
        """The cursor of the next page, or None on the last one."""
        cursors = self.paging.get("cursors")
        after = cursors.get("after") if isinstance(cursors, dict) else None
        return str(after) if after and self.paging.get("next") else None


class PhoneNumberNode(BaseModel):
    """The sender's number (`GET /{phone_number_id}`)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    display_phone_number: str = ""
    verified_name: str = ""
    quality_rating: str = "UNKNOWN"
    throughput: dict[str, Any] = Field(default_factory=dict)
    health_status: dict[str, Any] = Field(default_factory=dict)
    whatsapp_business_manager_messaging_limit: str | None = None
    status: str = ""
    """`CONNECTED` where it may be written from; '' where it was not asked, as with the rest below."""
    name_status: str = ""
    account_mode: str = ""
    """`SANDBOX` for a test number of Meta's."""
    is_on_biz_app: bool = False
    """Whether it is used in the WhatsApp Business app as well."""

    @property
    def is_test_number(self) -> bool:
        """Whether it is one that Meta lends for trying things out."""
        return self.account_mode == "SANDBOX" or self.verified_name == "Test Number"


class Uploaded(BaseModel):
    """What `POST /{phone number id}/media` answers."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,128}$")
