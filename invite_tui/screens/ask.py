"""A question before something that cannot be taken back. Cancel has the focus."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button

from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine


class AskScreen(ModalScreen[bool]):
    """Gives True if the organiser reached for the button that does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="ask.cancel"),
        Binding("left,right", "app.focus_next", "Other button", id="ask.other", show=False),
    ]

    AUTO_FOCUS = "#cancel"

    def __init__(self, title: str, *said: Piece, do: str, cancel: str = "Cancel") -> None:
        super().__init__()
        self._title = title
        self._said = said
        self._do = do
        self._cancel = cancel

    def compose(self) -> ComposeResult:
        """Title, consequence, two buttons."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield InertLabel((self._title, Tone.ACCENT))
            yield InertLabel("\n", *self._said)
            with Horizontal(classes="buttons"):
                yield Button(self._cancel, id="cancel", compact=True)
                yield Button(self._do, id="do", variant="warning", compact=True)
        yield KeyLine()

    @on(Button.Pressed, "#do")
    def _do_it(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)
