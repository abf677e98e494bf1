"""How the view of a table is read again: the cursor stays on its record, and at its place on the screen."""

from collections.abc import Hashable
from typing import NamedTuple

from invite_tui.widgets.record_pages import PAGE, RecordPages
from invite_tui.widgets.records import Source

SLOW_S = 0.2
"""A reading that takes longer is not repeated at once."""

REST = 4
"""For so many times its length a table rests after a slow reading, whatever changes meanwhile."""


class View(NamedTuple):
    """What a table shows from now on."""

    pages: RecordPages
    """The pages in view, and that of the cursor."""
    cursor: int
    """The row under the cursor."""
    top: int
    """The first row in view."""


async def read_view(source: Source, *, key: Hashable, cursor: int, top: int, rows: int) -> View:
    """Read the `rows` from `top` on, and the cursor's, wherever the record with `key` stands now.

    Without that record the cursor keeps its row, as far as there is one. Raises what the source raises.
    """
    count = await source.count()
    found = await source.position(key) if key is not None else None
    now = max(0, min(cursor if found is None else found, count - 1))
    if found is not None and now != cursor:
        top = max(0, min(top + now - cursor, count - 1))
    view = range(max(0, min(top, count - 1)), min(count, top + rows))
    pages = RecordPages(count)
    for number in sorted({n // PAGE for n in (*view[:1], *view[-1:], *([now] if count else []))}):
        pages.keep(number, await source.page(number * PAGE, PAGE))
    return View(pages, now, top)


def rest_after(took: float) -> float:
    """How long a table is not read again by itself after a reading that took so many seconds."""
    return REST * took if took > SLOW_S else 0.0
