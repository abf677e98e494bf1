"""Moments as the command line tells them to a person; scripts get them as they are stored, in UTC."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from invite_core import instants

_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def in_local_time(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with every stored moment in it (`at`, `…_at`) as the computer's own clock shows it."""
    return {key: _told(key, value) for key, value in document.items()}


def _told(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [in_local_time(each) if isinstance(each, Mapping) else each for each in value]
    if isinstance(value, str) and (key == "at" or key.endswith("_at")) and _STORED.fullmatch(value):
        return f"{instants.read(value).astimezone():%Y-%m-%d %H:%M:%S}"
    return value


def weekday_and_time(moment: datetime) -> str:
    """An aware moment in its own zone: `Sat 12 June 2027 18:30`."""
    return f"{moment:%a} {moment.day} {moment:%B %Y %H:%M}"
