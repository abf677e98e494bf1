"""The file of settings, written whole or not at all, and readable by its owner alone."""

import os
import re
import secrets
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from invite_core.errors import InviteError

_PLAIN = re.compile(r"[A-Za-z0-9_./:|+=-]*")


class SettingsFileFault(InviteError):
    """The file of settings cannot be written."""


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Write `values`, by their variables, into the file at `path`; its other lines stay as they are, and a variable
    with '' is taken out.

    The file is replaced in one step, mode 0600. Raises `SettingsFileFault`; the file is then as before.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        _replace(path, _others(before, values) + "".join(line(*each) for each in values.items() if each[1]))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not written in UTF-8"
        raise SettingsFileFault(
            f"The settings cannot be written to {path} ({why}).",
            "Mend that, or choose another place with --here.",
        ) from None


def line(name: str, value: str) -> str:
    """What says in a file of settings that the variable `name` is `value`, with its end of line."""
    if _PLAIN.fullmatch(value):
        return f"{name}={value}\n"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    # `${X}` is taken for a variable, in quotes too, and cannot be escaped; a variable without a name is never set.
    return f"{name}='{escaped.replace('${', '${:-$}{')}'\n"


def _others(text: str, values: Mapping[str, str]) -> str:
    """What `text` says of other variables, as it stands there; one value may have several lines."""
    said = [each for each in parse_stream(StringIO(text)) if (each.key or "").upper() not in values]
    kept = "".join(each.original.string for each in said)
    return kept if kept.endswith("\n") or not kept else f"{kept}\n"


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
