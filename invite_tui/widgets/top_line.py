"""The first line of every screen: where one is, and whether the listener hears."""

from textual.app import ComposeResult
from textual.containers import Horizontal

from invite_tui.widgets.inert_label import InertLabel, Piece


class TopLine(Horizontal):
    """Words on the left, the state of the listener on the right."""

    DEFAULT_CSS = """
    TopLine {
        height: 1; padding: 0 1; background: $panel;
        & > InertLabel { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > .left { width: 1fr; }
        & > .right { width: auto; max-width: 60%; padding-left: 2; }
    }
    """

    def __init__(self, *pieces: Piece) -> None:
        super().__init__()
        self._pieces = pieces

    def compose(self) -> ComposeResult:
        """The two halves."""
        yield InertLabel(*self._pieces, classes="left")
        yield InertLabel(classes="right")

    def say_left(self, *pieces: Piece) -> None:
        """Say where one is."""
        self.query_one(".left", InertLabel).say(*pieces)

    def say_right(self, *pieces: Piece) -> None:
        """Say how the listener is."""
        self.query_one(".right", InertLabel).say(*pieces)
