"""A form of choices and texts that says when something else is asked for, once typing rests."""

from dataclasses import dataclass

from textual import on
from textual.containers import Grid
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Select

TYPING_S = 0.15
"""How long typing rests before it counts."""


class AskingForm(Grid):
    """Fields in a grid; `Changed` is all that leaves it."""

    @dataclass
    class Changed(Message):
        """What is asked for is another thing now."""

    _typing: Timer | None = None

    @on(Select.Changed)
    def _chosen(self, message: Select.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_S, lambda: self.post_message(self.Changed()))
