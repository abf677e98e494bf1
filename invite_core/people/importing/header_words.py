"""The words of headers and of yes-or-no cells, in the languages that lists are written in."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from invite_core.people.names import name_key

_TABLES = ("words", "phone_words", "relations")


def plain_words(text: str) -> str:
    """`text` case-folded, without accents, with punctuation and underscores as single spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", _letters(text)).split())


@lru_cache(maxsize=1024)
def truth(text: str) -> bool | None:
    """What a yes-or-no cell says, in several languages; None where it is neither."""
    word = _letters(text).rstrip(".! ")
    words = table("words")
    return True if word in words["yes"] else False if word in words["no"] else None


@cache
def headers() -> dict[str, str]:
    """The field of each known header, in plain words."""
    fields = ((field, known) for field, known in _all().items() if field not in _TABLES)
    return {header: field for field, known in fields for header in known}


@cache
def table(name: str) -> dict[str, list[str]]:
    """A table of words by what they mean: `words`, `phone_words`, `relations`."""
    found: dict[str, list[str]] = _all()[name]
    return found


def _letters(text: str) -> str:
    parts = unicodedata.normalize("NFKD", name_key(text))
    return "".join(each for each in parts if not unicodedata.combining(each))


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
