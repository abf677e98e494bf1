"""Strict JSON: what a signed body must be before anything looks into it. Pure."""

import json
import math
from typing import Any, NoReturn

import msgspec


class NotUnderstood(ValueError):
    """A body that is not the JSON we accept; the message says why, in words of ours."""


def parsed(body: bytes) -> Any:
    """The document that `body` holds. Raises `NotUnderstood`.

    `json.loads` alone would take UTF-16, a byte order mark, NaN, infinite numbers and the last of two
    equal keys, and ends in other errors for very deep nesting or very long numbers. What msgspec reads without
    doubt is the same, at a quarter of the cost.
    """
    try:
        document = _decode(body)
        # What is named twice is in the document once, and so are its quotation marks when that is written again.
        if _marks(body) == _marks(_encode(document)):
            return document
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return _parsed_with_reasons(body)


def _marks(text: bytes) -> int:
    """How many quotation marks open or close a text of some JSON. Raises ValueError where that cannot be told by
    counting."""
    marks = text.count(b'"')
    if b"\\" not in text:
        return marks
    if b"\\\\" in text:
        raise ValueError
    return marks - text.count(b'\\"')


def _parsed_with_reasons(body: bytes) -> Any:
    if not body or body.isspace():
        raise NotUnderstood("the body is empty")
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except NotUnderstood:
        raise
    except UnicodeDecodeError:
        raise NotUnderstood("the body is not UTF-8") from None
    except RecursionError:
        raise NotUnderstood("the body is nested too deeply") from None
    except ValueError:
        raise NotUnderstood("the body is not JSON") from None


_decode, _encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode


def _no_constant(_: str) -> NoReturn:
    raise NotUnderstood("the body holds a number that is none (NaN or Infinity)")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotUnderstood("the body holds a number without bounds")
    return number


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise NotUnderstood("the body names a key twice")
    return document


# Made once: `json.loads` would make one for every body, which costs as much as the body does.
_DECODER = json.JSONDecoder(
    parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_without_repeats
)
