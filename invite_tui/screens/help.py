"""Help for the screen in front: what it shows, and every key that works there now."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen

from invite_tui.commands import acts
from invite_tui.state_style import STATES
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece

MEANINGS = {
    "queued": "waits to be sent",
    "sending": "may be on its way to Meta",
    "accepted": "Meta took it",
    "sent": "it left Meta",
    "delivered": "it reached the phone",
    "read": "it was opened",
    "failed": "Meta will not deliver it; the reason stands beside it",
    "unconfirmed": "it may or may not have been sent; Meta's update or you settle it",
    "cancelled": "not sent, and will not be",
    "blocked": "kept back by a rule; the reason stands beside it",
}
"""What each state of a message means."""


class HelpScreen(ModalScreen[None]):
    """A page over the screen that asked for it."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "close", "Close", id="help.close"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._help = (about.HELP or "").strip()
        self._acts = acts(about)

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll(classes="dialog"):
            yield InertLabel(("Help", Tone.ACCENT), "   (escape closes)")
            if self._help:
                yield InertLabel(_paragraphs(self._help), classes="part")
            yield InertLabel(*self._key_lines(), classes="part")
            yield InertLabel(*_state_lines(), classes="part")

    def _key_lines(self) -> Sequence[Piece]:
        lines: list[Piece] = [("Keys", Tone.STRONG)]
        for act in self._acts:
            keys = ", ".join(act.keys)
            lines += [
                (f"\n {keys:<12}", Tone.STRONG if act.enabled else Tone.MUTED),
                (act.explained, Tone.PLAIN if act.enabled else Tone.MUTED),
            ]
        return lines

    def action_close(self) -> None:
        """Back to the screen."""
        self.dismiss()


def _state_lines() -> Sequence[Piece]:
    lines: list[Piece] = [("States of a message", Tone.STRONG)]
    for look in STATES.values():
        lines += [(f"\n {look.text:<15}", look.tone), MEANINGS[look.word]]
    return lines


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
