"""The people: searched as one types, paged from the file, each opened on a sheet of their own."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from invite_core.views.people_page import MOST_FOUND, By, PersonLine, people_count, people_lines, people_list
from invite_tui.desk import Desk
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.importing import ImportScreen
from invite_tui.screens.importing_file import ChooseFileScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Order, Record
from invite_tui.widgets.search_field import SearchField
from invite_tui.widgets.top_line import TopLine

PEOPLE_COLUMNS = (
    Column("Name", 16, grows=True, order=By.NAME),
    Column("Number", 17),
    Column("Lang", 6, drop=4, order=By.LANGUAGE),
    Column("Places", 8, right=True, drop=3, order=By.PLACES, high_first=True),
    Column("Tags", 12, grows=True, drop=2),
    Column("Consent", 9, drop=1),
    Column("Blocked", 12),
)
"""The columns of `FoundPeople`."""


class FoundPeople:
    """The people in whom every word of a search is found, as the source of a table."""

    def __init__(self, desk: Desk, search: str, order: Order = Order(By.NAME)) -> None:  # noqa: B008 - immutable
        self._desk = desk
        self._search = search
        self.order: Order | None = order
        self._list = people_list(search, By(order.by), descending=order.descending)

    def in_order(self, order: Order) -> "FoundPeople":
        """The same people in another order."""
        return FoundPeople(self._desk, self._search, order)

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(self._list.count)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        found = await self._desk.read(self._list.page, offset, limit)
        return [Record(line.contact, _cells(line)) for line in await self._desk.read(people_lines, found)]

    async def position(self, key: Hashable) -> int | None:
        """Where a person stands."""
        return await self._desk.read(self._list.position, cast(int, key))

    async def first_from(self, letter: str) -> int | None:
        """Where the first person with that letter stands, if they stand by name."""
        if self.order is None or self.order.by != By.NAME:
            return None
        return await self._desk.read(self._list.first_from, letter)


class PeopleScreen(DeskScreen):
    """Everybody, by name."""

    CSS_PATH = "people.tcss"
    AUTO_FOCUS = "#people"

    HELP = """
Everybody in the file, by name. Type after / to narrow the list: parts of a name, the beginning of a tag,
digits of a number; every word has to be found. Enter opens a person: numbers, tags, consent with its
evidence, blocks, messages and answers; there two entries are merged, and a person is erased. i imports people
from a file, with a preview before anything is stored.

A capital letter goes to the first name that begins with it. A click on a column's head orders by it, as . and ,
do; o turns the order round.

Without a consent on record, or with a block, nobody is written to.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="people.search", key_display="/",
                tooltip="Look for a name, a tag or a number"),
        Binding("i", "import", "Import…", id="people.import",
                tooltip="Import people from a file; a preview comes before anything is stored"),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """The search above, the list below."""
        yield TopLine(("People", Tone.ACCENT))
        yield FaultLine()
        yield SearchField("a name, a tag or digits of a number")
        yield RecordTable(
            *PEOPLE_COLUMNS,
            empty="Nobody is found. "
            + self.for_who_acts("Press i to import people from a file, or search otherwise."),
            opens=True,
            id="people",
        )
        yield KeyLine()

    def on_mount(self) -> None:
        """The list reads by itself."""
        super().on_mount()
        self.query_one("#people", RecordTable).show(FoundPeople(self.desk, ""))

    async def load(self) -> None:
        """Read the list again."""
        table = self.query_one("#people", RecordTable)
        table.reload()
        searched = self.query_one(SearchField).value
        found = await self.read(people_count, searched)
        more = " or more" if searched and found >= MOST_FOUND else ""
        self.query_one(TopLine).say_left(
            ("People  ", Tone.ACCENT), (f"{found:,}", Tone.STRONG), f"{more} found" if searched else "",
        )  # fmt: skip

    @on(SearchField.Searched)
    def _searched(self, message: SearchField.Searched) -> None:
        self.query_one("#people", RecordTable).show(FoundPeople(self.desk, message.text), from_top=True)
        self.reload()

    @on(RecordTable.Chosen, "#people")
    def _person_chosen(self, message: RecordTable.Chosen) -> None:
        self.program.open_person(cast(int, message.key))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer imports nobody."""
        if action == "import":
            return self.desk.may_act
        return super().check_action(action, parameters)

    @work(exclusive=True, group="import")
    async def action_import(self) -> None:
        """Ask which file, then show what it holds."""
        file = await self.app.push_screen_wait(ChooseFileScreen(Path.cwd()))
        if file is not None:
            await self.app.push_screen(ImportScreen(file))

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one(SearchField).focus()

    @property
    def leaves_field(self) -> bool:
        """Escape goes from the search to the list."""
        return isinstance(self.focused, Input)

    def action_back(self) -> None:
        """Out of the search first, then back."""
        if self.leaves_field:
            self.query_one(SearchField).value = ""
            self.query_one("#people").focus()
        else:
            super().action_back()


def _cells(line: PersonLine) -> list[Cell]:
    if line.blocked:
        blocked = Cell("⊘ blocked", Tone.WARNING)
    elif line.marketing_stopped:
        blocked = Cell("⊘ marketing", Tone.WARNING)
    else:
        blocked = Cell("")
    return [
        Cell(line.name or "(no name)"),
        Cell(line.phone or "–", Tone.PLAIN if line.phone else Tone.WARNING),
        Cell(line.language, Tone.MUTED),
        Cell(str(line.places), Tone.MUTED),
        Cell(line.tags, Tone.MUTED),
        Cell("✓ yes", Tone.GOOD) if line.consent else Cell("✗ none", Tone.WARNING),
        blocked,
    ]
