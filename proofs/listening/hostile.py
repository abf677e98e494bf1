"""Hostile bodies from a seed: what Meta may send, what nobody should, and what a program trips over."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

_PAYLOADS = Path(__file__).parents[2] / "tests" / "delivery" / "payloads"

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, -0.0, 2**31, 2**63, -(2**63) - 1, 10**40, 1e300, "", " ", "0", "-1", "1e9",
    [], {}, [[]], [None], [{}], {"": None}, "\ud800", "\udfff\ud800", "\0", "a\0b", "\x1b[2J", "\u202eabc",
    "٣٤٥٦", "²", "１７７", "1_000", " 1772366401\n", "+447700900000", "wamid.", "sent", "stop", "STOP", "\U0001f6d1",
    "x" * 600, "9" * 5000, "é" * 300, "../../etc/passwd", "'; DROP TABLE replies; --", "<script>", "%s%n", "{0}",
    "0" * 32, "f" * 32, "rsvp:yes:2:" + "0" * 32, "rsvp:yes:99999999999999999999:" + "0" * 32, "rsvp:stop:",
    "1772366401", 1772366401, 1772366401.5, 99999999999, "253402300800", -1772366401,
)  # fmt: skip
"""Values that take the place of others."""

_WORDS = ("sent", "delivered", "read", "failed", "played", "deleted", "SENT", "warning", "", "sent\0")

_RAW = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5000, b"-" + b"1" * 30, b'"\\ud800"', b'"\\u0000"',
    b'"\\udc00\\ud800"', b"01", b"+1", b"0x10", b".5", b"tru", b"'a'", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80",
    b"[" * 300 + b"]" * 300, b'{"a":' * 200 + b"1" + b"}" * 200, b"[" * 100_000, b'{"a":1,"a":2}', b'"\x00"', b"{}",
    b"/* */ 1", b"1,", b'"\\x41"', b"\xef\xbb\xbf1", b"[1,]", "\u0663\u0664".encode(),
)  # fmt: skip
"""Texts that take the place of a value in the JSON itself."""


class Hostile:
    """Bodies without end. `names` maps what the recorded payloads name to what the file knows."""

    def __init__(self, seed: int, names: dict[str, str]) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable
        texts = [path.read_text("utf-8") for path in sorted(_PAYLOADS.glob("*.json"))]
        for old, new in names.items():
            texts = [text.replace(old, new) for text in texts]
        self._texts = [json.dumps(json.loads(text)) for text in texts]
        kinds: dict[Callable[[], bytes], float] = {
            self._other_values: 45, self._other_bytes: 15, self._as_it_is: 8, self._new_facts: 15,
            self._raw_value: 12, self._cut: 3, self._other_encoding: 1, self._noise: 0.98, self._many: 0.02,
        }  # fmt: skip
        self._kinds, self._weights = list(kinds), list(kinds.values())

    def bodies(self, n: int) -> Iterator[bytes]:
        """The next `n` bodies."""
        for make in self._chance.choices(self._kinds, self._weights, k=n):
            yield make()

    def _document(self) -> Any:
        return json.loads(self._chance.choice(self._texts))

    def _as_it_is(self) -> bytes:
        return self._chance.choice(self._texts).encode()

    def _other_values(self) -> bytes:
        """One to three values, anywhere, are others, gone, doubled, or somebody else's."""
        document = self._document()
        for _ in range(self._chance.randint(1, 3)):
            holder, key = self._chance.choice(list(_places(document)))
            match self._chance.randrange(5):
                case 0:
                    del holder[key]
                case 1 if isinstance(holder, list):
                    holder *= 2
                case 2:
                    other = self._document()
                    holder[key] = self._chance.choice([each[at] for each, at in _places(other)])
                case _:
                    holder[key] = deepcopy(self._chance.choice(_ODD))
            if not isinstance(document, dict) or not document:
                break
        return json.dumps(document).encode()

    def _new_facts(self) -> bytes:
        """Statuses that may be true: other words, moments and codes, one or several."""
        document = json.loads(self._texts[self._chance.randrange(len(self._texts))])
        for holder, key in list(_places(document)):
            if key == "status":
                holder[key] = self._chance.choice(_WORDS)
            elif key == "timestamp":
                holder[key] = str(1_803_000_000 + self._chance.randrange(2_000_000))
            elif key == "code":
                holder[key] = self._chance.choice(
                    (131026, 131049, 131050, 130472, 999999, "131026", -5, 2**70)
                )
            elif key == "id" and self._chance.random() < 0.1:
                holder[key] = f"wamid.{self._chance.getrandbits(40):x}"
        return json.dumps(document).encode()

    def _raw_value(self) -> bytes:
        """A text that is no JSON, or no JSON for us, in the place of a value."""
        document = self._document()
        holder, key = self._chance.choice(list(_places(document)))
        holder[key] = "@@@"
        return json.dumps(document).encode().replace(b'"@@@"', self._chance.choice(_RAW))

    def _other_bytes(self) -> bytes:
        """Bytes are flipped, taken out or put in."""
        raw = bytearray(self._as_it_is())
        for _ in range(self._chance.randint(1, 4)):
            at = self._chance.randrange(len(raw))
            match self._chance.randrange(3):
                case 0:
                    raw[at] ^= 1 << self._chance.randrange(8)
                case 1:
                    del raw[at : at + self._chance.randint(1, 20)]
                case _:
                    raw[at:at] = self._chance.randbytes(self._chance.randint(1, 4))
            if not raw:
                break
        return bytes(raw)

    def _cut(self) -> bytes:
        raw = self._as_it_is()
        return raw[: self._chance.randrange(len(raw))]

    def _other_encoding(self) -> bytes:
        encoding = self._chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig"))
        return self._as_it_is().decode().encode(encoding)

    def _noise(self) -> bytes:
        return self._chance.randbytes(self._chance.randrange(600))

    def _many(self) -> bytes:
        """Thousands of items in one body, good, odd and foreign ones."""
        document = self._document()
        changes = document["entry"][0]["changes"]
        for change in changes:
            value = change.get("value")
            for name in ("statuses", "messages", "errors"):
                if isinstance(value, dict) and isinstance(value.get(name), list):
                    few = deepcopy([*value[name], *self._chance.sample(_ODD, 3)])
                    value[name] = few * (self._chance.randrange(200, 4000) // len(few))
        return json.dumps(document).encode()


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value in a document: what holds it, and its key or index."""
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
