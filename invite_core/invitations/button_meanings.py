"""What each quick-reply button means. The meaning travels in the payload that we send, never in the label."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from invite_core.errors import InviteError

_PLACES = re.compile(r"yes:([1-9][0-9]?)")


class Meaning(StrEnum):
    """What a tap says. `yes:N` (yes, with N places) is written as text beside these."""

    YES = "yes"
    """Comes."""
    NO = "no"
    """Does not come."""
    MAYBE = "maybe"
    """Does not know yet."""
    STOP = "stop"
    """Wants no more messages: Do-Not-Message."""
    NONE = "none"
    """No answer to the invitation (a link to the programme, say)."""


class MeaningFault(InviteError):
    """A `--button` gives a meaning that does not exist, or a button has none."""


def checked_meaning(text: str) -> str:
    """`text` if it is a meaning (`yes, no, maybe, stop, none` or `yes:N`). Raises `MeaningFault`."""
    if text in list(Meaning) or _PLACES.fullmatch(text):
        return text
    raise MeaningFault(f"“{text}” is no meaning of a button.", "Use yes, yes:N, no, maybe, stop or none.")


def places_of(meaning: str) -> int | None:
    """The places that a `yes:N` asks for, or None."""
    found = _PLACES.fullmatch(meaning)
    return int(found.group(1)) if found else None


def proposed_meaning(label: str) -> str | None:
    """The meaning that a button's label proposes, or None where the word list knows none."""
    words = _words()
    plain = _plain(label)
    return words.get(plain) or words.get(plain.split(" ")[0])


def proposed_meanings(labels: Mapping[int, str]) -> dict[str, str]:
    """The proposals for a template's quick-reply buttons, by index written as text (JSON keys)."""
    proposals = {str(index): proposed_meaning(label) for index, label in labels.items()}
    return {index: meaning for index, meaning in proposals.items() if meaning}


def payload(meaning: str, attempt: str) -> str:
    """What we give a button to send back: `rsvp:<meaning>:<attempt id>`."""
    return f"rsvp:{meaning}:{attempt}"


def read_payload(text: str) -> tuple[str, str] | None:
    """Meaning and attempt id of a payload that we made, or None for any other text."""
    found = re.fullmatch(r"rsvp:(yes:[1-9][0-9]?|yes|no|maybe|stop|none):([0-9a-f]{32})", text)
    return (found.group(1), found.group(2)) if found else None


@cache
def _words() -> dict[str, str]:
    table = tomllib.loads(files(__package__).joinpath("button_words.toml").read_text("utf-8"))
    return {_plain(word): meaning for meaning, words in table.items() for word in words}


def _plain(label: str) -> str:
    folded = unicodedata.normalize("NFKC", label).casefold()
    kept = "".join(c if c.isalnum() or c in " -'’" else " " for c in folded)
    return " ".join(kept.replace("’", "'").split())
