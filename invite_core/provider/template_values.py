"""What is filled into a template, made fit for Meta. Pure."""

import re
from urllib.parse import quote

UNFIT_FOR_LINKS = ' "%<>\\^`{|}'
"""Signs of ASCII that stand in no link as they are (RFC 3986); so does nothing beyond ASCII."""

_FIT_FOR_LINKS = "-._~:/?#[]@!$&'()*+,;=%"

_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def repaired(value: str) -> str:
    """`value` without what Meta refuses: line breaks, tabs, more than four spaces in a row (132018)."""
    if value.isprintable() and "     " not in value:
        return value.strip()
    return re.sub(r" {5,}", "    ", re.sub(r"[\r\n\t\v\f\x85\u2028\u2029]+", " ", value)).strip()


def link_ending(value: str) -> str:
    """`value` as it stands at the end of a link: a space as `%20`, an é as `%C3%A9`; what is written so
    already stays as it is."""
    return quote(_LONE_PERCENT.sub("%25", repaired(value)), safe=_FIT_FOR_LINKS, errors="replace")


def link_length(value: str) -> int:
    """The most characters that `value` takes at the end of a link: its own where all may stand there as they are,
    else three for each of its bytes, which is what such a byte takes."""
    value = repaired(value)
    if value.isascii() and not set(UNFIT_FOR_LINKS) & set(value):
        return len(value)
    return 3 * len(value.encode(errors="replace"))
