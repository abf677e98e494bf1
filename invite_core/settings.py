"""Settings and secrets: environment variables, then `.env`, then the file that `init` writes, then the keyring.

Secrets are `SecretStr`, so that no repr, log line or traceback shows them.
"""

import getpass
import os
from pathlib import Path
from typing import Any, Self

import platformdirs
from pydantic import Field, SecretStr, TypeAdapter, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from invite_core import key_ring
from invite_core.errors import InviteError
from invite_core.operators import Operator, Role

APPLICATION = "invite-tui"

METAS_OWN = "https://graph.facebook.com"
"""Where Meta is, unless somebody set another address."""

CONFIG_FILE = platformdirs.user_config_path(APPLICATION) / "settings.env"
"""Where the settings may be kept for every folder, one `INVITE_NAME=value` a line, mode 0600."""


class SettingsFault(InviteError):
    """A setting is missing or cannot be used."""


def login_name() -> str:
    """The name of the person logged in, or 'organiser' where the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "organiser"


_META_IDS = {"phone_number_id": "number's", "waba_id": "WhatsApp Business account's"}
"""The settings that are ids of Meta's, and whose."""


SECRETS = ("access_token", "app_secret", "verify_token")
"""The settings that may be kept in the keyring."""

_YES = TypeAdapter(bool)


