"""Where a screen says what is wrong and what to do. It stays until it is dealt with."""

from invite_core.errors import InviteError
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel


class FaultLine(InertLabel):
    """One fault, or nothing and then no room taken."""

    DEFAULT_CSS = """
    FaultLine { height: auto; max-height: 4; padding: 0 1; background: $error-muted; }
    FaultLine.-silent { display: none; }
    """

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.show(None)

    def show(self, fault: InviteError | None) -> None:
        """Show `fault`, or nothing."""
        if fault is None:
            self.say()
        else:
            self.say(("! ", Tone.BAD), (fault.sentence, Tone.BAD), f" {fault.todo}")
