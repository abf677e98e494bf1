"""Headers of columns with phone numbers: whose they are, and which of a person's numbers comes first."""

import re
from dataclasses import dataclass
from enum import IntEnum

from invite_core.people.importing.header_words import headers, table


class Rank(IntEnum):
    """Which of a person's numbers is written to first: the one most likely to have WhatsApp."""

    WHATSAPP = 0
    """Named so."""
    MOBILE = 1
    """A mobile phone."""
    PHONE = 2
    """Nobody said."""
    WORK = 3
    """Of an office, which others may answer."""


@dataclass(frozen=True, slots=True)
class PhoneHeader:
    """What a header of phone numbers says."""

    rank: Rank
    number: str = ""
    """The number in `Phone 2 - Value`, which `Phone 2 - Label` has too; or ''."""


_GOOGLES_VALUE = re.compile(r"phone (\d+) value")
_GOOGLES_LABEL = re.compile(r"phone (\d+) (?:label|type)")


def phone_header(plain: str) -> PhoneHeader | None:
    """What the header `plain` (as `plain_words` gives it) says of phone numbers; None for another one."""
    words = plain.split()
    known = table("phone_words")
    if any(word in known["never"] for word in words):
        return None
    named = headers().get(re.sub(r" ?\d+$", "", plain)) == "phone"
    beside = {*known["number"], *known["beside"], *known["work"]} | _relation_words()
    composed = any(word in known["number"] for word in words) and all(
        word in beside or word.isdecimal() for word in words
    )
    if not named and not composed:
        return None
    found = _GOOGLES_VALUE.fullmatch(plain)
    which = rank(words)
    if which != Rank.WHATSAPP and any(word in _relation_words() for word in words):
        # The numbers of a child's people stand in the order in which the list names them.
        which = Rank.PHONE
    return PhoneHeader(which, found[1] if found else "")


def label_of(plain: str) -> str:
    """The number of the phone column whose kind the column `plain` says (`Phone 2 - Label`), or ''."""
    found = _GOOGLES_LABEL.fullmatch(plain)
    return found[1] if found else ""


def rank(words: list[str]) -> Rank:
    """The rank of a number that is described in these words."""
    known = table("phone_words")
    for group, which in (("whatsapp", Rank.WHATSAPP), ("work", Rank.WORK), ("mobile", Rank.MOBILE)):
        if any(word in known[group] for word in words):
            return which
    return Rank.PHONE


def is_no_phone(words: list[str]) -> bool:
    """Whether a number that is described so is a fax or a pager."""
    return any(word in table("phone_words")["never"] for word in words)


def relation(plain: str) -> str:
    """`mother`, `father` or `guardian` where the header names one of a child's people, else ''."""
    words = [word for word in plain.split() if word not in ("name", "nome", "nombre", "nom", "s", "da", "do")]
    beside = table("phone_words")["beside"]
    for who, names in table("relations").items():
        if any(word in names for word in words) and all(word in (*names, *beside) for word in words):
            return who
    return ""


def _relation_words() -> set[str]:
    return {word for names in table("relations").values() for word in names}
