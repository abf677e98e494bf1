"""One person: how they are reached, why they may be written to or not, and what became of it."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from invite_core import instants
from invite_core.people import do_not_message
from invite_core.views.person_sheet import PersonSheet, person_sheet
from invite_tui.answer_style import ANSWERS
from invite_tui.local_time import date_and_clock
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.erase import EraseScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.screens.merge import MergeScreen
from invite_tui.screens.report import ReportScreen
from invite_tui.state_style import state_look
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine


class PersonScreen(DeskScreen):
    """The sheet of one person, and beside it their messages."""

    CSS_PATH = "person.tcss"
    AUTO_FOCUS = "#messages"

    HELP = """
What is known of one person. Consents and blocks are never changed or deleted: the latest by its own time
counts, and what stood before stays to be seen, with how it came about and who recorded it.

b blocks every number the person has, v lifts that again. Enter opens a message. m makes somebody else a part
of this person, where two entries are one; r shows everything that is held, to be given to them; e erases them.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "block", "Block…", id="person.block", tooltip="Put this person on the Do-Not-Message list"),
        Binding("v", "lift", "Lift…", id="person.lift", tooltip="Lift the block of this person, with a reason"),
        Binding("m", "merge", "Merge…", id="person.merge",
                tooltip="Look for another entry that is the same person, and make the two one"),
        Binding("r", "report", "Report", id="person.report",
                tooltip="Everything that is held about this person, on one page"),
        Binding("e", "erase", "Erase…", id="person.erase", tooltip="Erase everything about this person, for good"),
        Binding("t", "sheet", "Scroll the sheet", id="person.sheet", show=False,
                tooltip="Go to the sheet, to scroll it"),
    ]  # fmt: skip

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self._sheet: PersonSheet | None = None

    def compose(self) -> ComposeResult:
        """The sheet, and the messages beside it."""
        yield TopLine((f"Person {self._contact}", Tone.ACCENT))
        yield FaultLine()
        with Horizontal(id="board"):
            with VerticalScroll(id="sheet"):
                yield InertLabel(id="facts")
            yield RecordTable(
                Column("State", 14),
                Column("Event", 12, grows=True),
                Column("Purpose", 12, drop=2),
                Column("Since", 17, drop=1),
                empty="No message to this person is on record.",
                opens=True,
                id="messages",
            )
        yield KeyLine()

    async def load(self) -> None:
        """Read the sheet."""
        sheet = self._sheet = await self.read(person_sheet, self._contact)
        self._contact = sheet.facts["contact"]
        name = sheet.facts["name"] or "(no name)"
        self.query_one(TopLine).say_left((f"Person {self._contact}  ", Tone.ACCENT), (name, Tone.STRONG))
        self.query_one("#facts", InertLabel).say(*_sheet(sheet))
        self.query_one("#messages", RecordTable).show(
            Listed(sheet.messages, lambda each: each["message"], _cells)
        )

    @on(RecordTable.Chosen, "#messages")
    def _message_chosen(self, message: RecordTable.Chosen) -> None:
        self.program.open_message(cast(int, message.key))

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer changes nothing; only what stands is lifted."""
        if action in ("merge", "erase"):
            return self.desk.may_act and self._sheet is not None
        if action not in ("block", "lift"):
            return super().check_action(action, parameters)
        if self._sheet is None or not self.desk.may_act:
            return False
        return bool(self._sheet.facts["do_not_message"]) is (action == "lift")

    def action_sheet(self) -> None:
        """Give the sheet the keys for scrolling."""
        self.query_one("#sheet").focus()

    @work(exclusive=True, group="act")
    async def action_block(self) -> None:
        """Ask why, then block every number of the person."""
        filled = await self.app.push_screen_wait(
            FillInScreen(
                f"Put {self._called} on the Do-Not-Message list?",
                "Nobody writes to any of their numbers any more, nor to anybody who shares one, until you lift it.",
                fields=[Field("reason", "Why? (for the record)", "asked me on the phone")],
                do="Block",
            )
        )
        if filled is not None:
            by, now, reason = self.desk.operator, instants.now(), filled["reason"]
            await self.act(
                lambda store: do_not_message.block(
                    store, contact=self._contact, reason=reason, source="organiser", at=now, by=by, now=now
                )
            )

    @work(exclusive=True, group="act")
    async def action_lift(self) -> None:
        """Ask why, then lift what stands on any of the person's numbers."""
        filled = await self.app.push_screen_wait(
            FillInScreen(
                f"May {self._called} be written to again?",
                "Lifting it holds for everybody who shares a number with them, and is recorded with your name.",
                fields=[Field("reason", "Why? (for the record)", "she asked to be invited again")],
                do="Lift the block",
            )
        )
        if filled is not None:
            by, now, reason = self.desk.operator, instants.now(), filled["reason"]
            await self.act(
                lambda store: do_not_message.lift(store, contact=self._contact, reason=reason, by=by, now=now)
            )

    def action_merge(self) -> None:
        """Look for the other entry."""
        self.app.push_screen(MergeScreen(self._contact))

    def action_report(self) -> None:
        """Show everything that is held."""
        self.app.push_screen(ReportScreen(self._contact))

    @work(exclusive=True, group="act")
    async def action_erase(self) -> None:
        """Show what would go; leave the person too once it has."""
        erasing = EraseScreen(self._contact)
        await self.app.push_screen_wait(erasing)
        if erasing.is_done:
            self.app.pop_screen()

    @property
    def _called(self) -> str:
        return str(self._sheet.facts["name"] or "this person") if self._sheet else "this person"


