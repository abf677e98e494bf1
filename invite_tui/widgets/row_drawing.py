"""How a row of cells becomes one line of the terminal. Pure; the only place where a table's text is drawn."""

import textwrap
from collections.abc import Callable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from invite_tui.inert_text import inert
from invite_tui.tone import Tone
from invite_tui.widgets.records import Cell, Column, Order

GAP = 2
"""Cells between two columns."""

MARGIN = 1
"""Cells before the first column and after the last."""


def fit(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Which columns fit into `width` cells, as pairs of index and width; what is left goes to those that grow."""
    kept = list(range(len(columns)))
    room = width - 2 * MARGIN

    def needed() -> int:
        return sum(columns[n].width for n in kept) + GAP * max(0, len(kept) - 1)

    while needed() > room and any(columns[n].drop for n in kept):
        kept.remove(max(kept, key=lambda n: columns[n].drop))
    growing = [n for n in kept if columns[n].grows]
    spare = max(0, room - needed())
    widths = {n: columns[n].width for n in kept}
    for turn, n in enumerate(growing):
        share = spare // (len(growing) - turn)
        widths[n] += share
        spare -= share
    return [(n, widths[n]) for n in kept]


def titles(columns: Sequence[Column], order: Order | None) -> list[Cell]:
    """The cells above the columns; an arrow marks the one that orders."""

    def title(column: Column) -> str:
        if order is None or not column.order or column.order != order.by:
            return column.title
        return f"{column.title} {'▼' if order.descending else '▲'}"

    return [Cell(title(column)) for column in columns]


def column_at(fitted: Sequence[tuple[int, int]], x: int) -> int | None:
    """The index of the column at that cell of a row, None beside them."""
    begin = MARGIN
    for n, width in fitted:
        if begin <= x < begin + width + GAP:
            return n
        begin += width + GAP
    return None


def row(
    cells: Sequence[Cell],
    columns: Sequence[Column],
    fitted: Sequence[tuple[int, int]],
    style_of: Callable[[Tone], Style],
) -> list[Segment]:
    """The segments of one row, every text inert, cut to its column's width."""
    plain = style_of(Tone.PLAIN)
    segments = [Segment(" " * MARGIN, plain)]
    for place, (n, width) in enumerate(fitted):
        if place:
            segments.append(Segment(" " * GAP, plain))
        cell = cells[n]
        segments.append(Segment(_cut(inert(cell.text), width, right=columns[n].right), style_of(cell.tone)))
    return segments


def line_of(text: str, width: int, line: int) -> str:
    """One line of a text of the program's own that takes the place of the rows; '' below its end."""
    lines = textwrap.wrap(text, max(10, width - 2 * MARGIN))
    return " " * MARGIN + lines[line] if line < len(lines) else ""


def _cut(text: str, width: int, *, right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    padding = " " * (width - length)
    return padding + text if right else text + padding
