"""The options of a send that have no field of their own, written as on the command line. Pure."""

import shlex
from dataclasses import dataclass, field, replace

from invite_core.errors import InviteError
from invite_core.invitations.plan import Wish

WITH_VALUE = {
    "--first": "first",
    "--not-before": "not_before",
    "--not-after": "not_after",
    "--max-cost": "max_cost",
    "--window": "window",
    "--cap": "cap",
    "--occasion": "occasion",
}
"""Options that take one value, and the part of the wish that it is."""

KNOWN = "--map PARAM=FIELD, --button INDEX=MEANING, --per-household, --their-time, " + ", ".join(WITH_VALUE)


class WishWordsFault(InviteError):
    """The options cannot be read."""


@dataclass(slots=True)
class _Read:
    mapping: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    per_household: bool = False
    their_time: bool = False


def with_options(wish: Wish, text: str) -> Wish:
    """`wish` with the options that `text` writes out. Raises `WishWordsFault`."""
    read = _read(text)
    first = read.values.get("first")
    if first is not None and not (first.isascii() and first.isdecimal() and len(first) < 10):
        raise WishWordsFault(f"“{first}” is no number of people.", "Write it like --first 20.")
    return replace(
        wish,
        mapping=read.mapping,
        buttons=read.buttons,
        per_household=read.per_household,
        first=int(first) if first is not None else None,
        occasion=read.values.get("occasion", wish.occasion),
        not_before=read.values.get("not_before", wish.not_before),
        not_after=read.values.get("not_after", wish.not_after),
        window=read.values.get("window", wish.window),
        their_time=read.their_time,
        max_cost=read.values.get("max_cost", wish.max_cost),
        cap=read.values.get("cap", wish.cap),
    )


def per_household_said(text: str, *, wanted: bool) -> str:
    """The options with `--per-household` among them, or without it. Raises `WishWordsFault`."""
    if _read(text).per_household == wanted:
        return text
    if wanted:
        return f"{text} --per-household".strip()
    return shlex.join(word for word in shlex.split(text) if word != "--per-household")


def _read(text: str) -> _Read:
    try:
        words = iter(shlex.split(text))
    except ValueError:
        raise WishWordsFault("A quotation mark in the options is not closed.", "Close it.") from None
    read = _Read()
    for word in words:
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name == "--per-household":
            read.per_household = True
        elif name == "--their-time":
            read.their_time = True
        elif name in ("--map", "--button"):
            key, between, what = (value if equals else next(words, "")).partition("=")
            if not key or not between:
                raise WishWordsFault(f"{name} needs a pair.", "Write it like --map 1=name or --button 0=yes.")
            (read.mapping if name == "--map" else read.buttons)[key] = what
        elif name in WITH_VALUE:
            value = value if equals else next(words, "")
            if not value:
                raise WishWordsFault(f"{name} needs a value.", f"Known options: {KNOWN}.")
            read.values[WITH_VALUE[name]] = value
        else:
            raise WishWordsFault(f"“{word}” is no option of a message.", f"Known options: {KNOWN}.")
    return read
