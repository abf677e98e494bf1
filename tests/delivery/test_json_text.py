"""Strict JSON: the quick way and the careful way come to the same, whatever comes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invite_core.delivery.json_text import NotUnderstood, parsed

TEXTS = st.text(st.sampled_from('ab"\\é€\ud83d\ude00\0 :{}[],/') | st.characters(codec="utf-8"), max_size=6)
KEYS = st.sampled_from(["", "a", "b", "a\\", '"', 'a":', "é"]) | TEXTS
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def sources(draw: st.DrawFn, depth: int = 3) -> str:
    """The source of a JSON value, spaced and escaped in any way, which may name a key twice."""
    kind = draw(st.sampled_from(["text", "number", "word", *(["list", "object"] if depth else [])]))
    space = draw(st.sampled_from(["", " ", "\n"]))
    if kind == "text":
        return space + a_text(draw, draw(TEXTS))
    if kind == "number":
        return space + json.dumps(draw(NUMBERS))
    if kind == "word":
        return space + draw(st.sampled_from(["true", "false", "null"]))
    inside = [draw(sources(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    if kind == "list":
        return f"{space}[{','.join(inside)}{space}]"
    members = [f"{space}{a_text(draw, draw(KEYS))}{space}:{value}" for value in inside]
    return f"{{{','.join(members)}{space}}}"


def a_text(draw: st.DrawFn, text: str) -> str:
    """A text as some writer of JSON escapes it: Meta writes `\\/` and `\\u00e9`."""
    ways = [draw(st.sampled_from(["plain", "ascii", "code"])) for _ in text]
    return '"' + "".join(map(_written, text, ways)) + '"'


def _written(character: str, way: str) -> str:
    if way == "code" and ord(character) < 0x10000:
        return f"\\u{ord(character):04x}"
    if way == "ascii" and character == "/":
        return "\\/"
    return json.dumps(character, ensure_ascii=way != "plain")[1:-1]


def carefully(source: str) -> Any:
    """What Python's own parser makes of it. Raises ValueError where a key is named twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    return json.loads(source, object_pairs_hook=once)


@given(sources())
def test_whatever_its_spelling_a_document_is_what_pythons_own_parser_reads(source: str) -> None:
    try:
        expected = carefully(source)
    except ValueError:
        with pytest.raises(NotUnderstood, match="names a key twice"):
            parsed(source.encode())
    else:
        found = parsed(source.encode())
        assert found == expected
        assert repr(found) == repr(expected)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 1}',
        b'{"a" : "\\"", "a" : "\\""}',
        b'{"a\\\\": 1, "a\\\\": 1, "b": "\\\\"}',
        b'[{"a": {"b": 1, "b": 2}}]',
    ],
)
def test_key_that_is_named_twice_is_seen_in_any_spelling(body: bytes) -> None:
    with pytest.raises(NotUnderstood, match="names a key twice"):
        parsed(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b'{"a": NaN}', "is none"),
        (b'{"a": 1e999}', "without bounds"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b"[1,]", "is not JSON"),
        (b"[01]", "is not JSON"),
        (b"[" * 100_000, "too deeply"),
        (b"[" + b"1" * 5_000 + b"]", "is not JSON"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_its_reason(body: bytes, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why):
        parsed(body)


def test_half_a_surrogate_pair_is_left_to_those_who_read_the_text() -> None:
    assert parsed(b'["\\ud800"]') == ["\ud800"]
