"""A list as every kind of file takes it, and its cells as text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""Control characters and marks that turn the direction of text; line breaks stay."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is to be written."""

    title: str
    """What it is, for a page or a sheet."""
    columns: Sequence[str]
    """The keys of each row that are written, in this order; they are the heads too."""
    rows: Iterable[Mapping[str, object]]
    """The rows; read once."""
    note: str = ""
    """A line below the title of a page."""
    to_tick: str = ""
    """The column that is left empty for a pen, with a box to tick."""


def as_text(value: object) -> str:
    """A cell in words: yes and no for a flag, nothing for None, the items of a list with commas between
    them; without characters that cannot be seen. Pure."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(each) for each in value)
    return _UNSEEN.sub("", str(value))
