"""What is painted first, while the rest of the program is loaded and the file is opened."""

from textual.app import ComposeResult
from textual.screen import Screen

from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.top_line import TopLine


class OpeningScreen(Screen[None]):
    """The frame of the first screen. It imports nothing of the core, which takes longer than to paint it."""

    DEFAULT_CSS = "OpeningScreen > InertLabel { padding: 1 2; color: $text-muted; }"

    def compose(self) -> ComposeResult:
        """The first line, and that there is more to come."""
        yield TopLine(("Invitations", Tone.ACCENT))
        yield InertLabel("Reading…")
