"""What guests wrote: what may mean stop first, then what is unread, then what was dealt with."""

from collections.abc import Sequence
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from invite_core import instants
from invite_core.delivery import inbox, recorded_answers
from invite_core.invitations import events
from invite_core.views.guest_texts import GuestText, guest_text
from invite_tui.answer_style import CHOICES
from invite_tui.desk import Desk
from invite_tui.guest_texts_source import LOOKS, GuestTexts
from invite_tui.places_typed import places_typed
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Column
from invite_tui.widgets.top_line import TopLine


class InboxScreen(DeskScreen):
    """The list, and below it what one guest wrote."""

    CSS_PATH = "inbox.tcss"
    AUTO_FOCUS = "#texts"

    HELP = """
What guests wrote instead of tapping a button. What may mean “stop” stands first: until you decide,
nothing is sent to that person. x takes a text for a stop, w for an answer, e is for what you have read
and dealt with.

The program writes no replies. The link below a text opens the chat with that number on your own phone,
or in WhatsApp on this computer.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "done", "Dealt with", id="inbox.done", tooltip="You have read it, and nothing is left to do"),
        Binding("w", "answer", "An answer…", id="inbox.answer", tooltip="Take what they wrote for an answer"),
        Binding("x", "stop", "A stop…", id="inbox.stop", tooltip="They want no more messages: block them"),
        Binding("p", "person", "Person", id="inbox.person", tooltip="Show the person who wrote"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._source = GuestTexts(desk)

    def compose(self) -> ComposeResult:
        """The list above, the text below."""
        yield TopLine(("Inbox", Tone.ACCENT))
        yield FaultLine()
        with Vertical(id="board"):
            yield RecordTable(
                Column("Status", 13),
                Column("From", 14, grows=True),
                Column("Text", 20, grows=True),
                Column("Event", 14, drop=2),
                Column("Written", 15, drop=1),
                empty="No guest has written anything yet. Answers by button stand with the event's answers.",
                id="texts",
            )
            with VerticalScroll(id="reading", can_focus=False):
                yield InertLabel(id="text")
        yield KeyLine()

    def on_mount(self) -> None:
        """The list reads by itself."""
        super().on_mount()
        self.query_one("#texts", RecordTable).show(self._source)

    async def load(self) -> None:
        """Read the list again, and the text under the cursor."""
        table = self.query_one("#texts", RecordTable)
        table.reload()
        fresh = await self.read(guest_text, cast(int, table.key)) if table.key is not None else None
        if fresh is not None:
            self._source.texts[fresh.reply] = fresh
        self._show_text()

    @on(RecordTable.Highlighted, "#texts")
    def _another_text(self) -> None:
        self._show_text()
        self.refresh_bindings()

    @property
    def _text(self) -> GuestText | None:
        """What is under the cursor at this moment: a key pressed right after the cursor moved means that."""
        return self._source.texts.get(cast(int, self.under_cursor("texts")))

    def _show_text(self) -> None:
        text = self._text
        decide = self.for_who_acts(" until you decide: x a stop, e no stop")
        self.query_one("#text", InertLabel).say(*(_reading(text, decide) if text else ()))

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can still be decided about the text; nothing that changes anything for a viewer."""
        text = self._text
        if action == "person":
            return text is not None and text.contact is not None
        if action not in ("done", "answer", "stop"):
            return super().check_action(action, parameters)
        if text is None or not self.desk.may_act:
            return False
        return text.waits or (action != "done" and text.status == "done")

    def action_person(self) -> None:
        """Show who wrote."""
        text = self._text
        if text is not None and text.contact is not None:
            self.program.open_person(text.contact)

    @work(exclusive=True, group="act")
    async def action_done(self) -> None:
        """Mark it as dealt with; what may have meant stop asks first."""
        text = self._text
        if text is None:
            return
        if text.status == "possible_opt_out":
            question = AskScreen(
                "It does not mean stop?",
                (f"“{text.text}”", Tone.STRONG),
                "\n\nIf it is dealt with, this person may be written to again.",
                do="It is no stop",
            )
            if not await self.app.push_screen_wait(question):
                return
        by, now = self.desk.operator, instants.now()
        await self.act(lambda store: inbox.done(store, text.reply, by=by, now=now))

    @work(exclusive=True, group="act")
    async def action_stop(self) -> None:
        """Ask, then block whoever wrote it."""
        text = self._text
        if text is None:
            return
        question = AskScreen(
            f"Block {text.name or text.address or 'this sender'}?",
            (f"“{text.text}”", Tone.STRONG),
            "\n\nNobody writes to this person any more, at any of their numbers, nor to anybody who shares one. "
            "No import lifts that; you can, with a reason.",
            do="Block",
        )
        if await self.app.push_screen_wait(question):
            by, now = self.desk.operator, instants.now()
            await self.act(lambda store: inbox.stop(store, text.reply, by=by, now=now))

    @work(exclusive=True, group="act")
    async def action_answer(self) -> None:
        """Ask which answer it is, then record it, as given when it was written."""
        text = self._text
        if text is None:
            return
        fields = [
            Field("answer", "Answer", choices=CHOICES),
            Field("places", "Places, if they come (empty: as invited)", "2", needed=False),
        ]
        if text.event is None:
            listed = await self.read(events.listing)
            fields.insert(0, Field("event", "Event", choices=[(each.name, str(each.id)) for each in listed]))
        question = FillInScreen(
            f"What does {text.name or text.address or 'this guest'} answer?",
            (f"“{text.text}”", Tone.STRONG),
            (f"\n{text.event_name}" if text.event_name else "", Tone.MUTED),
            fields=fields,
            do="Record",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now = self.desk.operator, instants.now()
            event = int(filled["event"]) if "event" in filled else None
            await self.act(
                lambda store: recorded_answers.take_for_answer(
                    store, text.reply, filled["answer"], places=places_typed(filled["places"]),
                    event=event, by=by, now=now,
                )
            )  # fmt: skip


def _reading(text: GuestText, decide: str) -> Sequence[Piece]:
    look = LOOKS[text.status]
    taken = f" ({text.answer})" if text.answer and text.status == "answer" else ""
    by = f" by {text.dealt_by}" if text.dealt_by else ""
    pieces: list[Piece] = [
        (text.name or "(unknown)", Tone.STRONG), f"  {text.address or 'no number'}  ",
        (f"{look.glyph} {look.word}{taken}{by}", look.tone),
        (f"  {text.event_name}" if text.event_name else "", Tone.MUTED),
    ]  # fmt: skip
    if text.status == "possible_opt_out":
        pieces.append(
            (
                f"\nThis may mean “stop”. Nothing is sent to them{decide}.",
                Tone.WARNING,
            )
        )
    pieces.append(f"\n\n{text.text or '(a picture, a voice message or a file; only WhatsApp shows it)'}")
    if text.digits:
        pieces += [("\n\nWrite back from your own phone: ", Tone.MUTED), f"https://wa.me/{text.digits}"]
    return pieces
