"""The page of settings, from the model that reads them."""

import inspect
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from handbook.literals import literals
from handbook.markdown import code, page, table, words
from invite_core.settings import APPLICATION, CONFIG_FILE, SECRETS, Settings

_SCHEMA = Settings.model_json_schema()["properties"]

_BEFORE = f"""Each setting is an environment variable, or a line `INVITE_NAME=value` of a file. What counts, most first:

1. the environment,
2. `.env` in the folder in which the program is started,
3. `{CONFIG_FILE.name}`, which `invite-tui init` writes (on Linux in `~/.config/{APPLICATION}`),
4. for {{secrets}}, and with `INVITE_KEYRING=yes`: the keyring of the operating system.

An empty value counts as none. A value that cannot be used is refused by name before anything happens, and no secret is
ever shown, logged or written into the database."""


def settings_page() -> str:
    """Every setting: what it is for, what it is where nothing is said, and what it may be."""
    told = literals(Settings)
    rows = [
        (code(_variable(name)), words(f"{told[name]}."), _default(field), _bounds(name, field))
        for name, field in Settings.model_fields.items()
    ]
    secrets = ", ".join(code(_variable(name)) for name in SECRETS)
    return page(
        "Settings",
        "`invite_core/settings.py`",
        _BEFORE.replace("{secrets}", secrets),
        table(("setting", "what it is", "without it", "it may be"), rows),
    )


def _variable(name: str) -> str:
    return f"{Settings.model_config['env_prefix']}{name.upper()}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        said = (inspect.getdoc(field.default_factory) or "").removesuffix(".")
        return words(said[:1].lower() + said[1:])
    match field.default:
        case Path() as path:
            folder = f"in the folder for your own data (on Linux `~/.local/share/{APPLICATION}`)"
            return f"{code(path.name)} {folder}"
        case SecretStr() | "":
            return "nothing"
        case bool() as yes:
            return "yes" if yes else "no"
        case StrEnum() as member:
            return code(member.value)
        case other:
            return code(f"{other:g}" if isinstance(other, float) else str(other))


def _bounds(name: str, field: FieldInfo) -> str:
    if field.annotation is SecretStr:
        return "a secret"
    if field.annotation is bool:
        return "yes or no"
    said = _SCHEMA[name]
    if "minimum" not in said and "exclusiveMinimum" not in said:
        return ""
    least = f"{said['minimum']:g} or more" if "minimum" in said else f"more than {said['exclusiveMinimum']:g}"
    return f"{least}, {said['maximum']:g} at most" if "maximum" in said else least
