"""Single values of a webhook, checked by type, length and alphabet before anything is made of them. Pure.

Python is more generous than the file and than Meta: `int()` takes Arabic digits and underscores, a
text may hold half a surrogate pair, which no database binds, and a number may have thousands of digits.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from invite_core.instants import from_unix

_PHONE = re.compile(r"(?=.{1,40}$) ?\+?[0-9][0-9 ().-]*")
_DIGITS = re.compile(r"[0-9]{1,12}")
_FIRST_SECOND = 1_230_768_000
_LAST_SECOND = 4_102_444_800


class Oddity(ValueError):
    """An item that cannot be understood; the message says why, in words of ours."""


def identifier(value: object, *, longest: int = 512) -> str | None:
    """`value` if it is printable ASCII without spaces and not too long, else None."""
    if isinstance(value, str) and 0 < len(value) <= longest and value.isascii() and value.isprintable():
        return None if " " in value else value
    return None


def user_id_in(value: object) -> str | None:
    """`value` if it can be a person's id (`GB.1349…`) and is no number, else None."""
    found = identifier(value, longest=136)  # two letters, a point, perhaps `ENT.`, and up to 128 more
    return found if found and any(map(str.isalpha, found)) else None


def wa_id_in(value: object) -> str | None:
    """The digits of `value` if it can be a person's number, else None.

    WhatsApp spells numbers as digits alone; a `+`, spaces, and a number that is no text are taken all the
    same, because what the person asks for counts more than how the number is written.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**20:
        return str(value)
    if not isinstance(value, str) or not _PHONE.fullmatch(value):
        return None
    digits = re.sub(r"[^0-9]", "", value)
    return digits if len(digits) <= 20 else None


def required_identifier(item: Mapping[str, Any], name: str) -> str:
    """The identifier `item[name]`. Raises `Oddity` if there is none."""
    found = identifier(item.get(name))
    if found is None:
        raise Oddity(f"no usable {name}")
    return found


def moment(value: object) -> str:
    """The stored form of a Unix timestamp: digits in a text, or an integer. Raises `Oddity`.

    Accepted are the moments from 2009, when WhatsApp began, to the end of the century.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        seconds = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    else:
        raise Oddity("no usable timestamp")
    if not _FIRST_SECOND <= seconds < _LAST_SECOND:
        raise Oddity("a timestamp that cannot be")
    return _stored_second(seconds)


# Updates that come together are mostly of the same few seconds.
_stored_second = lru_cache(maxsize=1024)(from_unix)


def usable_moment(item: Mapping[str, Any], name: str = "timestamp") -> str | None:
    """The moment `item[name]` in stored form, or None where that is no usable one."""
    try:
        return moment(item.get(name))
    except Oddity:
        return None


def small_integer(value: object) -> int | None:
    """`value` as an integer of at most nine digits, written as a number or as a text, else None."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    return None


def text(value: object, *, longest: int) -> str:
    """`value` as a text that the file can hold, cut at `longest` characters; '' for anything else.

    Half surrogate pairs and NUL become U+FFFD; everything else stays as it was written.
    """
    if not isinstance(value, str):
        return ""
    kept = value[:longest].replace("\0", "\ufffd")
    return kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def code_word(value: Mapping[str, Any], name: str) -> str:
    """A word of Meta's own, in capitals. Raises `Oddity` where there is none."""
    found = identifier(value.get(name), longest=64)
    if found is None:
        raise Oddity(f"no usable {name}")
    return found.upper()


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def written(what: object) -> bytes:
    """A parsed value as JSON again, always the same for the same value."""
    # The parser's own bound on depth is not exactly the writer's.
    try:
        return json.dumps(what, sort_keys=True).encode()
    except RecursionError:
        return b"nested too deeply to be written"


def fingerprint(what: object) -> str:
    """The SHA-256 of a parsed value, by which one without a usable id is known again."""
    return hashlib.sha256(written(what)).hexdigest()
