"""The little Markdown that the pages of reference need."""

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`[^`]*`)")
_MEANS_SOMETHING = re.compile(r"(\*|\\|(?<!\w)_|_(?!\w))")


def page(title: str, source: str, *parts: str) -> str:
    """A whole page, with a note for whoever would change it here; `source` is where it comes from."""
    note = f"<!-- Written by `make reference` from {source}. Change it there. -->"
    return "\n\n".join([f"# {title}", note, *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: str) -> str:
    """`text` as it is typed."""
    return f"`{text}`"


def words(text: str) -> str:
    """A sentence of the program's as Markdown that shows exactly it; what stands between backticks stays code."""
    pieces = _CODE.split(text)
    return "".join(piece if _CODE.fullmatch(piece) else _plain(piece) for piece in pieces)


def _plain(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
