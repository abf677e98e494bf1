"""Text from outside, made harmless for a terminal: names, replies, Meta's messages.

Control characters could move the cursor, set the clipboard or hide what follows; direction marks
could make one name look like another. They become visible signs. Markup is not this module's
business: text reaches a widget only as `Content` or `rich.text.Text`, which parse none.
"""

import unicodedata

_INVISIBLE = {
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, isolates, deprecated format characters
    *range(0xFFF9, 0xFFFC),  # interlinear annotation
    0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF,
}  # fmt: skip


def inert(text: str) -> str:
    """`text` on one line, with every character that a terminal might obey made visible."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    code = ord(character)
    if character in "\t\n\r":
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0:
        return "␛" if code == 0x1B else "·"
    if code in _INVISIBLE or unicodedata.category(character) == "Cs":
        return "·"
    return character
