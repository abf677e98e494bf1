"""One person's message: its whole story, what it says, and what can be done where it failed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from invite_core import instants
from invite_core.lifecycle.alarms import acknowledge
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.message_timeline import MessageFault, timeline
from invite_core.views.run_messages import message, message_text
from invite_core.views.unconfirmed import unconfirmed
from invite_tui.doubt_words import Doubt, doubt_pieces
from invite_tui.local_time import day_and_clock
from invite_tui.reasons import blocked_because, remedy
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.screens.settling_screen import SettlingScreen
from invite_tui.state_style import state_look
from invite_tui.timeline_words import happened
from invite_tui.tone import Tone
from invite_tui.widgets.alarm_line import AlarmLine
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.message_bubble import MessageBubble
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.top_line import TopLine

Document = Mapping[str, Any]

SETTLE = "Ask the person, then say with s that it was sent, with n that it was not."
"""What the organiser does about doubt."""


class MessageScreen(SettlingScreen):
    """The timeline of one message."""

    CSS_PATH = "message.tcss"
    AUTO_FOCUS = "#timeline"

    HELP = """
Every change of this message, in the order in which we learned of it, with Meta's own time beside ours.
An update that came too late to change anything stands among them as “changes nothing”. Times are those
of this computer's clock zone.

While it is unconfirmed, you can say that it was sent or was not; what Meta may still tell of it counts
more. Sending it again is offered only where nothing but your own word speaks of it.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "m", "text", "Text", id="message.text", tooltip="Show what the message says, or its story again"
        ),
        Binding(
            "exclamation_mark",
            "acknowledge",
            "Acknowledge…",
            id="message.acknowledge",
            key_display="!",
            tooltip="Say that you have looked at the alarm of this message",
        ),
    ]

    TODO = "Look at what happened below, speak to the person, then press !."
    VIEWER_TODO = "The organiser speaks to the person and acknowledges it."

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self.message_id = message_id
        self._document: Document = {}

    def compose(self) -> ComposeResult:
        """Facts above, timeline below, the text beside it."""
        yield TopLine((f"Message {self.message_id}", Tone.ACCENT))
        yield AlarmLine()
        yield FaultLine()
        yield InertLabel(id="facts")
        with Horizontal(id="story"):
            with Vertical(id="timeline-side"):
                yield RecordTable(
                    Column("When", 15),
                    Column("State", 14),
                    Column("What happened", 16, grows=True),
                    Column("Meta's time", 15, drop=1),
                    empty="Nothing is known of this message.",
                    id="timeline",
                )
            with VerticalScroll(id="text-side", can_focus=False):
                yield InertLabel("What it says", classes="title")
                yield MessageBubble(id="bubble")
        yield KeyLine()

    async def load(self) -> None:
        """Read the message, its timeline and its text."""
        document = await self.read(message, self.message_id)
        if document is None:
            raise MessageFault(f"There is no message {self.message_id}.", "Go back with escape.")
        lines = await self.read(timeline, self.message_id)
        self.query_one(TopLine).say_left(
            (f"Message {self.message_id}  ", Tone.ACCENT), (document["name"] or "(no name)", Tone.STRONG)
        )
        doubt = (await self.read(unconfirmed, [self.message_id], now=instants.now())).get(self.message_id)
        self._document = document
        await self.read_alarms(message=self.message_id)
        self.query_one("#facts", InertLabel).say(*_facts(document, doubt, self.for_who_acts(SETTLE)))
        numbered = list(enumerate(lines))
        self.query_one("#timeline", RecordTable).show(Listed(numbered, lambda line: line[0], _line_cells))
        text = await self.read(message_text, self.message_id)
        self.query_one("#bubble", MessageBubble).show(text, "There is no text in this person's language.")

    def action_text(self) -> None:
        """Where there is no room for both, show the text instead of the story, or back."""
        self.toggle_class("-text")

    def action_back(self) -> None:
        """Out of the text first, then back."""
        if self._only_one and self.has_class("-text"):
            self.remove_class("-text")
        else:
            super().action_back()

    @property
    def in_doubt(self) -> int | None:
        """This message while it is unconfirmed."""
        return self.message_id if self._document.get("state") == State.UNCONFIRMED else None

    @property
    def may_send_again(self) -> int | None:
        """This message while only a person, if anybody, has said what became of it."""
        by_hand = (
            self._document.get("state") in (State.ACCEPTED, State.CANCELLED)
            and self._document["attempts"] > 0
            and self._document["provider_message_id"] is None
        )
        return self.message_id if by_hand else self.in_doubt

    @work(exclusive=True, group="act")
    async def action_acknowledge(self) -> None:
        """Ask what the organiser found, then acknowledge the alarm."""
        question = FillInScreen(
            "You have looked at this alarm?",
            "\n".join(alarm.detail for alarm in self.alarms),
            ("\n\nIt is kept in the message's story, with your name and your note.", Tone.MUTED),
            fields=[Field("reason", "What did you find? (for the record)", "she got it once")],
            do="Acknowledge",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now, reason = self.desk.operator, instants.now(), filled["reason"]
            await self.act(lambda store: acknowledge(store, self.message_id, reason=reason, by=by, now=now))

    @property
    def _only_one(self) -> bool:
        return self.has_class("-narrow") and self.has_class("-short")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The text is asked for only where it is not beside the story; a viewer acknowledges nothing."""
        if action == "text":
            return self._only_one
        if action == "acknowledge":
            return self.desk.may_act and bool(self.alarms)
        return super().check_action(action, parameters)


def _facts(document: Document, doubt: Doubt | None, settle: str) -> list[Piece]:
    look = state_look(document["state"])
    held = " (held: Meta checks it before it sends it on)" if document["held"] else ""
    attempts = document["attempts"]
    pieces: list[Piece] = [
        (f"{look.glyph} {look.word}{held}", look.tone),
        f"   {document['phone'] or 'no number'}, {document['language'] or 'no language'}, run {document['run']}, ",
        f"{attempts} attempt{'' if attempts == 1 else 's'}",
    ]
    if document["state"] == State.FAILED:
        fact = explain(document["error_code"])
        detail = document["error_detail"] or ""
        pieces += [(f"\n{fact.sentence} ", Tone.BAD), fact.todo, (f"  {detail}", Tone.MUTED)]
        if document["read_at"]:
            pieces.append((f"\nIt was read before, {day_and_clock(document['read_at'])}.", Tone.MUTED))
    if document["state"] == State.UNCONFIRMED:
        pieces += ["\n", *(doubt_pieces(doubt) if doubt else []), f"\n{settle}"]
    for reason in document["block_reasons"] if document["state"] == State.BLOCKED else ():
        pieces += [(f"\n⊘ {blocked_because(reason)}. ", Tone.WARNING), remedy(reason)]
    return pieces


def _line_cells(numbered: tuple[int, Document]) -> list[Cell]:
    _, line = numbered
    look = state_look(line["to"]) if line["to"] else None
    stale = line["outcome"] == "stale"
    same = line["from"] == line["to"]
    return [
        Cell(day_and_clock(line["at"]), Tone.MUTED),
        Cell("" if same or look is None else look.text, look.tone if look and not same else Tone.MUTED),
        Cell(f"{happened(line['cause'])}, came late: changes nothing" if stale else happened(line["cause"]),
             Tone.MUTED if stale else Tone.PLAIN),
        Cell(day_and_clock(line["provider_at"]) if line["provider_at"] else "", Tone.MUTED),
    ]  # fmt: skip
