"""Whether a text asks for no more messages, or says that the number is somebody else's.

Pure; the words are in `stop_words.toml` and `wrong_person.toml`.
"""

import tomllib
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files


class StopSign(StrEnum):
    """What a text says about further messages."""

    STOP = "stop"
    """The whole text is a stop word: the person is blocked."""
    WRONG_PERSON = "wrong_person"
    """The whole text says that the number is somebody else's: the number is blocked."""
    POSSIBLE = "possible"
    """It contains one: nobody writes to the person before somebody has looked."""
    NONE = "none"
    """It contains none."""


def stop_sign(text: str) -> StopSign:
    """What `text` says: compared after NFKC and case folding, without accents, punctuation and emoji.

    Punctuation counts both as a space and as nothing, so that `S.T.O.P.` and `stop/parar` are seen.
    """
    spaced, joined = _words_of(text)
    if not _forms("stop_words.toml").isdisjoint({spaced, joined}):
        return StopSign.STOP
    if not _forms("wrong_person.toml").isdisjoint({spaced, joined}):
        return StopSign.WRONG_PERSON
    padded = (f" {spaced} ", f" {joined} ")
    phrases = _forms("stop_words.toml") | _forms("wrong_person.toml")
    if any(f" {words} " in each for words in phrases for each in padded):
        return StopSign.POSSIBLE
    return StopSign.NONE


def _words_of(text: str) -> tuple[str, str]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    spaced, joined = [], []
    for character in folded:
        category = unicodedata.category(character)
        if category[0] in "LN":
            spaced.append(character)
            joined.append(character)
        elif category[0] == "Z" or character in "\t\n\r\v\f":
            spaced.append(" ")
            joined.append(" ")
        elif category[0] not in "MC":
            spaced.append(" ")
    return " ".join("".join(spaced).split()), " ".join("".join(joined).split())


@cache
def _forms(name: str) -> frozenset[str]:
    table = tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))
    return frozenset(form for words in table.values() for word in words for form in _words_of(word))
