"""The ways people and programs write a phone number, brought to `+` and digits, or digits alone."""

import re
import unicodedata

_SCHEME = re.compile(r"^(?:tel|whatsapp|phone|p|callto)\s*:\s*(?://)?", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'^=\s*"(.*)"$')
_EXTENSION = re.compile(r"(?:;?\s*ext(?:ension|n)?\.?\s*[:=]?|\s*[x#])\s*\d{1,6}\s*$", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"^(\+(?!39|378)\d{1,3}[\s.\-/]*)\(0\)")
_DAMAGE = re.compile(r"[+-]?\d+(?:[.,]\d+)?e[+-]?\d+|#[A-Z/0!?#]*", re.IGNORECASE)
_WHOLE_AS_FLOAT = re.compile(r"^(\+?\d{7,})[.,]0+$")
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212_~*]+")
_UNSEEN = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f]")


def written_number(text: str) -> str:
    """`text` without what only dresses a number: scheme, quotes, spaces, brackets, an extension.

    Gives digits, with `+` in front where the country code was written (as `+` or `00`); where other
    characters remain, the text is no number, and is given as it is left.
    """
    plain = text.replace(" ", "").replace("-", "")
    if plain.isascii() and plain.removeprefix("+").isdecimal():
        return _with_plus(plain)
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    bare = _QUOTED_FORMULA.sub(r"\1", bare).strip("'\"` ")
    bare = _SCHEME.sub("", bare)
    if _DAMAGE.fullmatch(bare):
        return bare
    bare = _WHOLE_AS_FLOAT.sub(r"\1", bare)
    bare = _EXTENSION.sub("", bare)
    bare = _TRUNK_ZERO.sub(r"\1", bare)
    bare = _PUNCTUATION.sub("", bare)
    digits = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character for character in bare
    )
    return _with_plus(digits)


def is_spreadsheet_damage(written: str) -> bool:
    """Whether a spreadsheet has replaced the digits: `3.51912E+11`, `#####`, `#N/A`."""
    return _DAMAGE.fullmatch(written) is not None


def _with_plus(digits: str) -> str:
    if digits.startswith("00") and len(digits) >= 10:
        return f"+{digits[2:]}"
    return f"+{digits[3:]}" if digits.startswith("+00") else digits
