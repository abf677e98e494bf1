"""The file of settings, written whole or not at all, and readable by its owner alone."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from invite_core.errors import InviteError

_PLAIN = re.compile(r"[A-Za-z0-9_./:|+=-]*")
_LINE = re.compile(r"\s*(?:export\s+)?(INVITE_[A-Z_]+)\s*=", re.IGNORECASE)


class SettingsFileFault(InviteError):
    """The file of settings cannot be written."""


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Write `values`, by their variables, into the file at `path`; its other lines stay as they are, and a variable
    with '' is taken out.

    The file is replaced in one step, mode 0600. Raises `SettingsFileFault`; the file is then as before.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        _replace(path, "\n".join([*_others(before, values), *_lines(values)]) + "\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not written in UTF-8"
        raise SettingsFileFault(
            f"The settings cannot be written to {path} ({why}).",
            "Mend that, or choose another place with --here.",
        ) from None


def _others(lines: list[str], values: Mapping[str, str]) -> list[str]:
    def is_ours(line: str) -> bool:
        found = _LINE.match(line)
        return found is not None and found.group(1).upper() in values

    return [line for line in lines if not is_ours(line)]


def _lines(values: Mapping[str, str]) -> list[str]:
    return [f"{name}={_quoted(value)}" for name, value in values.items() if value]


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
