"""Orders of a table: by key and by a click, kept over other sources; letters; the cursor over live changes."""

from collections.abc import Hashable, Sequence

import pytest
from textual.app import App, ComposeResult

from invite_tui.widgets.record_reading import rest_after
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Order, Record
from tests.screens.stage import seen, until

COLUMNS = (
    Column("Name", 10, order="name"),
    Column("Note", 8),
    Column("Changed", 9, order="change", high_first=True),
)
NAMES = [f"{letter}{n:03}" for letter in "abcdefghijkl" for n in range(100)]


class Guests:
    """People with a name and a number, in any of three orders."""

    def __init__(self, names: list[str], order: Order | None = None) -> None:
        self.names = names
        self.order = order

    def _sorted(self) -> list[str]:
        if self.order is None:
            return self.names
        key = (lambda name: name) if self.order.by == "name" else (lambda name: name[::-1])
        return sorted(self.names, key=key, reverse=self.order.descending)

    def in_order(self, order: Order) -> "Guests":
        """The same people otherwise."""
        return Guests(self.names, order)

    async def first_from(self, letter: str) -> int | None:
        """Where a letter begins."""
        if self.order is None or self.order.by != "name":
            return None
        return next((n for n, name in enumerate(self._sorted()) if name >= letter), len(self.names) - 1)

    async def count(self) -> int:
        """How many."""
        return len(self.names)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        return [
            Record(name, [Cell(name), Cell(""), Cell(name[::-1])])
            for name in self._sorted()[offset : offset + limit]
        ]

    async def position(self, key: Hashable) -> int | None:
        """Where one stands."""
        return self._sorted().index(str(key)) if key in self.names else None


class Stage(App[None]):
    """One table; `m` is a key of the screen."""

    BINDINGS = [("m", "bell", "Ring")]  # noqa: RUF012 - Textual's own way

    def __init__(self) -> None:
        super().__init__()
        self.table = RecordTable(*COLUMNS)

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield self.table

    def on_mount(self) -> None:
        """Give it its people, in no column's order."""
        self.table.show(Guests(NAMES[::-1]))


@pytest.mark.anyio
async def test_keys_and_heads_order_letters_lead_and_live_changes_move_nothing_under_the_cursor() -> None:
    app = Stage()
    table = app.table
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: table.key == "l099")
        await pilot.press("G")
        assert (table.order, table.cursor) == (None, 0)
        await pilot.press("full_stop")
        await until(pilot, lambda: table.key == "a000" and "Name ▲" in seen(app))
        await pilot.press("G")
        await until(pilot, lambda: table.key == "g000" and table.scroll_offset.y == table.cursor)
        await pilot.press("m")
        assert table.key == "g000"
        await pilot.press("down", "down")
        line = table.cursor - table.scroll_offset.y
        table.show(Guests([f"aa{n}" for n in range(50)] + NAMES))
        await until(pilot, lambda: table.count == len(NAMES) + 50)
        assert (table.key, table.order) == ("g002", Order("name"))
        await until(pilot, lambda: table.cursor - table.scroll_offset.y == line)
        await pilot.press("o")
        await until(pilot, lambda: table.key == "l099" and "Name ▼" in seen(app))
        await pilot.click(RecordTable, offset=(25, 0))
        await until(pilot, lambda: table.order == Order("change", True) and table.key == "aa9")
        await pilot.click(RecordTable, offset=(25, 0))
        await until(pilot, lambda: table.order == Order("change") and table.key == "a000")
        await pilot.click(RecordTable, offset=(14, 0))
        assert table.order == Order("change")
        await pilot.press("comma")
        await until(pilot, lambda: table.order == Order("name"))


def test_a_slow_table_rests_in_proportion_and_a_quick_one_does_not() -> None:
    assert rest_after(0.05) == 0
    assert rest_after(1.0) >= 3.0
