"""Rows that are read when they come into view, however many there are, and one of them under a cursor.

Textual's own DataTable measures every cell of every row before it shows one. Here the widths of the
columns are known beforehand, only the pages around the view are kept, and a `Source` has the rest.
"""

import textwrap
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from invite_core.errors import InviteError
from invite_tui.tone import Tone
from invite_tui.widgets.record_pages import PAGE, RecordPages
from invite_tui.widgets.records import Cell, Column, Record, Source
from invite_tui.widgets.row_drawing import fit, row


class RecordView(ScrollView, can_focus=True):
    """The part of a `RecordTable` that reads and draws; it knows no key.

    The cursor stays on its record (by key) and at its place on the screen when rows come and go above
    it. Text from anywhere may be in the cells: it is drawn inert and never read as markup.
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

    DEFAULT_CSS = """
    RecordView {
        width: 1fr;
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .record-table--header { color: $text-muted; text-style: bold; }
        & > .record-table--cursor { background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground; text-style: bold; }
        &:focus > .record-table--cursor { background: $block-cursor-background;
            color: $block-cursor-foreground; text-style: bold; }
        & > .record-table--plain { color: $text; }
        & > .record-table--muted { color: $text-muted; }
        & > .record-table--strong { color: $text; text-style: bold; }
        & > .record-table--accent { color: $text-accent; text-style: bold; }
        & > .record-table--good { color: $text-success; }
        & > .record-table--warning { color: $text-warning; }
        & > .record-table--bad { color: $text-error; }
        &:ansi > .record-table--cursor { text-style: reverse; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header",
        "record-table--cursor",
        *(f"record-table--{tone.name.lower()}" for tone in Tone),
    }

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
        self._wanted: set[int] = set()
        self._told: Hashable = None

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
        self._source = source
        if columns is not None and tuple(columns) != self.columns:
            self.columns, from_top = tuple(columns), True
        if from_top:
            self._pages = RecordPages()
            self.cursor = 0
            self.scroll_to(y=0, animate=False)
        self.reload()

    def reload(self) -> None:
        """Read again what is in view. Asked during a reading, it reads once more afterwards."""
        self._asked = True
        self._read_on()

    def _read_on(self) -> None:
        if self.is_mounted and not self._reading:
            self._reading = True
            self._read()

    @work(group="read")
    async def _read(self) -> None:
        try:
            while self._asked or self._wanted:
                if self._asked:
                    self._asked = False
                    await self._read_view()
                else:
                    await self._read_pages({self._wanted.pop()})
        except InviteError as fault:
            self._asked = False
            self._wanted.clear()
            self.post_message(self.LoadFailed(fault))
        finally:
            self._reading = False

    async def _read_view(self) -> None:
        source, key = self._source, self.key
        if source is None:
            return
        count = await source.count()
        found = await source.position(key) if key is not None else None
        cursor = max(0, min(self.cursor if found is None else found, count - 1))
        shift = cursor - self.cursor if found is not None else 0
        top = max(0, min(self.scroll_offset.y + shift, count - 1))
        view = range(top, min(count, top + max(1, self.size.height)))
        numbers = {n // PAGE for n in (*view[:1], *view[-1:], *([cursor] if count else []))}
        fresh = RecordPages(count)
        for number in sorted(numbers):
            fresh.keep(number, await source.page(number * PAGE, PAGE))
        if source is not self._source:
            return
        self._pages = fresh
        self.virtual_size = Size(self.size.width, count + 1)
        self.set_reactive(RecordView.cursor, cursor)
        if shift:
            self.scroll_to(y=top, animate=False)
        self._tell()
        self.refresh()

    async def _read_pages(self, numbers: set[int]) -> None:
        source, pages = self._source, self._pages
        for number in numbers:
            if source is not None and not pages.has(number):
                pages.keep(number, await source.page(number * PAGE, PAGE))
        self._tell()
        self.refresh()

    # ------------------------------------------------------------ drawing

    def render_line(self, y: int) -> Strip:
        """One line of the widget: the header stays on top, the rows scroll under it."""
        width = self.size.width
        fitted = fit(self.columns, width)
        if y == 0:
            header = self.get_component_rich_style("record-table--header")
            titles = [Cell(column.title) for column in self.columns]
            return self._strip(row(titles, self.columns, fitted, lambda _: header), header)
        if not self._pages.count:
            return self._empty_line(y - 1)
        position = y - 1 + self.scroll_offset.y
        if position >= self._pages.count:
            return Strip.blank(width, self.rich_style)
        record = self._pages.record(position)
        if record is None:
            self._wanted.add(position // PAGE)
            self.call_later(self._read_on)
            return self._strip([Segment(" …", self._tone(Tone.MUTED))], self.rich_style)
        if position == self.cursor:
            cursor = self.get_component_rich_style("record-table--cursor")
            return self._strip(row(record.cells, self.columns, fitted, lambda _: cursor), cursor)
        return self._strip(row(record.cells, self.columns, fitted, self._tone), self.rich_style)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _empty_line(self, line: int) -> Strip:
        text = "Reading…" if self._pages.count is None else self.empty
        lines = textwrap.wrap(text, max(10, self.size.width - 2))
        shown = f" {lines[line]}" if line < len(lines) else ""
        return self._strip([Segment(shown, self._tone(Tone.MUTED))], self.rich_style)

    def _tone(self, tone: Tone) -> Style:
        own = self.get_component_rich_style(f"record-table--{tone.name.lower()}", partial=True)
        return self.rich_style + own

    # ------------------------------------------------------------ the cursor

    def validate_cursor(self, cursor: int) -> int:
        """The nearest row there is."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self) -> None:
        """Keep the row under the cursor in view."""
        rows, top = max(1, self.size.height - 1), self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + rows:
            self.scroll_to(y=self.cursor - rows + 1, animate=False)
        self.refresh()
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
