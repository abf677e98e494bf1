"""The bytes of a text file as text, in whichever usual encoding a program wrote them."""

import codecs
import unicodedata

from invite_core.people.importing.table import FileFault

_SAVE_AS_UTF8 = "Open it in the program that wrote it and save it again as UTF-8."
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTERLIKE = frozenset("€‚„…‘’“”•–—™©®°ªº¿¡«»·£\xa0")


def decoded(content: bytes) -> str:
    """`content` as text without its byte-order mark: UTF-8, -16 or -32, or Windows' Western encoding.

    Raises `FileFault` for what is no text in any of them, or holds a NUL.
    """
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    encoding = encoding or _unmarked_utf16(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise FileFault(
                f"The file is damaged: it is no {encoding.upper()} text.", _SAVE_AS_UTF8
            ) from None
        text = _western(content, error)
    before, nul, _ = text.partition("\0")
    if nul:
        line = before.count("\n") + 1
        raise FileFault(f"Line {line} holds a NUL character, which no text has.", _SAVE_AS_UTF8)
    return text.removeprefix("\ufeff")


def _unmarked_utf16(content: bytes) -> str | None:
    sample = content[:1000]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > half * 0.6 else None


def _western(content: bytes, error: UnicodeDecodeError) -> str:
    """`content` in Windows' Western encoding, where that makes sense; spreadsheets still write it."""
    line = content.count(b"\n", 0, error.start) + 1
    as_utf8 = content.decode("utf-8", errors="replace")
    broken = as_utf8.count("\ufffd")
    whole = sum(not character.isascii() for character in as_utf8) - broken
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    odd = sum(
        1
        for character in text
        if not character.isascii() and not character.isalpha() and character not in _LETTERLIKE
    )
    foreign = sum(not character.isascii() for character in text)
    controls = any(unicodedata.category(each) == "Cc" and each not in "\t\n\r\f\v" for each in text)
    if whole > broken * 3 or odd > foreign * 0.3 or controls:
        raise FileFault(
            f"The file cannot be decoded: line {line} is not UTF-8, nor does it read as Western text.",
            "Save it again as CSV (UTF-8).",
        )
    return text
