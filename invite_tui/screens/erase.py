"""Erasing a person: what goes, what stays as a keyed hash, and the word that has to be typed."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input

from invite_core import instants
from invite_core.operations import erasure
from invite_core.views.person_sheet import PersonSheet, person_sheet
from invite_tui.command_line.counting import counted
from invite_tui.for_good_words import ERASE_WORD, erased_lines
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_input import InertInput
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.top_line import TopLine


class EraseScreen(DeskScreen):
    """The question first, what was done afterwards."""

    CSS_PATH = "erase.tcss"
    AUTO_FOCUS = "#word"

    HELP = """
Everything that names the person goes from the file and from the disk. What they blocked stays blocked, and no
import and no late update of WhatsApp's brings them back: for that, hashes of the numbers and of the name stay,
made with a key that lies beside the file and not in it. It cannot be undone.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", "Scroll", id="erase.up", key_display="↑↓", priority=True),
        Binding("down", "scroll(1)", "Scroll", id="erase.down", show=False, priority=True),
    ]

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self.is_done = False
        """Whether the person is erased."""
        self._is_under_way = False

    def compose(self) -> ComposeResult:
        """What goes and what stays; the word."""
        yield TopLine(("Erase", Tone.ACCENT))
        yield FaultLine()
        with VerticalScroll(id="page", can_focus=False):
            yield InertLabel(id="facts")
        with Vertical(id="asking") as asking:
            asking.display = self.desk.may_act
            yield InertLabel(f"Type “{ERASE_WORD}” to go on, or press Escape:", id="ask-word")
            with Horizontal(id="typing"):
                yield InertInput(id="word", compact=True)
                yield Button("Erase for good", id="do", variant="warning", compact=True, disabled=True)
        yield KeyLine()

    async def load(self) -> None:
        """Read what there is to be erased."""
        sheet = await self.read(person_sheet, self._contact)
        if self.is_done:  # what was read may be from before
            return
        name = sheet.facts["name"] or "(no name)"
        self.query_one(TopLine).say_left(("Erase  ", Tone.ACCENT), (name, Tone.STRONG))
        self.query_one("#facts", InertLabel).say(*_told(sheet))

    # ------------------------------------------------------------ acts

    @on(Input.Changed, "#word")
    def _typed(self, message: Input.Changed) -> None:
        self.query_one("#do", Button).disabled = message.value.strip().casefold() != ERASE_WORD

    @on(Input.Submitted, "#word")
    @on(Button.Pressed, "#do")
    def _word_given(self) -> None:
        if self.query_one("#do", Button).disabled:
            self.query_one("#ask-word", InertLabel).say(
                (f"Type “{ERASE_WORD}”, or press Escape: nothing is erased yet.", Tone.WARNING)
            )
        elif not self._is_under_way:
            self._is_under_way = True
            self._erase()

    @work(exclusive=True, group="act")
    async def _erase(self) -> None:
        by, now = self.desk.operator, instants.now()
        done = await self.act(lambda store: erasure.erase(store, self._contact, by=by, now=now))
        if done is None:
            self._is_under_way = False
            return
        self.is_done = True
        self.query_one("#asking").display = False
        self.query_one(TopLine).say_left(("Erased", Tone.ACCENT))
        lines = [(f"{line}\n", Tone.PLAIN) for line in erased_lines(done)]
        self.query_one("#facts", InertLabel).say(*lines, ("\nEscape goes back.", Tone.MUTED))

    def action_scroll(self, lines: int) -> None:
        """Move the page up or down."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_back(self) -> None:
        """Back to whoever asked."""
        self.dismiss()


def _told(sheet: PersonSheet) -> Iterator[Piece]:
    facts, numbers = sheet.facts, len(sheet.addresses)
    messages, answers = len(sheet.messages), len(sheet.answers)
    waiting = sum(message["state"] == "queued" for message in sheet.messages)
    yield (f"Everything about person {facts['contact']} will be gone for good. ", Tone.WARNING)
    yield ("This cannot be undone.", Tone.WARNING)
    yield ("\n\nWhat goes", Tone.STRONG)
    yield "\n  the name, language, household, tags and whatever else is noted"
    yield f"\n  {counted(numbers, 'number or WhatsApp id', 'numbers and WhatsApp ids')}"
    yield f"\n  how, and in which words, they agreed: {counted(len(facts['consents']), 'act')} of consent"
    yield "\n  what they wrote, the words of their messages, what WhatsApp told of them"
    yield "\n  the older bytes of all that on the disk"
    yield ("\n\nWhat stays, and names nobody", Tone.STRONG)
    yield f"\n  {counted(messages, 'message')} and {counted(answers, 'answer')} as numbers, so that counts stay true"
    yield "\n  hashes of the numbers and the name, made with a key that is not in the file:"
    yield "\n  a block goes on standing, and no import or late update brings them back"
    if facts["do_not_message"]:
        yield ("\n  the block that stands, under its hash", Tone.STRONG)
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        yield (
            f"\n\n{counted(waiting, 'message')} to them {verb} in a run and will be held back.",
            Tone.WARNING,
        )
    if sharing := len(facts["shares_number_with"]):
        others = counted(sharing, "other person has", "other people have")
        yield f"\n\n{others} one of these numbers, and {'keeps' if sharing == 1 else 'keep'} it."
    yield (
        "\n\nCopies of the file from before still hold them; one that is restored is erased again.",
        Tone.MUTED,
    )
