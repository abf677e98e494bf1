"""The last question before a run exists: the numbers again, the consequence, and no key that slips."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from invite_core.dispatch.forecast import Forecast
from invite_core.invitations.marketing import notice
from invite_core.invitations.money import spoken
from invite_core.views.preview_board import PreviewBoard
from invite_tui.forecast_words import forecast_sentences
from invite_tui.local_time import day, length
from invite_tui.reasons import blocked_because
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine

WORD = "send"
"""What has to be typed where many people are concerned."""

MANY = 200
"""More people than this need the typed word."""


class ConfirmSendScreen(ModalScreen[bool]):
    """Gives True only if the Send button was reached for, or the word was typed; Enter alone never sends.

    The cursor is in the field where the word is needed, else on Cancel.
    """

    CSS_PATH = "confirm_send.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="confirm.cancel"),
        Binding("tab", "app.focus_next", "Next", id="confirm.next"),
        Binding("up", "scroll(-1)", "Scroll", id="confirm.up", key_display="↑↓", priority=True),
        Binding("down", "scroll(1)", "Scroll", id="confirm.down", show=False, priority=True),
        Binding("pageup", "leaf(-1)", "Page up", id="confirm.page_up", show=False, priority=True),
        Binding("pagedown", "leaf(1)", "Page down", id="confirm.page_down", show=False, priority=True),
    ]

    AUTO_FOCUS = "#word, #cancel"

    def __init__(self, board: PreviewBoard, outlook: Forecast) -> None:
        super().__init__()
        self._board = board
        self._outlook = outlook

    @property
    def _needs_word(self) -> bool:
        return len(self._board.eligible) > MANY

    def compose(self) -> ComposeResult:
        """The facts, which scroll where there is little room; below them the word if one is needed, two buttons."""
        n = len(self._board.eligible)
        with Vertical(classes="dialog"):
            with VerticalScroll(id="facts", can_focus=False):
                yield InertLabel(
                    (f"Send to {n:,} {'person' if n == 1 else 'people'}? ", Tone.ACCENT),
                    ("This cannot be undone.", Tone.WARNING),
                )
                yield InertLabel(
                    (f"✓ {n:>7,}  ", Tone.STRONG), "will get it",
                    (f"\n⊘ {len(self._board.blocked):>7,}  ", Tone.STRONG), "will not", classes="part numbers",
                )  # fmt: skip
                yield InertLabel(*self._kept_back(), classes="reasons")
                yield InertLabel(*self._facts(), classes="part")
                yield InertLabel(
                    "A message that has left cannot be called back; the rest can be paused or cancelled "
                    "while it is sent.",
                    classes="part",
                )
                for told in (notice(self._board.plan), self._board.unprepared):
                    if told:
                        yield InertLabel((told, Tone.MUTED), classes="part")
            if self._needs_word:
                yield InertLabel(f"Type “{WORD}” to allow it, then press Enter:", id="ask-word")
                yield Input(id="word", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(
                    f"Send {n:,}", id="send", variant="primary", compact=True, disabled=self._needs_word
                )
        yield KeyLine()

    def _facts(self) -> list[Piece]:
        plan = self._board.plan
        when = day(plan.event.starts_at.astimezone(plan.event.zone))
        spoken = "each person's own" if plan.language == "auto" else plan.language
        if plan.fallback:
            spoken += f", else {plan.fallback}"
        slice_note = f" (pauses after the first {plan.first:,})" if plan.first else ""
        said = forecast_sentences(self._outlook, plan.event.zone)[1:]
        return [
            "Event     ", (plan.event.name, Tone.STRONG), f", {when}, {plan.event.venue}",
            "\nTemplate  ", (plan.template, Tone.STRONG), f", language: {spoken}",
            f"\nPurpose   {plan.purpose}",
            "\nAudience  ", (plan.audience, Tone.STRONG),
            "\nDuration  ", f"about {length(self._outlook.seconds)}{slice_note}",
            *[f"\n          {sentence}" for sentence in said],
            *self._cost(),
        ]  # fmt: skip

    def _cost(self) -> list[Piece]:
        estimate, plan = self._board.estimate, self._board.plan
        if estimate is None:
            return []
        pieces: list[Piece] = ["\nCost      ", estimate.sentence().removeprefix("Costs ")]
        if plan.max_cost is not None:
            bound = spoken(plan.max_cost, estimate.card.currency)
            pieces.append(f" Pauses before it passes {bound}.")
        return pieces

    def _kept_back(self) -> list[Piece]:
        board = self._board
        if not board.reasons:
            return []
        pieces: list[Piece] = [("Who will not get it, and why", Tone.MUTED)]
        for reason, n in list(board.reasons.items())[:6]:
            pieces.append((f"\n  {n:>7,}  {blocked_because(reason)}", Tone.MUTED))
        rest = sum(list(board.reasons.values())[6:])
        if rest:
            pieces.append((f"\n  {rest:>7,}  for other reasons", Tone.MUTED))
        return pieces

    @on(Input.Changed, "#word")
    def _typed(self, message: Input.Changed) -> None:
        self.query_one("#send", Button).disabled = message.value.strip().casefold() != WORD

    @on(Input.Submitted, "#word")
    def _typed_out(self) -> None:
        if not self.query_one("#send", Button).disabled:
            self.dismiss(True)
        else:
            self.query_one("#ask-word", InertLabel).say((f"Type {WORD}, or press Escape.", Tone.WARNING))

    def action_scroll(self, lines: int) -> None:
        """Move the facts up or down."""
        self.query_one("#facts", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_leaf(self, pages: int) -> None:
        """Move the facts up or down by what is seen of them, but for a line."""
        facts = self.query_one("#facts", VerticalScroll)
        facts.scroll_relative(y=pages * max(1, facts.size.height - 1), animate=False)

    @on(Button.Pressed, "#send")
    def _send(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Send nothing."""
        self.dismiss(False)
