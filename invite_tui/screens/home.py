"""The first screen: events and how their invitations stand, the runs, and what to do first."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from invite_core.views.home_board import EventLine, RunLine, Supplies, event_lines, supplies
from invite_core.views.inbox import waiting_count
from invite_tui.first_steps import first_steps
from invite_tui.local_time import day, day_and_clock
from invite_tui.reasons import paused_sentence
from invite_tui.screens.activity import ActivityScreen
from invite_tui.screens.alarm_screen import AlarmScreen
from invite_tui.screens.answers import AnswersScreen
from invite_tui.screens.audience import AudienceScreen
from invite_tui.screens.check_up import CheckUpScreen
from invite_tui.screens.do_not_message import DoNotMessageScreen
from invite_tui.screens.inbox import InboxScreen
from invite_tui.screens.people import PeopleScreen
from invite_tui.screens.templates import TemplatesScreen
from invite_tui.sender_gone import gone_pieces, lines_and_gone
from invite_tui.state_style import SENDER_GONE, STATUSES
from invite_tui.tone import Tone
from invite_tui.widgets.alarm_line import AlarmLine
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine


class HomeScreen(AlarmScreen):
    """Events above, runs below."""

    CSS_PATH = "home.tcss"

    HELP = """
The events are listed with how many people were invited (accepted by Meta or better), how many
messages reached a phone, how many were read, and how many people answered. Below are the runs:
each is one audience to which one template was sent.

