"""Who comes: every answer that counts, the headcount, changes of mind, and answers written down by hand."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from invite_core import instants
from invite_core.delivery import recorded_answers
from invite_core.invitations import events
from invite_core.views.not_reached import not_reached
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.answer_style import ANSWERS, CHOICES, stands
from invite_tui.local_time import day_and_clock
from invite_tui.messages import StoreChanged
from invite_tui.places_typed import places_typed
from invite_tui.reach_words import Line, missed
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.screens.not_reached import NotReachedScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine

Person = Mapping[str, Any]

SLOW_S = 0.5
"""Answers that took longer to read are read anew after `REST_S` only, however often the file changes."""

REST_S = 10.0

FILTERS: dict[str, str] = {"": "Everybody", "late": "late", **{name: ANSWERS[name].word for name in ANSWERS}}
"""What the list can be narrowed to, and its words."""


class AnswersScreen(DeskScreen):
    """The answers to one event."""

    CSS_PATH = "answers.tcss"
    AUTO_FOCUS = "#people"

    HELP = """
Everybody who was invited or has answered, once, with the answer that counts: the last one by its own
time. Places are the seats of those who come. An answer after the event's answer-by is marked late.

Silent is who got the invitation and has not answered; not reached is who has not got it, and r says why.
Beside the list stands everything that the person under the cursor has answered.

