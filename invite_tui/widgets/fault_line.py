"""Where a screen says what is wrong and what to do. It stays until it is dealt with."""

from invite_core.errors import InviteError
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel


class FaultLine(InertLabel):
    """One fault, or what holds of the whole file; with neither it takes no room."""

    DEFAULT_CSS = """
    FaultLine { height: auto; max-height: 4; padding: 0 1; background: $error-muted; }
    FaultLine.-silent { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._fault: InviteError | None = None
        self._standing = ("", "")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.show(None)

    def show(self, fault: InviteError | None) -> None:
        """Show `fault`; with None what stands is back."""
        self._fault = fault
        sentence, todo = (fault.sentence, fault.todo) if fault is not None else self._standing
        if sentence:
            self.say(("! ", Tone.BAD), (sentence, Tone.BAD), f" {todo}")
        else:
            self.say()

    def stand(self, sentence: str, todo: str) -> None:
        """What is shown from now on while there is no fault; nothing with an empty `sentence`."""
        if (sentence, todo) != self._standing:
            self._standing = sentence, todo
            self.show(self._fault)
