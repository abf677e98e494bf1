"""Rows that are read when they come into view, however many there are, and one of them under a cursor.

Textual's own DataTable measures every cell of every row before it shows one. Here the widths of the
columns are known beforehand, only the pages around the view are kept, and a `Source` has the rest.
"""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from invite_core.errors import InviteError
from invite_tui.tone import Tone
from invite_tui.widgets.record_pages import PAGE, RecordPages
from invite_tui.widgets.record_reading import read_view, rest_after
from invite_tui.widgets.record_style import CLASSES, LOOK, Styles, styles_of
from invite_tui.widgets.records import Cell, Column, Order, Ordered, Record, Source
from invite_tui.widgets.row_drawing import fit, line_of, row, titles


class RecordView(ScrollView, can_focus=True):
    """The part of a `RecordTable` that reads and draws; it knows no key.

    The cursor stays on its record (by key) and at its place on the screen when rows come and go above it.
    Text from anywhere may be in the cells: it is drawn inert and never read as markup.
    """

    @dataclass
    class Highlighted(Message):
        """The cursor is on another record."""

        table: "RecordView"
        key: Hashable

        @property
        def control(self) -> "RecordView":
            """The table, so that `@on` can select it."""
            return self.table

    @dataclass
    class LoadFailed(Message):
        """The source could not be read."""

        fault: InviteError

    DEFAULT_CSS = LOOK
    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row under the cursor, counted from 0."""

    def __init__(
        self,
        *columns: Column,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = columns
        self.empty = empty
        """What is shown where there is no row: why, and which key changes that."""
        self._pages = RecordPages()
        self._source: Source | None = None
        self._asked = False
        self._reading = False
        self._resting = False
        self._wanted: set[int] = set()
        self._told: Hashable = None
        self._styles: Styles
        self._fitted: list[tuple[int, int]] = []

    # ------------------------------------------------------------ what is shown

    @property
    def count(self) -> int:
        """How many rows there are, as far as is known."""
        return self._pages.count or 0

    @property
    def key(self) -> Hashable:
        """The key of the record under the cursor, or None."""
        record = self._pages.record(self.cursor)
        return record.key if record else None

    def record(self, position: int) -> Record | None:
        """The record in that row if its page has been read."""
        return self._pages.record(position)

    def show(
        self, source: Source, *, from_top: bool = False, columns: Sequence[Column] | None = None
    ) -> None:
        """Show another source. The cursor stays on its record if the new source has it too.

        With `columns`, under other columns; then too it begins at the top.
        """
        if columns is not None and tuple(columns) != self.columns:
            self.columns, from_top = tuple(columns), True
        self._source = source
        if from_top:
            self._begin_at_top()
        self._resting = False
        self.reload()

    @property
    def order(self) -> Order | None:
        """The order in which the records stand; None where it is no column's."""
        return self._source.order if isinstance(self._source, Ordered) else None

    def _begin_at_top(self) -> None:
        self._pages = RecordPages()
        self._wanted.clear()
        self.cursor = 0
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def reload(self) -> None:
        """Read again what is in view. Asked during a reading, it reads once more afterwards."""
        self._asked = True
        self._read_on()

    def _read_on(self) -> None:
        if self.is_mounted and not self._reading and (self._wanted or not self._resting):
            self._reading = True
            self._read()

    @work(group="read")
    async def _read(self) -> None:
        try:
            while self._wanted or (self._asked and not self._resting):
                if self._asked and not self._resting:
                    self._asked = False
                    await self._read_view()
                else:
                    await self._read_page(self._wanted.pop())
        except InviteError as fault:
            self._asked = False
            self._wanted.clear()
            self.post_message(self.LoadFailed(fault))
        finally:
            self._reading = False

    async def _read_view(self) -> None:
        source, began = self._source, asyncio.get_running_loop().time()
        if source is None:
            return
        top, rows, cursor = self.scroll_offset.y, max(1, self.size.height), self.cursor
        view = await read_view(source, key=self.key, cursor=cursor, top=top, rows=rows)
        if source is not self._source or self.cursor != cursor:  # a key pressed meanwhile counts
            self._asked = True
            return
        self._pages = view.pages
        self.virtual_size = Size(self.size.width, self.count + 1)
        self.set_reactive(RecordView.cursor, view.cursor)
        if view.top != top:
            self.scroll_to(y=view.top, animate=False)
        self._tell()
        self.refresh()
        if rest := rest_after(asyncio.get_running_loop().time() - began):
            self._resting = True
            self.set_timer(rest, self._rested)

    def _rested(self) -> None:
        self._resting = False
        if self._asked:
            self._read_on()

    async def _read_page(self, number: int) -> None:
        source, pages = self._source, self._pages
        if source is not None and not pages.has(number):
            pages.keep(number, await source.page(number * PAGE, PAGE))
        self._tell()
        self.refresh()

    # ------------------------------------------------------------ drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """What one paint needs is worked out once for all its lines."""
        self._styles = styles_of(self)
        self._fitted = fit(self.columns, self.size.width)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the widget: the header stays on top, the rows scroll under it."""
        styles = self._styles
        if y == 0:
            return self._strip(self._row(titles(self.columns, self.order), styles.header), styles.header)
        if not self._pages.count:
            text = "Reading…" if self._pages.count is None else self.empty
            said = Segment(line_of(text, self.size.width, y - 1), styles.tones[Tone.MUTED])
            return self._strip([said], styles.base)
        position = y - 1 + self.scroll_offset.y
        if position >= self._pages.count:
            return Strip.blank(self.size.width, styles.base)
        record = self._pages.record(position)
        if record is None:
            self._wanted.add(position // PAGE)
            self.call_later(self._read_on)
            return self._strip([Segment(" …", styles.tones[Tone.MUTED])], styles.base)
        if position == self.cursor:
            return self._strip(self._row(record.cells, styles.cursor), styles.cursor)
        return self._strip(self._row(record.cells), styles.base)

    def _row(self, cells: Sequence[Cell], style: Style | None = None) -> list[Segment]:
        tones = self._styles.tones
        return row(cells, self.columns, self._fitted, tones.__getitem__ if style is None else lambda _: style)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, style)

    # ------------------------------------------------------------ the cursor

    def validate_cursor(self, cursor: int) -> int:
        """The nearest row there is."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the row under the cursor in view; only the two rows that look otherwise are drawn."""
        rows, top = max(1, self.size.height - 1), self.scroll_offset.y
        if now < top:
            self.scroll_to(y=now, animate=False)
        elif now >= top + rows:
            self.scroll_to(y=now - rows + 1, animate=False)
        self.refresh_line(before + 1)
        self.refresh_line(now + 1)
        self._tell()

    def _tell(self) -> None:
        if self.key is not None and self.key != self._told:
            self._told = self.key
            self.post_message(self.Highlighted(self, self.key))

    def on_mount(self) -> None:
        """Read what was given before there was a place to show it."""
        if self._source is not None:
            self.reload()

    def on_resize(self) -> None:
        """The columns share another width."""
        self.virtual_size = Size(self.size.width, self.count + 1)