Choose an event to open its newest run (or to write its first message), or a run to open it. The keys
below lead to the answers of the event under the cursor, to what guests wrote, to the people, to the
Do-Not-Message list, to the templates, to what Meta tells as it comes, and to the check-up. Where the last
line has no room for all of them, they stand here and in the palette.
"""

    SPARE_KEYS: ClassVar[tuple[str, ...]] = ("audience", "templates", "activity", "check_up")
    """What is left to help and palette where not every key has room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n", "compose", "New…", id="home.new",
            tooltip="A new message: choose event, template and audience, and see who would get it",
        ),
        Binding("a", "answers", "Answers", id="home.answers",
                tooltip="Who comes to the event under the cursor: yes, no, maybe, silent, places"),
        Binding("u", "audience", "Audience", id="home.audience",
                tooltip="Build an audience by picking, for the event under the cursor"),
        Binding("i", "inbox", "Inbox", id="home.inbox", tooltip="What guests wrote"),
        Binding("p", "people", "People", id="home.people", tooltip="Everybody in the file"),
        Binding("d", "do_not_message", "Blocked", id="home.do_not_message",
                tooltip="The Do-Not-Message list: who is never written to"),
        Binding("t", "templates", "Templates", id="home.templates",
                tooltip="The texts, how they stand with Meta, and what their buttons mean"),
        Binding("l", "activity", "Activity", id="home.activity", tooltip="What Meta tells, as it comes"),
        Binding("c", "check_up", "Check-up", id="home.check_up",
                tooltip="Whether everything is there that sending needs; the settings"),
        Binding("escape", "nothing", "", id="home.stay", show=False),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """Top line, first steps, the two lists, keys."""
        yield TopLine(("Invitations", Tone.ACCENT))
        yield AlarmLine()
        yield FaultLine()
        yield InertLabel(id="first-steps")
        with Vertical(id="lists"):
            yield InertLabel(("Events", Tone.STRONG), classes="title")
            yield RecordTable(
                Column("Event", 16, grows=True),
                Column("Date", 17, drop=3),
                Column("Invited", 7, right=True),
                Column("Delivered", 9, right=True, drop=2),
                Column("Read", 6, right=True, drop=4),
                Column("Yes", 5, right=True),
                Column("No", 5, right=True),
                Column("Maybe", 5, right=True),
                empty="No events yet. "
                + self.for_who_acts("Add one with `invite-tui events add`; see the steps above."),
                opens=True,
                id="events",
            )
            yield InertLabel(("Runs", Tone.STRONG), classes="title")
            yield RecordTable(
                Column("Run", 4, right=True),
                Column("Status", 12),
                Column("Event", 14, grows=True),
                Column("Purpose", 12, drop=2),
                Column("Template", 14, grows=True, drop=3),
                Column("People", 7, right=True),
                Column("Waiting", 7, right=True),
                Column("Failed", 6, right=True),
                Column("Made", 15, drop=1),
                empty="Nothing has been sent yet. "
                + self.for_who_acts("Press n to choose whom to write to."),
                opens=True,
                id="runs",
            )
        yield InertLabel(id="why-paused")
        yield KeyLine()

    async def load(self) -> None:
        """Read events, runs and supplies."""
        events = await self.read(event_lines)
        runs, gone = await self.read(lines_and_gone)
        unread = await self.read(waiting_count)
        stock = await self.read(supplies)
        await self.read_alarms()
        self._newest = {line.event.id: line.newest_run for line in events}
        self._say_first_steps(stock, bool(runs))
        self._say_what_waits(runs, gone, unread)
        self.query_one("#events", RecordTable).show(Listed(events, lambda line: line.event.id, _event_cells))
        self.query_one("#runs", RecordTable).show(
            Listed(runs, lambda line: line.run, lambda line: _run_cells(line, gone=line.run in gone))
        )

    def _say_first_steps(self, stock: Supplies, has_runs: bool) -> None:
        needed = () if has_runs or not self.desk.may_act else first_steps(stock, self.desk.settings)
        self.query_one("#first-steps", InertLabel).say(*needed)

    def _say_what_waits(self, runs: list[RunLine], gone: Sequence[int], unread: int) -> None:
        lines: list[list[Piece]] = []
        if unread:
            texts = "1 text waits" if unread == 1 else f"{unread:,} texts wait"
            lines.append([(f"{texts} in the inbox: ", Tone.STRONG), "press i"])
        for run in runs:
            if run.run in gone:
                todo = self.for_who_acts("Open it and press r to go on; nobody is written to twice.")
                lines.append(gone_pieces(run.run, todo))
            elif run.paused_because is not None:
                sentence = paused_sentence(run.paused_because, run.paused_detail)
                lines.append([(f"= Run {run.run} is paused. {sentence}", Tone.WARNING)])
        pieces = [piece for line in lines for piece in ("\n", *line)][1:]
        self.query_one("#why-paused", InertLabel).say(*pieces)

    @on(RecordTable.Chosen, "#events")
    def _event_chosen(self, message: RecordTable.Chosen) -> None:
        event = cast(int, message.key)
        newest = self._newest.get(event)
        if newest is not None:
            self.program.open_run(newest)
        elif self.desk.may_act:
            self.program.compose_message(event)

    @on(RecordTable.Chosen, "#runs")
    def _run_chosen(self, message: RecordTable.Chosen) -> None:
        self.program.open_run(cast(int, message.key))

    def action_compose(self) -> None:
        """Begin a new message, for the event under the cursor."""
        self.program.compose_message(cast("int | None", self.query_one("#events", RecordTable).key))

    def action_answers(self) -> None:
        """Show who comes to the event under the cursor."""
        event = self.under_cursor("events")
        if event is not None:
            self.app.push_screen(AnswersScreen(cast(int, event)))

    def action_audience(self) -> None:
        """Build an audience for the event under the cursor."""
        self.app.push_screen(AudienceScreen(cast("int | None", self.under_cursor("events"))))

    def action_inbox(self) -> None:
        """Show what guests wrote."""
        self.app.push_screen(InboxScreen(self.desk))

    def action_people(self) -> None:
        """Show everybody."""
        self.app.push_screen(PeopleScreen())

    def action_do_not_message(self) -> None:
        """Show who is never written to."""
        self.app.push_screen(DoNotMessageScreen())

    def action_templates(self) -> None:
        """Show every text and how it stands."""
        self.app.push_screen(TemplatesScreen())

    def action_activity(self) -> None:
        """Show what Meta tells."""
        self.app.push_screen(ActivityScreen(self.desk))

    def action_check_up(self) -> None:
        """Show whether everything is there, and the settings."""
        self.app.push_screen(CheckUpScreen())

    def action_nothing(self) -> None:
        """There is nothing behind this screen."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer composes nothing; without an event nobody answers."""
        if action == "compose":
            return self.desk.may_act
        if action == "answers":
            return self.under_cursor("events") is not None
        return super().check_action(action, parameters)


def _event_cells(line: EventLine) -> list[Cell]:
    event = line.event
    name = f"{event.name} (cancelled)" if event.status == "cancelled" else event.name
    return [
        Cell(name, Tone.MUTED if event.status == "cancelled" else Tone.PLAIN),
        Cell(day(event.starts_at.astimezone(event.zone)), Tone.MUTED),
        *(_number(n) for n in (line.invited, line.delivered, line.read, line.yes, line.no, line.maybe)),
    ]


def _run_cells(line: RunLine, *, gone: bool) -> list[Cell]:
    look = SENDER_GONE if gone else STATUSES[line.status]
    return [
        Cell(str(line.run), Tone.MUTED),
        Cell(look.text, look.tone),
        Cell(line.event_name),
        Cell(line.purpose),
        Cell(line.template, Tone.MUTED),
        _number(line.eligible),
        _number(line.waiting),
        Cell(f"{line.failed:,}", Tone.BAD if line.failed else Tone.MUTED),
        Cell(day_and_clock(line.created_at), Tone.MUTED),
    ]


def _number(n: int) -> Cell:
    return Cell(f"{n:,}", Tone.PLAIN if n else Tone.MUTED)
