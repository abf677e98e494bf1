"""A field in which typing narrows a list, once typing rests for a moment."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

RESTS_S = 0.12
"""How long typing rests before the list follows."""


class SearchField(Input):
    """`Searched` says that another text stands in it. Enter and the arrow down lead on to the list."""

    @dataclass
    class Searched(Message):
        """Another text is searched for."""

        text: str
        """What stands in the field."""

    DEFAULT_CSS = """
    SearchField { height: 1; border: none; padding: 0 1; background: $boost; margin: 0; }
    SearchField:focus { background: $surface-lighten-1; border: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "app.focus_next", "To the list", id="search.leave", show=False),
    ]

    def __init__(self, hint: str) -> None:
        super().__init__(placeholder=f"/ {hint}", compact=True)
        self._resting: Timer | None = None
        self._told = ""

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(RESTS_S, self._tell)

    def _tell(self) -> None:
        if self.value != self._told:
            self._told = self.value
            self.post_message(self.Searched(self.value))