w writes down an answer that came another way, by phone for example.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "record", "Record…", id="answers.record",
                tooltip="Write down an answer that this person gave by phone or in person"),
        Binding("a", "filter('')", "All", id="answers.all", tooltip="Show everybody"),
        Binding("y", "filter('yes')", "Yes", id="answers.yes", tooltip="Show only who comes"),
        Binding("n", "filter('no')", "No", id="answers.no", tooltip="Show only who does not come"),
        Binding("m", "filter('maybe')", "Maybe", id="answers.maybe", show=False,
                tooltip="Show only who does not know yet"),
        Binding("s", "filter('silent')", "Silent", id="answers.silent", tooltip="Show only who has not answered"),
        Binding("u", "filter('unreached')", "Not reached", id="answers.unreached", show=False,
                tooltip="Show only who has not got the invitation"),
        Binding("r", "not_reached", "Missed", id="answers.not_reached",
                tooltip="Whom the invitation has not reached, why, and who was invited in another way"),
        Binding("l", "filter('late')", "Late", id="answers.late", show=False, tooltip="Show only late answers"),
    ]  # fmt: skip

    def __init__(self, event: int) -> None:
        super().__init__()
        self._event = event
        self._people: dict[int, Person] = {}
        self._shown = ""
        self._took_s = 0.0
        self._read_at = 0.0

    def compose(self) -> ComposeResult:
        """The counts above; the people, and beside them what one of them answered."""
        yield TopLine(("Answers", Tone.ACCENT))
        yield FaultLine()
        yield InertLabel(id="tally")
        with Horizontal(id="board"):
            yield RecordTable(
                Column("Answer", 14),
                Column("Name", 14, grows=True),
                Column("Places", 6, right=True),
                Column("Number", 16, drop=2),
                Column("Since", 15, drop=1),
                Column("", 4),
                id="people",
            )
            with VerticalScroll(id="side", can_focus=False):
                yield InertLabel(id="history")
        yield KeyLine()

    # ------------------------------------------------------------ reading and showing

    @on(StoreChanged)
    def _look_again(self) -> None:
        if self._took_s < SLOW_S or time.monotonic() - self._read_at > REST_S:
            self.reload()

    async def load(self) -> None:
        """Read the board of the event."""
        began = time.monotonic()
        event = await self.read(events.find, str(self._event))
        board = await self.read(rsvp_board, event)
        lines = await self.read(not_reached, event, now=instants.now())
        self._read_at = time.monotonic()
        self._took_s = self._read_at - began
        self._people = {person["contact"]: person for person in board["people"]}
        self.query_one(TopLine).say_left(("Answers  ", Tone.ACCENT), (event.name, Tone.STRONG))
        self.query_one("#tally", InertLabel).say(*_tally(board, self._shown), *_missed(lines))
        self._show_people()

    def _show_people(self, *, from_top: bool = False) -> None:
        people = [person for person in self._people.values() if _is_in(person, self._shown)]
        table = self.query_one("#people", RecordTable)
        table.empty = (
            f"Nobody is listed under “{FILTERS[self._shown]}”. Press a for everybody."
            if self._shown
            else "Nobody has been invited to this event yet. " + self.for_who_acts("Go back and press n.")
        )
        table.show(Listed(people, lambda person: person["contact"], _cells), from_top=from_top)
        self._show_history()

    @on(RecordTable.Highlighted, "#people")
    def _another_person(self) -> None:
        self._show_history()
        self.refresh_bindings()

    def _show_history(self) -> None:
        person = self._person
        self.query_one("#history", InertLabel).say(*(_history(person) if person else ()))

    @property
    def _person(self) -> Person | None:
        return self._people.get(cast(int, self.under_cursor("people")))

    # ------------------------------------------------------------ acts

    def action_filter(self, shown: str) -> None:
        """Show some of the people, or all with ''."""
        self._shown = shown
        self._show_people(from_top=True)
        self.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer records nothing."""
        if action == "record":
            return self.desk.may_act and self._person is not None
        return super().check_action(action, parameters)

    def action_not_reached(self) -> None:
        """Show whom the invitation has not reached."""
        self.app.push_screen(NotReachedScreen(self._event))

    @work(exclusive=True, group="act")
    async def action_record(self) -> None:
        """Ask for the answer and how it came, then write it down."""
        person = self._person
        if person is None:
            return
        question = FillInScreen(
            f"What did {person['name'] or 'this person'} answer?",
            "It counts from now on, until a later answer comes. What was answered before is kept.",
            fields=[
                Field("answer", "Answer", choices=CHOICES),
                Field("places", "Places, if they come (empty: as invited)", "2", needed=False),
                Field("via", "How did it come? (for the record)", "by phone"),
            ],
            do="Record",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now = self.desk.operator, instants.now()
            await self.act(
                lambda store: recorded_answers.record(
                    store, events.find(store, str(self._event)), person["contact"], filled["answer"],
                    places=places_typed(filled["places"]), via=filled["via"], by=by, now=now,
                )
            )  # fmt: skip


def _is_in(person: Person, shown: str) -> bool:
    return not shown or stands(person) == shown or (shown == "late" and bool(person["late"]))


def _tally(board: Mapping[str, Any], shown: str) -> Sequence[Piece]:
    counts = {**board, "silent": board["none"] - board["not_reached"], "unreached": board["not_reached"]}
    pieces: list[Piece] = []
    for name, look in ANSWERS.items():
        places = f" ({board['places']:,} place{'' if board['places'] == 1 else 's'})" if name == "yes" else ""
        tone = Tone.ACCENT if name == shown else look.tone if counts[name] else Tone.MUTED
        pieces.append((f"{'  ' if pieces else ''}{look.glyph} {counts[name]:,} {look.word}{places}", tone))
    late = sum(person["late"] for person in board["people"])
    if late:
        pieces.append((f"  {late:,} late", Tone.WARNING))
    return pieces


def _missed(lines: Sequence[Line]) -> Sequence[Piece]:
    return [f"\nMissed: {missed(lines)} (r)"] if lines else ()


def _cells(person: Person) -> list[Cell]:
    look = ANSWERS[stands(person)]
    return [
        Cell(look.text, look.tone),
        Cell(person["name"] or "(no name)"),
        Cell(str(person["places"]) if person["places"] else "", Tone.STRONG),
        Cell(person["phone"] or "–", Tone.MUTED),
        Cell(day_and_clock(person["at"]) if person["at"] else "", Tone.MUTED),
        Cell("late" if person["late"] else "", Tone.WARNING),
    ]


def _history(person: Person) -> Sequence[Piece]:
    pieces: list[Piece] = [
        (person["name"] or "(no name)", Tone.STRONG),
        f"\n{person['phone'] or 'no number'}\n",
    ]
    for given in reversed(person["history"]):
        look = ANSWERS[given["answer"]]
        places = f", {given['places']} places" if given["places"] else ""
        via = {"manual": "recorded by hand", "tap": "tapped a button"}.get(given["via"], "wrote it")
        pieces += [
            (f"\n{look.text}{places}", look.tone),
            (f"\n   {day_and_clock(given['at'])}, {via}{', late' if given['late'] else ''}", Tone.MUTED),
        ]
    if len(person["history"]) > 1:
        pieces.append(("\n\nThe one on top counts.", Tone.MUTED))
    if not person["history"]:
        pieces.append(
            ("\nNo answer yet." if person["reached"] else "\nHas not got the invitation.", Tone.MUTED)
        )
    return pieces
