"""Putting a message together: what is asked for, who would get it, who would not and why, how it reads."""

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.dispatch.forecast import forecast
from invite_core.errors import InviteError
from invite_core.invitations import events, templates
from invite_core.invitations.plan import Wish
from invite_core.views.personal_message import message_for
from invite_core.views.preview_board import PreviewBoard, preview_board
from invite_tui.inert_text import inert
from invite_tui.readiness import obstacles
from invite_tui.screens.audience import AudienceScreen
from invite_tui.screens.confirm_send import ConfirmSendScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.message_bubble import MessageBubble
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.top_line import TopLine
from invite_tui.widgets.verdict_lists import VerdictLists, in_doubt, why_blocked, without_text
from invite_tui.widgets.wish_form import WishForm

SLOW_S = 1.0
"""A preview that took longer is not made anew at every change of the file, only when the wish changes."""


class ComposeScreen(DeskScreen):
    """Nothing is sent from here without the next screen's question."""

    CSS_PATH = "compose.tcss"
    AUTO_FOCUS = "#event"

    HELP = """
Choose the event, the template and the audience. The two lists show at once who would get the message
and who would not, each with the reason and what can be done about it. Every person of the audience
stands in exactly one of them.

a builds the audience by picking. It is `all`, or terms that must all hold: tag:vip, language:pt,
answered:none, invited:yes, attribute.city:"New York", @NAME for a saved one; a minus before a term turns
it round.

The options are those of `invite-tui send`: --map PARAM=FIELD says what fills a parameter of the
template, --button INDEX=MEANING what a tap on a button means, --per-household writes to each household
once, --first N pauses after so many people, --window 9-20 keeps to those hours (with --their-time, of each
person's own clock), --max-cost 25 pauses before more is spent. Without any, the template's own choices hold.

s asks for confirmation and repeats the numbers; nothing leaves before that. Where something stands
against sending, s says what.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "send", "Send…", id="compose.send",
                tooltip="Go to the confirmation, which repeats the numbers"),
        Binding("a", "build", "Audience…", id="compose.build", tooltip="Build the audience by picking"),
        Binding("slash", "audience", "Type audience", id="compose.audience", key_display="/", show=False,
                tooltip="Go to the audience field"),
        Binding("m", "message", "Message text", id="compose.message", tooltip="Show how the message reads"),
    ]  # fmt: skip

    def __init__(self, event: int | None = None, begin: Wish | None = None) -> None:
        super().__init__()
        self._form = WishForm(event, begin)
        self._board: PreviewBoard | None = None
        self._wish: Wish | None = None
        self._obstacles: list[InviteError] = []
        self._reasons: dict[int, Sequence[str]] = {}
        self._took_s = 0.0

    def compose(self) -> ComposeResult:
        """Form above, the two lists below, the message beside them."""
        yield TopLine(("New message", Tone.ACCENT))
        yield self._form
        yield FaultLine()
        yield InertLabel(id="obstacles")
        with Horizontal(id="people"):
            yield VerdictLists()
            with VerticalScroll(id="message-side", can_focus=False):
                yield InertLabel(id="message-title", classes="title")
                yield MessageBubble(id="bubble")
        yield InertLabel(id="remedy")
        yield KeyLine()

    # ------------------------------------------------------------ reading

    async def load(self) -> None:
        """Offer what there is, judge what is asked for."""
        form = self._form
        form.offer(await self.read(events.listing), await self.read(templates.listing))
        try:
            wish = form.wish
            if wish is None:
                self._show_nothing("Choose an event and a template.")
                return
            if wish != self._wish or self._took_s < SLOW_S or self._board is None:
                await self._judge(wish)
        except InviteError as fault:
            self._show_nothing("")
            self.show_fault(fault)
            return
        if self._board is not None:
            self._obstacles = await self.read(obstacles, self._board, self.desk.settings, now=instants.now())
            self._show_obstacles()

    async def _judge(self, wish: Wish) -> None:
        began = time.monotonic()
        board = await self.read(preview_board, wish, now=instants.now())
        if self._form.wish != wish:  # asked for something else meanwhile
            self.reload()
            return
        another = wish != self._wish
        self._took_s = time.monotonic() - began
        self._wish, self._board = wish, board
        self.show_fault(None)
        self._reasons = {verdict.contact: verdict.reasons for verdict in board.blocked}
        self.query_one(VerdictLists).show(board, from_top=another)
        self._show_message()

    # ------------------------------------------------------------ showing

    def _show_nothing(self, why: str) -> None:
        self._board, self._wish, self._obstacles, self._reasons = None, None, [], {}
        self.show_fault(None)
        self.query_one("#obstacles", InertLabel).say()
        self.query_one("#remedy", InertLabel).say()
        self.query_one("#message-title", InertLabel).say()
        self.query_one("#bubble", MessageBubble).show(None, why or "The message shows here.")
        self.query_one(VerdictLists).show_nothing(why)

    def _show_obstacles(self) -> None:
        pieces: list[Piece] = []
        for fault in self._obstacles:
            pieces += [(f"{chr(10) if pieces else ''}! {fault.sentence}", Tone.WARNING), f" {fault.todo}"]
        if self._board is not None:
            pieces += without_text(self._board, first=not pieces)
            pieces += in_doubt(self._board, first=not pieces)
        self.query_one("#obstacles", InertLabel).say(*pieces)

    @on(RecordTable.Highlighted)
    def _person_changed(self) -> None:
        self._show_message()

    def on_descendant_focus(self) -> None:
        """The message and the remedy follow the list that has the focus."""
        self._show_message()

    @work(exclusive=True, group="message")
    async def _show_message(self) -> None:
        person = self.query_one(VerdictLists).person if self.in_use else None
        board = self._board
        if board is None or person is None:
            return
        contact, name = person
        try:
            message = await self.read(message_for, board.plan, contact, now=instants.now())
        except InviteError:  # the person or the template has just gone; the next reading says so
            return
        self.query_one("#message-title", InertLabel).say("As ", (name, Tone.STRONG), " reads it")
        nothing = "There is no text in this person's language."
        bubble, faults = self.query_one("#bubble", MessageBubble), message.faults if message else ()
        bubble.show(message.shown if message else None, nothing, message.meanings if message else {})
        self.query_one("#remedy", InertLabel).say(*why_blocked(name, self._reasons.get(contact, ()), faults))

    # ------------------------------------------------------------ acts

    @on(WishForm.Changed)
    def _wish_changed(self) -> None:
        self.reload()

    def action_audience(self) -> None:
        """Go to the audience field."""
        self.query_one("#audience", Input).focus()

    def action_build(self) -> None:
        """Build the audience by picking, from the one that stands in its field."""
        try:
            wish = self._form.wish
        except InviteError as fault:  # the options cannot be read
            self.show_fault(fault)
            return
        self.app.push_screen(
            AudienceScreen(
                self._form.event,
                wish=wish,
                expression=self._form.audience,
                per_household=wish is not None and wish.per_household,
                use=lambda expression, once: self._form.choose_audience(expression, per_household=once),
            )
        )

    def action_message(self) -> None:
        """Where there is no room for three columns, show the message instead of the blocked, or back."""
        self.toggle_class("-message")

    @property
    def leaves_field(self) -> bool:
        """Escape goes from a field to the lists, from a choice only where somebody stands in them."""
        return isinstance(self.focused, Input) or bool(self._board and isinstance(self.focused, Select))

    def action_back(self) -> None:
        """Out of the message's text and out of a field first, then back."""
        if self.has_class("-narrow") and self.has_class("-message"):
            self.remove_class("-message")
        elif self.leaves_field:
            self.query_one(VerdictLists).in_use.focus()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Sending is not offered to a viewer."""
        if action == "send":
            return self.desk.may_act
        return super().check_action(action, parameters)

    @property
    def ready(self) -> bool:
        """Whether nothing stands against sending what the lists show."""
        return self._board is not None and not self._obstacles

    def _say_why_not(self) -> None:
        if self._obstacles:
            why = f"{self._obstacles[0].sentence} {self._obstacles[0].todo}"
        elif self._loading:
            why = "The lists are still being made. Try again in a moment."
        else:
            why = "Nothing can be sent yet: choose an event, a template and an audience."
        self.notify(inert(why), title="Not yet", severity="warning", timeout=8, markup=False)

    @work(exclusive=True, group="send")
    async def action_send(self) -> None:
        """Say what stands against it, or ask, with the numbers; if confirmed, send and show the run."""
        board = self._board
        if board is None or not self.ready:
            self._say_why_not()
            return
        if self._form.wish != self._wish:  # the lists have not caught up with the form yet
            self.reload()
            return
        rate, people = self.desk.settings.messages_per_second, len(board.eligible)
        now = instants.now()
        outlook = await self.read(forecast, board.plan, people, messages_per_second=rate, now=now)
        if not await self.app.push_screen_wait(ConfirmSendScreen(board, outlook)):
            return
        try:
            run = await self.program.sender.send(board.plan, confirmed=len(board.eligible))
        except InviteError as fault:
            self.show_fault(fault)
            return
        self.program.open_run(run, instead=self is self.app.screen)
