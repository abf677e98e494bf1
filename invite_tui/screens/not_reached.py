"""Whom the invitation to an event has not reached, and why; and who was invited in another way."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import events, otherwise
from invite_core.operations.exporting import lists
from invite_core.store import Store
from invite_core.views.not_reached import DAYS, not_reached
from invite_tui.command_line.counting import counted
from invite_tui.inert_text import inert
from invite_tui.local_time import day_and_clock
from invite_tui.reach_words import Line, in_words, missed, reach_look, todo, why
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.screens.saving import save_list
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine

MOST_DAYS = 365
"""More days without a delivery than this make no difference."""

_HERE = {"unconfirmed": "Enter opens the message; there you can say whether it was sent."}


class NotReachedScreen(DeskScreen):
    """Everyone of the event's invitation who has not got it."""

    CSS_PATH = "not_reached.tcss"
    AUTO_FOCUS = "#people"

    HELP = """
Everybody whom the invitation has not reached: blocked, failed, held by Meta, unconfirmed, or taken by Meta and
after some days not delivered (d says how many). Whoever has it, has answered, or was invited in another way is
not listed.

w records that somebody was invited in another way, by telephone say: they count as invited, and later
invitations to this event leave them out. A block that stands on them goes on standing. z takes back what was
recorded last on this screen. Enter opens the message, p the person; s saves the list for a spreadsheet.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "invited", "Invited…", id="reach.invited",
                tooltip="Record that this person was invited in another way"),
        Binding("z", "undo", "Undo", id="reach.undo", tooltip="Take back what was recorded last on this screen"),
        Binding("d", "days", "Days…", id="reach.days",
                tooltip="After how many days without a delivery a message counts as not having arrived"),
        Binding("s", "save", "Save…", id="reach.save", tooltip="Save the list for a spreadsheet, to telephone from"),
        Binding("p", "person", "Person", id="reach.person", tooltip="Show the person under the cursor"),
    ]  # fmt: skip

    def __init__(self, event: int) -> None:
        super().__init__()
        self._event = event
        self._days = DAYS
        self._event_name = ""
        self._lines: dict[int, Line] = {}
        self._recorded: list[tuple[int, str]] = []

    def compose(self) -> ComposeResult:
        """The counts, the people, and one of them in full."""
        yield TopLine(("Not reached", Tone.ACCENT))
        yield FaultLine()
        yield InertLabel(id="tally")
        yield RecordTable(
            Column("State", 14),
            Column("Name", 14, grows=True),
            Column("Number", 16, drop=1),
            Column("Why", 20, grows=True),
            Column("Since", 15, drop=2),
            empty="Nobody: whoever was to be invited has it, or it is on its way.",
            opens=True,
            id="people",
        )
        with VerticalScroll(id="reading", can_focus=False):
            yield InertLabel(id="line")
        yield KeyLine()

    # ------------------------------------------------------------ reading and showing

    async def load(self) -> None:
        """Read who was not reached."""
        event = await self.read(events.find, str(self._event))
        lines = await self.read(not_reached, event, now=instants.now(), days=self._days)
        self._event_name = event.name
        self._lines = {line["contact"]: line for line in lines}
        self.query_one(TopLine).say_left(
            ("Not reached  ", Tone.ACCENT), (event.name, Tone.STRONG), f"  after {counted(self._days, 'day')}"
        )
        self.query_one("#tally", InertLabel).say(*_tally(lines))
        self.query_one("#people", RecordTable).show(Listed(lines, lambda line: line["contact"], _cells))
        self._show_line()

    @on(RecordTable.Highlighted, "#people")
    def _another_line(self) -> None:
        self._show_line()
        self.refresh_bindings()

    def _show_line(self) -> None:
        line = self._line
        self.query_one("#line", InertLabel).say(*(_reading(line) if line else ()))

    @property
    def _line(self) -> Line | None:
        return self._lines.get(cast(int, self.under_cursor("people")))

    @on(RecordTable.Chosen, "#people")
    def _line_chosen(self) -> None:
        line = self._line
        if line is not None:
            self.program.open_message(line["message"])

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer records nothing; only what was recorded here is taken back."""
        if action == "person":
            return self._line is not None
        if action == "save":
            return bool(self._lines)
        if action == "invited":
            return self.desk.may_act and self._line is not None
        if action == "undo":
            return bool(self._recorded)
        return super().check_action(action, parameters)

    def action_person(self) -> None:
        """Show the person."""
        line = self._line
        if line is not None:
            self.program.open_person(line["contact"])

    @work(exclusive=True, group="act")
    async def action_invited(self) -> None:
        """Ask how they were invited, then record it."""
        line = self._line
        if line is None:
            return
        contact, name = line["contact"], line["name"] or "this person"
        question = FillInScreen(
            f"How was {name} invited?",
            "They count as invited from now on, and later invitations to this event leave them out.",
            fields=[Field("via", "In which way? (for the record)", "by telephone")],
            do="Record",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None and await self._change(contact, filled["via"]):
            self._recorded.append((contact, name))
            self.notify(
                f"{inert(name)} counts as invited ({inert(filled['via'])}). z undoes it.", markup=False
            )

    @work(exclusive=True, group="act")
    async def action_undo(self) -> None:
        """Take back what was recorded last."""
        contact, name = self._recorded.pop()
        if await self._change(contact, None):
            self.notify(f"{inert(name)} no longer counts as invited otherwise.", markup=False)

    async def _change(self, contact: int, via: str | None) -> bool:
        """Record a way, or with None take it back; gives whether that was done."""
        by, now = self.desk.operator, instants.now()

        def change(store: Store) -> bool:
            event = events.find(store, str(self._event))
            if via is None:
                otherwise.take_back(store, event, contact, by=by, now=now)
            else:
                otherwise.record(store, event, contact, via=via, by=by, now=now)
            return True

        return bool(await self.act(change))

    @work(exclusive=True, group="act")
    async def action_save(self) -> None:
        """Ask where to, then write the list."""
        await save_list(
            self,
            lists.not_reached(self._event_name, map(in_words, self._lines.values())),
            title="Save the list where?",
            called=f"not-reached-{self._event}.csv",
        )

    @work(exclusive=True, group="act")
    async def action_days(self) -> None:
        """Ask for the days of patience."""
        question = FillInScreen(
            "After how many days has a message not arrived?",
            "A message that Meta took and no phone received by then is listed here.",
            fields=[Field("days", f"Days, 0 to {MOST_DAYS}", value=str(self._days))],
            do="List",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is None:
            return
        text = filled["days"]
        if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= MOST_DAYS):
            self.show_fault(
                InviteError(f"“{text}” is no number of days.", f"Give one from 0 to {MOST_DAYS}.")
            )
            return
        self.show_fault(None)
        self._days = int(text)
        self.reload()


def _tally(lines: Sequence[Line]) -> Sequence[Piece]:
    if not lines:
        return [("0 people", Tone.STRONG)]
    places = sum(line["places"] for line in lines)
    people = counted(len(lines), "person", "people")
    return [(people, Tone.STRONG), f" ({counted(places, 'place')}): {missed(lines)}"]


def _cells(line: Line) -> list[Cell]:
    look = reach_look(line["state"])
    return [
        Cell(look.text, look.tone),
        Cell(line["name"] or "(no name)"),
        Cell(line["phone"] or "–", Tone.MUTED),
        Cell(why(line)),
        Cell(day_and_clock(line["since"]), Tone.MUTED),
    ]


def _reading(line: Line) -> Sequence[Piece]:
    code = f" (Meta's error {line['code']})" if line["code"] else ""
    return [
        (line["name"] or "(no name)", Tone.STRONG),
        f"  {line['phone'] or 'no number'}  ",
        (f"since {day_and_clock(line['since'])}, run {line['run']}", Tone.MUTED),
        f"\n{why(line)}{code}",
        (f"\n{_HERE.get(line['state']) or todo(line)}", Tone.MUTED),
    ]