def _cells(message: Mapping[str, Any]) -> list[Cell]:
    look = state_look(message["state"])
    return [
        Cell(look.text, look.tone),
        Cell(message["event_name"]),
        Cell(message["purpose"], Tone.MUTED),
        Cell(date_and_clock(message["changed_at"]), Tone.MUTED),
    ]


def _sheet(sheet: PersonSheet) -> Iterator[Piece]:
    facts = sheet.facts
    if facts["do_not_message"]:
        yield ("⊘ On the Do-Not-Message list: nobody writes to them.\n", Tone.WARNING)
    elif facts["marketing_stopped"]:
        yield ("⊘ They stopped marketing inside WhatsApp.\n", Tone.WARNING)
    elif not facts["consent"]:
        yield ("✗ No consent holds: nobody writes to them.\n", Tone.WARNING)
    else:
        yield ("✓ Consent holds, and no block stands.\n", Tone.GOOD)
    yield f"{facts['language'] or 'no language'}, {facts['places']} place{'' if facts['places'] == 1 else 's'}"
    yield f", household {facts['household']}" if facts["household"] else ""
    yield f"\nTags: {', '.join(facts['tags'])}" if facts["tags"] else ""
    for name, value in facts["attributes"].items():
        yield f"\n{name}: {value}"
    yield ("\n\nNumbers", Tone.STRONG)
    for address in sheet.addresses:
        note = (
            "no longer theirs" if address["retired_at"] else "" if address["usable"] else "no mobile number"
        )
        kind = "" if address["kind"] == "phone" else f" ({address['kind'].replace('_', ' ')})"
        yield (f"\n {address['value']}{kind}", Tone.MUTED if note else Tone.PLAIN)
        yield (f"  {note}" if note else "", Tone.MUTED)
    if facts["shares_number_with"]:
        yield (f"\n shared with person {', '.join(map(str, facts['shares_number_with']))}", Tone.MUTED)
    yield from _consents(sheet)
    yield from _blocks(sheet)
    yield ("\n\nAnswers", Tone.STRONG)
    for answer in sheet.answers:
        look = ANSWERS.get(answer["answer"])
        places = f", {answer['places']} places" if answer["places"] else ""
        yield (f"\n {look.text if look else answer['answer']}{places}", look.tone if look else Tone.PLAIN)
        yield (f"  {answer['event_name']}, {date_and_clock(answer['at'])}, {answer['via']}", Tone.MUTED)
    yield ("" if sheet.answers else "\n none yet", Tone.MUTED)


def _consents(sheet: PersonSheet) -> Iterator[Piece]:
    yield ("\n\nConsent", Tone.STRONG)
    for act in sheet.facts["consents"]:
        granted = act["act"] == "grant"
        yield ("\n ✓ agreed" if granted else "\n ✗ took it back", Tone.GOOD if granted else Tone.WARNING)
        yield f" {date_and_clock(act['at'])}, {act['source']}"
        evidence = ", ".join(filter(None, (act["wording"], act["evidence_ref"])))
        yield (f"\n   “{evidence}”" if evidence else "", Tone.PLAIN)
        yield (f"\n   for {act['scope']}, recorded by {act['recorded_by']}", Tone.MUTED)
    yield ("" if sheet.facts["consents"] else "\n none on record", Tone.WARNING)


def _blocks(sheet: PersonSheet) -> Iterator[Piece]:
    if not sheet.blocks:
        return
    yield ("\n\nDo-Not-Message", Tone.STRONG)
    for act in sheet.blocks:
        blocked = act["act"] == "block"
        yield ("\n ⊘ blocked" if blocked else "\n – lifted", Tone.WARNING if blocked else Tone.PLAIN)
        yield f" {date_and_clock(act['at'])}: {act['reason']}"
        yield (f"\n   {act['address'] or '(erased)'}, recorded by {act['by']}", Tone.MUTED)
