"""The Do-Not-Message list: who is on it and why; adding to it, and lifting a block by name and reason."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from invite_core import instants
from invite_core.people import do_not_message
from invite_tui.local_time import date_and_clock
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone
from invite_tui.who_is_meant import who_is_meant
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.search_field import SearchField
from invite_tui.widgets.top_line import TopLine

Block = Mapping[str, Any]

SOURCES = {
    "organiser": "by hand",
    "import": "an import said so",
    "stop_word": "they wrote a stop word",
    "button": "they tapped the stop button",
    "user_preferences": "they stopped it inside WhatsApp",
    "error_131050": "Meta said so: they stopped it inside WhatsApp",
    "error_130403": "Meta said so: they blocked the number",
    "wrong_person": "they are not who was meant",
    "guard": "known from the guard file of this database",
}
"""How a block came about."""


class DoNotMessageScreen(DeskScreen):
    """Every block, the newest first, lifted ones included."""

    CSS_PATH = "do_not_message.tcss"
    AUTO_FOCUS = "#blocks"

    HELP = """
Nobody on this list is written to, whatever an import, an audience or a restored backup says. A block is
kept by the number, in every spelling of it, and holds for everybody who has or had that number.

n puts a number or a person on the list, v lifts the block under the cursor: with a reason, and with your
name beside it. What somebody stopped inside WhatsApp only they can resume, there.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "add", "Add…", id="dnm.add", tooltip="Put a number or a person on the list"),
        Binding("v", "lift", "Lift…", id="dnm.lift", tooltip="Take the block under the cursor off, with a reason"),
        Binding("slash", "search", "Search", id="dnm.search", key_display="/",
                tooltip="Look for a name, a number or a reason"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Block] = []

    def compose(self) -> ComposeResult:
        """The search above, the list, and below it one block in full."""
        yield TopLine(("Do-Not-Message", Tone.ACCENT))
        yield FaultLine()
        yield SearchField("a name, a number or a reason")
        yield RecordTable(
            Column("Number", 17),
            Column("Name", 14, grows=True),
            Column("Reason", 16, grows=True),
            Column("Since", 17, drop=1),
            Column("By", 12, drop=2),
            Column("Stands", 8),
            empty=f"Nobody is on the list. {self.for_who_acts('Press n to put somebody on it.')} "
            "Stops of guests come here by themselves.",
            id="blocks",
        )
        with VerticalScroll(id="reading", can_focus=False):
            yield InertLabel(id="block")
        yield KeyLine()

    async def load(self) -> None:
        """Read the list."""
        self._blocks = list(await self.read(do_not_message.listing))
        standing = sum(block["lifted_at"] is None for block in self._blocks)
        self.query_one(TopLine).say_left(
            ("Do-Not-Message  ", Tone.ACCENT),
            (f"{standing:,}", Tone.STRONG),
            f" block{' stands' if standing == 1 else 's stand'}",
        )
        self._show_blocks()

    @on(SearchField.Searched)
    def _searched(self) -> None:
        self._show_blocks()

    def _show_blocks(self) -> None:
        words = self.query_one(SearchField).value.casefold().split()
        numbered = [
            (place, block)
            for place, block in enumerate(reversed(self._blocks))
            if all(word in _said(block) for word in words)
        ]
        numbered.reverse()
        self.query_one("#blocks", RecordTable).show(Listed(numbered, lambda each: each[0], _cells))
        self._show_block()

    @on(RecordTable.Highlighted, "#blocks")
    def _another_block(self) -> None:
        self._show_block()
        self.refresh_bindings()

    @property
    def _block(self) -> Block | None:
        key = self.under_cursor("blocks")
        return (
            self._blocks[len(self._blocks) - 1 - key]
            if isinstance(key, int) and key < len(self._blocks)
            else None
        )

    def _show_block(self) -> None:
        block = self._block
        self.query_one("#block", InertLabel).say(*(_reading(block) if block else ()))

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer changes nothing; only what stands can be lifted."""
        if action == "add":
            return self.desk.may_act
        if action == "lift":
            block = self._block
            return self.desk.may_act and block is not None and block["lifted_at"] is None
        return super().check_action(action, parameters)

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
            self.query_one("#blocks").focus()
        else:
            super().action_back()

    @work(exclusive=True, group="act")
    async def action_add(self) -> None:
        """Ask whom and why, then block."""
        question = FillInScreen(
            "Put on the Do-Not-Message list",
            "Nobody writes to them any more until you lift it. A person is blocked at every number they have.",
            fields=[
                Field("ref", "A number with its country code, or a person's name or id", "+44 7700 900123"),
                Field("reason", "Why? (for the record)", "asked me on the phone"),
            ],
            do="Block",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now, region = self.desk.operator, instants.now(), self.desk.settings.default_region
            await self.act(
                lambda store: do_not_message.block(
                    store, **who_is_meant(store, filled["ref"], region), reason=filled["reason"],
                    source="organiser", at=now, by=by, now=now,
                )
            )  # fmt: skip

    @work(exclusive=True, group="act")
    async def action_lift(self) -> None:
        """Ask why, then lift the block under the cursor."""
        block = self._block
        if block is None or block["address"] is None:
            return
        question = FillInScreen(
            f"May {block['name'] or block['address']} be written to again?",
            (f"Blocked because: {block['reason']}\n", Tone.STRONG),
            "Lifting it holds for everybody who shares the number, and is recorded with your name.",
            fields=[Field("reason", "Why? (for the record)", "she asked to be invited again")],
            do="Lift the block",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now = self.desk.operator, instants.now()
            await self.act(
                lambda store: do_not_message.lift(
                    store,
                    address=block["address"],
                    scope=block["scope"],
                    reason=filled["reason"],
                    by=by,
                    now=now,
                )
            )


def _said(block: Block) -> str:
    said = f"{block['address'] or ''} {block['name'] or ''} {block['reason']} {block['by']}"
    return said.casefold()


def _cells(numbered: tuple[int, Block]) -> list[Cell]:
    _, block = numbered
    lifted = block["lifted_at"] is not None
    tone = Tone.MUTED if lifted else Tone.PLAIN
    return [
        Cell(block["address"] or "(erased)", tone),
        Cell(block["name"] or "", tone),
        Cell(block["reason"], tone),
        Cell(date_and_clock(block["at"]), Tone.MUTED),
        Cell(block["by"], Tone.MUTED),
        Cell("– lifted", Tone.MUTED) if lifted else Cell("⊘ yes", Tone.WARNING),
    ]


def _reading(block: Block) -> Sequence[Piece]:
    kind = "Marketing only" if block["scope"] == "marketing" else "Every message"
    return [
        (block["name"] or block["address"] or "(erased)", Tone.STRONG),
        f"  {block['address'] or ''}  {kind}; {SOURCES.get(block['source'], block['source'])}.",
        f"\n{block['reason']}",
        (f"\nLifted {date_and_clock(block['lifted_at'])}." if block["lifted_at"] else "", Tone.MUTED),
    ]
