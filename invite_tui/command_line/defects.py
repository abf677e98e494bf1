"""What happens when the program itself is at fault: a sentence for the organiser, details in a log.

The log says where in the code it happened and with which error; never the values of variables, and
in the error's own words no long number and no secret.
"""

import os
import re
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from invite_core import __version__, instants
from invite_core.errors import InviteError
from invite_core.settings import APPLICATION, Settings

_LONG_NUMBER = re.compile(r"\d{7,}")


class Defect(InviteError):
    """The program did what it must not do."""


def log_file() -> Path:
    """Where the details of defects go, in the platform's folder for logs."""
    return platformdirs.user_log_path(APPLICATION) / "defects.log"


def noted(error: Exception) -> Defect:
    """Write the details of `error` to the log; gives what the organiser is told."""
    sentence = f"Something went wrong inside this program ({type(error).__name__}): this is a defect."
    try:
        place = _append(_entry(error))
    except OSError:
        return Defect(sentence, "Please report it, with what you did just before.")
    return Defect(sentence, f"Please report it; the details are at the end of {place}.")


def _entry(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))
    for secret in _secrets():
        text = text.replace(secret, "[secret]")
    text = _LONG_NUMBER.sub("[number]", text)
    python = ".".join(map(str, sys.version_info[:3]))
    when = instants.stored(instants.now())
    return f"{when} {APPLICATION} {__version__}, Python {python}, {sys.platform}\n{text}\n"


def _secrets() -> Iterable[str]:
    try:
        settings = Settings.load()
    except InviteError:
        return ()
    values = (getattr(settings, name) for name in Settings.model_fields)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr) and value]


def _append(entry: str) -> Path:
    place = log_file()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with open(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(entry)
    return place
