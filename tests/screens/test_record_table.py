from collections.abc import Hashable, Sequence

import pytest
from textual.app import App, ComposeResult

from invite_core.errors import InviteError
from invite_tui.tone import Tone
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed, Record
from invite_tui.widgets.row_drawing import fit, row
from tests.screens.stage import seen, until

COLUMNS = (
    Column("Name", 10, grows=True),
    Column("Number", 8, right=True, drop=1),
    Column("Note", 8, grows=True, drop=2),
)


class Numbers:
    """Records 0 to `n`, with some put before them; counts the pages that are asked for."""

    def __init__(self, n: int) -> None:
        self.keys: list[int] = list(range(n))
        self.fetched: list[int] = []

    async def count(self) -> int:
        """How many."""
        return len(self.keys)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        self.fetched.append(offset)
        cells = [
            (key, [Cell(f"Guest {key}"), Cell(str(key)), Cell("")])
            for key in self.keys[offset : offset + limit]
        ]
        return [Record(key, each) for key, each in cells]

    async def position(self, key: Hashable) -> int | None:
        """Where one stands."""
        return self.keys.index(key) if key in self.keys else None


class Broken(Numbers):
    """Cannot be read."""

    async def count(self) -> int:
        """Fails."""
        raise InviteError("The file is gone.", "Find it.")


class Stage(App[None]):
    """One table and what it says."""

    def __init__(self, source: Numbers, *, empty: str = "") -> None:
        super().__init__()
        self.source = source
        self.said: list[object] = []
        self.table = RecordTable(*COLUMNS, empty=empty, opens=True)

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield self.table

    def on_mount(self) -> None:
        """Give it its records."""
        self.table.show(self.source)

    def on_record_table_chosen(self, message: RecordTable.Chosen) -> None:
        """Keep what was opened."""
        self.said.append(message.key)

    def on_record_view_load_failed(self, message: RecordTable.LoadFailed) -> None:
        """Keep what went wrong."""
        self.said.append(message.fault.sentence)


@pytest.mark.anyio
async def test_a_hundred_thousand_rows_open_with_two_page_fetches_at_most() -> None:
    app = Stage(Numbers(100_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Guest 20" in seen(app))
        assert len(app.source.fetched) <= 2
        await pilot.press("end")
        await until(pilot, lambda: "Guest 99999" in seen(app))
        assert app.table.key == 99_999
        assert len(app.source.fetched) <= 4


@pytest.mark.anyio
async def test_the_cursor_stays_on_its_record_and_place_when_rows_come_before_it() -> None:
    app = Stage(Numbers(1_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.table.count == 1_000)
        app.table.cursor = 500
        await until(pilot, lambda: app.table.key == 500)
        line = app.table.cursor - app.table.scroll_offset.y
        app.source.keys[:0] = range(2_000, 2_007)
        app.table.reload()
        await until(pilot, lambda: app.table.count == 1_007)
        assert (app.table.key, app.table.cursor) == (500, 507)
        await until(pilot, lambda: app.table.cursor - app.table.scroll_offset.y == line)


@pytest.mark.anyio
async def test_a_record_that_goes_leaves_the_cursor_where_it_was() -> None:
    app = Stage(Numbers(10))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.table.count == 10)
        await pilot.press("end")
        app.source.keys = app.source.keys[:4]
        app.table.reload()
        await until(pilot, lambda: app.table.count == 4)
        assert (app.table.cursor, app.table.key) == (3, 3)


@pytest.mark.anyio
async def test_keys_and_mouse_move_and_open() -> None:
    app = Stage(Numbers(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.table.count == 100)
        await pilot.press("down", "j", "enter")
        await until(pilot, lambda: app.said == [2])
        await pilot.press("pagedown", "home", "up")
        assert app.table.cursor == 0
        await pilot.click(RecordTable, offset=(3, 6))
        await until(pilot, lambda: app.table.cursor == 5)
        assert app.said == [2]
        await pilot.click(RecordTable, offset=(3, 6))
        await until(pilot, lambda: app.said == [2, 5])
        await pilot.click(RecordTable, offset=(3, 0))
        assert app.table.cursor == 5


@pytest.mark.anyio
async def test_an_empty_table_says_why_and_opens_nothing() -> None:
    app = Stage(Numbers(0), empty="Nobody yet. Press i to import people.")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Nobody yet. Press i" in seen(app))
        await pilot.press("enter", "down", "end", "pageup")
        assert (app.table.key, app.said) == (None, [])


@pytest.mark.anyio
async def test_a_source_that_fails_is_told_of() -> None:
    app = Stage(Broken(3))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.said == ["The file is gone."])


@pytest.mark.parametrize(
    "width, kept",
    [(60, [0, 1, 2]), (24, [0, 1]), (14, [0]), (8, [0])],
    ids=["wide", "medium", "narrow", "tiny"],
)
def test_columns_go_in_the_order_of_their_priority(width: int, kept: list[int]) -> None:
    fitted = fit(COLUMNS, width)
    assert [n for n, _ in fitted] == kept
    if width > 12:
        assert sum(cells for _, cells in fitted) + 2 * (len(fitted) - 1) + 2 == width


@pytest.mark.parametrize(
    "text",
    [
        "陳大文陳大文陳大文",
        "Zoë 👩‍👩‍👧 Family",
        "[b]x[/nope]",
        "\x1b[31mred\x07",
        "\u202eevil",
        "e\u0301" * 30,
    ],
)
def test_every_text_fills_its_column_exactly_and_nothing_else(text: str) -> None:
    from rich.style import Style

    fitted = fit(COLUMNS, 40)
    segments = row([Cell(text, Tone.BAD), Cell("7"), Cell("")], COLUMNS, fitted, lambda _: Style())
    assert [segment.cell_length for segment in segments[1::2]] == [width for _, width in fitted]
    drawn = "".join(segment.text for segment in segments)
    assert not set(drawn) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.anyio
async def test_a_list_in_memory_makes_records_only_for_the_page() -> None:
    made: list[int] = []

    def cells(item: int) -> list[Cell]:
        made.append(item)
        return [Cell(str(item))]

    source = Listed(range(1_000), lambda item: item, cells)
    assert [record.key for record in await source.page(10, 3)] == made == [10, 11, 12]
    assert await source.position(999) == 999
    assert await source.position(1_000) is None
