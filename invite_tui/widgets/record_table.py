"""A table with a cursor, keys and the mouse, over any number of records."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from invite_tui.widgets.record_view import RecordView
from invite_tui.widgets.records import Column


class RecordTable(RecordView):
    """Rows with a cursor. Give it a source with `show`; call `reload` when the source may have changed.

    With `opens`, Enter or a click on the row under the cursor opens its record (`Chosen`).
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
    ]

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
        return super().check_action(action, parameters)

    def action_choose(self) -> None:
        """Open the record under the cursor."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a click on the row under the cursor opens it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0:
            return
        position = offset.y - 1 + self.scroll_offset.y
        if position == self.cursor and self.opens:
            self.action_choose()
        elif position < self.count:
            self.cursor = position
