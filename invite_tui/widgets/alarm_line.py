"""Where a screen says that an alarm waits. It stays until somebody has acknowledged it."""

from collections.abc import Sequence

from invite_core.views.alarms import WaitingAlarm
from invite_tui.local_time import day_and_clock
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece


class AlarmLine(InertLabel):
    """The newest alarm and how many wait behind it, or nothing and then no room taken."""

    DEFAULT_CSS = """
    AlarmLine { height: auto; max-height: 4; padding: 0 1; background: $error-muted; }
    AlarmLine.-silent { display: none; }
    """

    def on_mount(self) -> None:
        """No alarm yet."""
        self.say()

    def show(self, alarms: Sequence[WaitingAlarm], todo: str) -> None:
        """Show `alarms`, the newest first, and what to do about them."""
        if not alarms:
            self.say()
            return
        newest = alarms[0]
        more = f" And {len(alarms) - 1:,} more." if len(alarms) > 1 else ""
        pieces: list[Piece] = [
            (f"!! {newest.name or 'Message'} ({day_and_clock(newest.at)}): {newest.detail}", Tone.BAD),
            (more, Tone.BAD),
            f" {todo}",
        ]
        self.say(*pieces)
