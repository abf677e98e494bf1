"""The people: searched as one types, paged from the file, each opened on a sheet of their own."""

from collections.abc import Hashable, Sequence
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from invite_core.views.people_page import (
    MOST_FOUND,
    PersonLine,
    people_count,
    people_position,
    people_slice,
)
from invite_tui.desk import Desk
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Record
from invite_tui.widgets.search_field import SearchField
from invite_tui.widgets.top_line import TopLine


class FoundPeople:
    """The people in whom every word of a search is found, as the source of a table."""

    def __init__(self, desk: Desk, search: str) -> None:
        self._desk = desk
        self._search = search

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(people_count, self._search)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        lines = await self._desk.read(people_slice, self._search, offset=offset, limit=limit)
        return [Record(line.contact, _cells(line)) for line in lines]

    async def position(self, key: Hashable) -> int | None:
        """Where a person stands."""
        return await self._desk.read(people_position, cast(int, key), self._search)


class PeopleScreen(DeskScreen):
    """Everybody, by name."""

    CSS_PATH = "people.tcss"
    AUTO_FOCUS = "#people"

    HELP = """
Everybody in the file, by name. Type after / to narrow the list: parts of a name, the beginning of a tag,
digits of a number; every word has to be found. Enter opens a person: numbers, tags, consent with its
evidence, blocks, messages and answers.

Without a consent on record, or with a block, nobody is written to.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="people.search", key_display="/",
                tooltip="Look for a name, a tag or a number"),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """The search above, the list below."""
        yield TopLine(("People", Tone.ACCENT))
        yield FaultLine()
        yield SearchField("a name, a tag or digits of a number")
        yield RecordTable(
            Column("Name", 16, grows=True),
            Column("Number", 17),
            Column("Lang", 5, drop=4),
            Column("Places", 6, right=True, drop=3),
            Column("Tags", 12, grows=True, drop=2),
            Column("Consent", 9, drop=1),
            Column("Blocked", 12),
            empty="Nobody is found. Import people with `invite-tui contacts import FILE`, or search otherwise.",
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

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one(SearchField).focus()

    def action_back(self) -> None:
        """Out of the search first, then back."""
        if isinstance(self.focused, Input):
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