class Settings(BaseSettings):
    """Every setting of design section 7, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="INVITE_",
        env_file=(CONFIG_FILE, ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    db: Path = Field(default=platformdirs.user_data_path(APPLICATION) / "invites.db")
    """The SQLite file."""
    graph_url: str = METAS_OWN
    """Where Meta is."""
    graph_version: str = Field(default="v26.0", pattern=r"^v\d+\.\d+$")
    """The pinned version of the Graph API; without one Meta would use its newest."""
    phone_number_id: str = ""
    """The sender's phone number id (not the number itself)."""
    waba_id: str = ""
    """The WhatsApp Business account."""
    access_token: SecretStr = SecretStr("")
    """A system user's token with `whatsapp_business_messaging` and `whatsapp_business_management`."""
    app_secret: SecretStr = SecretStr("")
    """The app's secret, with which Meta signs webhooks."""
    app_secret_previous: SecretStr = SecretStr("")
    """The secret before a rotation, still accepted while set."""
    verify_token: SecretStr = SecretStr("")
    """The word that Meta repeats when the callback address is entered."""
    listen_host: str = "127.0.0.1"
    """Where the listener binds."""
    listen_port: int = Field(default=8080, ge=0, le=65535)
    """The listener's port; the tunnel forwards it whole."""
    health_port: int = Field(default=8081, ge=0, le=65535)
    """The port of /healthz and /readyz, on loopback; 0 for none."""
    messages_per_second: float = Field(default=80, gt=0, le=1000)
    """The number's throughput: 80 by default, 20 where it is used in the WhatsApp Business app too."""
    max_in_flight: int = Field(default=64, ge=1, le=1000)
    """How many requests may await Meta's answer at once."""
    catch_up_minutes: float = Field(default=15, ge=0, allow_inf_nan=False)
    """How long nothing new is sent after the listener was away; 0 turns the rule off."""
    default_region: str = ""
    """The country (ISO code) of numbers written without a country code; '' refuses such rows."""
    operator: str = Field(default_factory=login_name)
    """Who acts, for the record."""
    role: Role = Role.ORGANISER
    """`organiser`, or `viewer` to look without acting."""
    keyring: bool = False
    """Whether secrets that stand nowhere else are read from the operating system's keyring."""

    @field_validator("access_token", "app_secret")
    @classmethod
    def _fits_a_header(cls, value: SecretStr, field: ValidationInfo) -> SecretStr:
        # A request with such a token fails in a way that leaves open whether it was sent.
        secret = value.get_secret_value().strip()
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            called = "token" if field.field_name == "access_token" else "secret"
            raise ValueError(f"must be the {called} alone, without spaces, line breaks or accents")
        return SecretStr(secret)

    @field_validator("default_region")
    @classmethod
    def _a_country(cls, value: str) -> str:
        if value and not (len(value) == 2 and value.isascii() and value.isalpha()):
            raise ValueError("must be the two letters of a country, such as PT or GB")
        return value

    @field_validator("db")
    @classmethod
    def _in_the_home_folder(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("role", mode="before")
    @classmethod
    def _a_persons_role(cls, value: object) -> object:
        if value not in (Role.ORGANISER, Role.VIEWER):
            raise ValueError("must be organiser or viewer")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, what counts most first."""
        return cls._sources(init_settings, env_settings, dotenv_settings)

    @classmethod
    def _sources(cls, *usual: PydanticBaseSettingsSource) -> tuple[PydanticBaseSettingsSource, ...]:
        return *usual, _KeyRing(cls)

    @classmethod
    def load(cls) -> Self:
        """The settings in force. Raises `SettingsFault` naming each setting that cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            faults = "; ".join(
                f"INVITE_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg'].removeprefix('Value error, ')}"
                for fault in error.errors(include_input=False, include_url=False)
            )
            raise SettingsFault(
                f"A setting cannot be used ({faults}).",
                f"Mend it in the environment, in .env or in {CONFIG_FILE}.",
            ) from None
        except UnicodeDecodeError:
            raise SettingsFault(
                "A settings file is not written in UTF-8.", f"Save .env and {CONFIG_FILE} as UTF-8."
            ) from None
        except OSError as error:
            raise SettingsFault(
                f"A settings file cannot be read ({error.strerror}).",
                f"Check the permissions of .env and {CONFIG_FILE}.",
            ) from None

    def acting(self) -> Operator:
        """Who acts under these settings."""
        return Operator(self.operator, self.role)

    def missing(self, *names: str) -> list[str]:
        """Those of the settings `names` that are empty."""
        return [name for name in names if not _text(getattr(self, name))]

    def require(self, *names: str) -> None:
        """Raise `SettingsFault` naming those of the settings `names` that are empty, or one that is no id
        of Meta's though it has to be."""
        missing = [f"INVITE_{name.upper()}" for name in self.missing(*names)]
        if missing:
            one = len(missing) == 1
            raise SettingsFault(
                f"{_listed(missing)} {'is' if one else 'are'} not set.",
                f"Run `invite-tui init`, which asks for {'it' if one else 'them'} and says where Meta shows "
                f"{'it' if one else 'each'}; or set {'it' if one else 'them'} in the environment, in .env or in "
                f"{CONFIG_FILE}.",
            )
        for name in (name for name in names if name in _META_IDS):
            if not (value := _text(getattr(self, name))).isdecimal() or not value.isascii():
                raise SettingsFault(
                    f"INVITE_{name.upper()} is “{value}”: it is the {_META_IDS[name]} id "
                    "(WhatsApp > API setup), digits only.",
                    f"Mend it in the environment, in .env or in {CONFIG_FILE}.",
                )


class _KeyRing(PydanticBaseSettingsSource):
    """The secrets that stand nowhere else, where the settings say that they are in the keyring."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret of that name."""
        return key_ring.read(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Each of them that the keyring has. Raises `SettingsFault` where it cannot be read."""
        said = self.current_state
        try:
            if not _YES.validate_python(said.get("keyring", False)):
                return {}
        except ValidationError:
            return {}  # the setting itself is refused with its name
        try:
            found = {name: key_ring.read(name) for name in SECRETS if not said.get(name)}
        except key_ring.KeyRingFault as fault:
            raise SettingsFault(fault.sentence, fault.todo) from None
        return {name: secret for name, secret in found.items() if secret}


class GivenSettings(Settings):
    """Settings that are given in full by the caller: no environment variable and no file is read."""

    @classmethod
    def _sources(cls, *usual: PydanticBaseSettingsSource) -> tuple[PydanticBaseSettingsSource, ...]:
        return usual[:1]


def _listed(names: list[str]) -> str:
    return " and ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), names[-1]])


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def without_settings(environment: dict[str, str] | None = None) -> dict[str, str]:
    """A copy of the environment with every INVITE_ variable taken out, for a child process."""
    source = os.environ if environment is None else environment
    return {name: value for name, value in source.items() if not name.startswith("INVITE_")}
