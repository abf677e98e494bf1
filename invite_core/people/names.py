"""Names: how they are kept, and when two of them are the same."""

import re
import unicodedata

_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, marks that turn the direction of text, and what has no width. The joiners
U+200C and U+200D stay: Persian words and families of emoji need them."""


def shown(text: str) -> str:
    """`text` as it is kept and shown: no control characters, single spaces, nothing around it."""
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    elif "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def name_key(name: str) -> str:
    """What equal names share: NFKC, case-folded, spaces collapsed and stripped."""
    if name.isascii():
        return shown(name).casefold()
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", shown(folded))
