"""A table with a cursor, keys and the mouse, over any number of records."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message

from invite_core.errors import InviteError
from invite_tui.widgets.record_view import RecordView
from invite_tui.widgets.records import Column, Order, Ordered, Source
from invite_tui.widgets.row_drawing import column_at, fit


class RecordTable(RecordView):
    """Rows with a cursor. Give it a source with `show`; call `reload` when the source may have changed.

    With `opens`, Enter or a click on the row under the cursor opens its record (`Chosen`). Where the source
    is `Ordered`, keys and a click on a column's head choose the order, and in the order of names a letter
    that is no key of the screen (a capital, as a rule) goes to the first name that begins with it.
    """

    @dataclass
    class Chosen(Message):
        """A record was opened: Enter, or a click on the row under the cursor."""

        table: "RecordTable"
        key: Hashable

        @property
        def control(self) -> "RecordTable":
            """The table, so that `@on` can select it."""
            return self.table

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="table.choose"),
        Binding("up,k", "move(-1)", "Up", id="table.up", show=False),
        Binding("down,j", "move(1)", "Down", id="table.down", show=False),
        Binding("pageup", "leaf(-1)", "Page up", id="table.page_up", show=False),
        Binding("pagedown", "leaf(1)", "Page down", id="table.page_down", show=False),
        Binding("home", "first", "First", id="table.first", show=False),
        Binding("end", "last", "Last", id="table.last", show=False),
        Binding("full_stop", "sort_by(1)", "Sort", id="table.sort", key_display=".", show=False,
                tooltip="Order by the next column (or click on its head)"),
        Binding("comma", "sort_by(-1)", "Sort back", id="table.sort_back", key_display=",", show=False,
                tooltip="Order by the column before"),
        Binding("o", "turn_order", "Turn the order round", id="table.turn", show=False,
                tooltip="The highest first, or the lowest; in the order of names, A goes to the first A"),
    ]  # fmt: skip

    def __init__(
        self,
        *columns: Column,
        empty: str = "",
        opens: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(*columns, empty=empty, id=id, classes=classes)
        self.opens = opens
        self._chosen: Order | None = None

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self.cursor += rows

    def action_leaf(self, leaves: int) -> None:
        """Move the cursor by so many views."""
        self.cursor += leaves * max(1, self.size.height - 2)

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = self.count - 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be opened where nothing is listed, or where records have nothing more to show."""
        if action == "choose":
            return self.opens and self.count > 0
        if action in ("sort_by", "turn_order"):
            return bool(self._orders())
        return super().check_action(action, parameters)

    # ------------------------------------------------------------ the order

    def show(
        self, source: Source, *, from_top: bool = False, columns: Sequence[Column] | None = None
    ) -> None:
        """`RecordView.show`, in the order that was chosen last if the source has it and one of the columns."""
        chosen = self._chosen
        known = chosen is not None and any(each.order == chosen.by for each in columns or self.columns)
        if chosen is not None and known and isinstance(source, Ordered) and source.order != chosen:
            source = source.in_order(chosen)
        super().show(source, from_top=from_top, columns=columns)

    def sort(self, order: Order) -> None:
        """Show the records in another order from its top on, and those of later sources too."""
        self._chosen = order
        if self._source is not None:
            self.show(self._source, from_top=True)

    def _orders(self) -> list[Column]:
        if not isinstance(self._source, Ordered):
            return []
        return [column for column in self.columns if column.order]

    def action_sort_by(self, step: int) -> None:
        """Order by the next column that has an order, or by the one before."""
        offered = self._orders()
        now = [n for n, column in enumerate(offered) if self.order and column.order == self.order.by]
        self._sort_by(offered[((now[0] if now else -1 if step > 0 else 0) + step) % len(offered)])

    def action_turn_order(self) -> None:
        """The same order, the other way round."""
        if self.order is not None:
            self.sort(Order(self.order.by, not self.order.descending))
        else:
            self.action_sort_by(1)

    def _sort_by(self, column: Column) -> None:
        self.sort(Order(column.order, column.high_first))

    def on_key(self, event: events.Key) -> None:
        """A letter that is no key here goes to the first name with it."""
        letter = event.character or ""
        if letter.isalpha() and self._orders() and event.key not in self.screen.active_bindings:
            event.stop()
            self._go_to(letter)

    @work(group="go to", exclusive=True)
    async def _go_to(self, letter: str) -> None:
        source = self._source
        try:
            found = await source.first_from(letter.casefold()) if isinstance(source, Ordered) else None
        except InviteError as fault:
            self.post_message(self.LoadFailed(fault))
            return
        if found is not None and source is self._source:
            self.scroll_to(y=found, animate=False)
            self.cursor = found

    # ------------------------------------------------------------ opening, and the mouse

    def action_choose(self) -> None:
        """Open the record under the cursor."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the row under it, opens that; on a column's head, orders by it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            self._head_clicked(offset.x)
            return
        position = offset.y - 1 + self.scroll_offset.y
        if position == self.cursor and self.opens:
            self.action_choose()
        elif position < self.count:
            self.cursor = position

    def _head_clicked(self, x: int) -> None:
        n = column_at(fit(self.columns, self.size.width), x)
        column = self.columns[n] if n is not None else None
        if column is None or column not in self._orders():
            return
        if self.order is not None and self.order.by == column.order:
            self.action_turn_order()
        else:
            self._sort_by(column)
