"""The settings as a person is shown them: each with its value and where it came from, no secret told."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError

from invite_core.settings import CONFIG_FILE, SECRETS, GivenSettings, Settings

_PREFIX = "INVITE_"


class Origin(StrEnum):
    """Where a setting came from, in words."""

    ENVIRONMENT = "environment"
    """An environment variable."""
    DOT_ENV = ".env"
    """`.env` in the folder where the program was started."""
    CONFIG_FILE = "settings file"
    """The file for every folder (`CONFIG_FILE`)."""
    KEYRING = "keyring"
    """The operating system's keyring."""
    DEFAULT = "default"
    """Nobody set it."""
    GIVEN = "given at start"
    """An option of the command line, or the program that started this one."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting in force."""

    name: str
    """Its variable, `INVITE_DB` say."""
    value: str
    """What it is, or '' where it is empty; of a secret `set` or ''."""
    origin: Origin
    """Where it came from."""


def settings_in_force(settings: Settings) -> list[SettingLine]:
    """Every setting, in the order in which they are documented."""
    sources = list(_sources())
    return [_line(settings, name, sources) for name in Settings.model_fields]


def files_with_settings() -> list[Path]:
    """The files that settings are read from, those that exist."""
    return [path for path in (CONFIG_FILE, Path(".env")) if path.is_file()]


def _sources() -> Iterator[tuple[Origin, Mapping[str, str]]]:
    """What each place says, the one that counts first; empty values count for nothing (`Settings`)."""
    yield Origin.ENVIRONMENT, _ours(os.environ)
    for origin, path in ((Origin.DOT_ENV, Path(".env")), (Origin.CONFIG_FILE, CONFIG_FILE)):
        try:
            yield origin, _ours(dotenv_values(path, encoding="utf-8") if path.is_file() else {})
        except (OSError, UnicodeDecodeError):
            continue


def _ours(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {
        name.upper().removeprefix(_PREFIX).lower(): value
        for name, value in variables.items()
        if value and name.upper().startswith(_PREFIX)
    }


def _line(settings: Settings, name: str, sources: list[tuple[Origin, Mapping[str, str]]]) -> SettingLine:
    value = getattr(settings, name)
    told = next(((origin, found[name]) for origin, found in sources if name in found), None)
    if told is not None and _read(name, told[1]) == value:
        origin = told[0]
    else:
        is_default = told is None and getattr(GivenSettings(), name) == value
        is_kept = told is None and settings.keyring and name in SECRETS
        origin = Origin.DEFAULT if is_default else Origin.KEYRING if is_kept else Origin.GIVEN
    return SettingLine(f"{_PREFIX}{name.upper()}", _shown(value), origin)


def _read(name: str, text: str) -> Any:
    try:
        return getattr(GivenSettings.model_validate({name: text}), name)
    except ValidationError:
        return None


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    return f"{value:g}" if isinstance(value, float) else str(value)
