"""A question that needs words before something is done: a reason, a number, an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select

from invite_tui.inert_text import inert
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in."""

    name: str
    """What the answer is called."""
    label: str
    """What stands above it."""
    hint: str = ""
    """An example, shown while it is empty."""
    value: str = ""
    """What stands in it, or is chosen, at first."""
    choices: Sequence[tuple[str, str]] = ()
    """Where one of a few is chosen: the words and the value of each."""
    needed: bool = True
    """Whether it must not be left empty."""
    word: str = ""
    """The only words that it takes, where they have to be typed on purpose."""

    def takes(self, value: str) -> bool:
        """Whether `value` will do."""
        if self.word:
            return " ".join(value.casefold().split()) == self.word
        return bool(value.strip()) or not self.needed


class FillInScreen(ModalScreen[Mapping[str, str] | None]):
    """Gives what was filled in, by the fields' names, or None.

    Nothing is done before every field will do, so no key that slips does anything.
    """

    CSS_PATH = "fill_in.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="fill.cancel"),
        Binding("tab", "app.focus_next", "Next", id="fill.next"),
    ]

    AUTO_FOCUS = "Input, Select"

    def __init__(self, title: str, *said: Piece, fields: Sequence[Field], do: str) -> None:
        super().__init__()
        self._title = title
        self._said = said
        self._fields = fields
        self._do = do

    def compose(self) -> ComposeResult:
        """Title, what it means, the fields, two buttons."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield InertLabel((self._title, Tone.ACCENT))
            if self._said:
                yield InertLabel(*self._said, id="said")
            for field in self._fields:
                yield InertLabel(field.label, classes="label")
                if field.choices:
                    options = [(Content(inert(words)), value) for words, value in field.choices]
                    chosen = field.value or Select.NULL
                    yield Select(options, value=chosen, prompt="choose", id=field.name, compact=True)
                else:
                    yield Input(field.value, placeholder=field.hint, id=field.name, compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self._do, id="do", variant="warning", compact=True, disabled=True)
        yield KeyLine()

    def _value(self, field: Field) -> str:
        if field.choices:
            chosen = self.query_one(f"#{field.name}", Select).value
            return "" if chosen is Select.NULL else str(chosen)
        return self.query_one(f"#{field.name}", Input).value.strip()

    def _missing(self) -> Field | None:
        return next((field for field in self._fields if not field.takes(self._value(field))), None)

    @on(Input.Changed)
    @on(Select.Changed)
    def _filled_in(self) -> None:
        self.query_one("#do", Button).disabled = self._missing() is not None

    @on(Input.Submitted)
    def _typed_out(self) -> None:
        missing = self._missing()
        if missing is None:
            self._done()
        else:
            self.query_one(f"#{missing.name}").focus()

    @on(Button.Pressed, "#do")
    def _done(self) -> None:
        self.dismiss({field.name: self._value(field) for field in self._fields})

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
