"""The last line of every screen: the keys that matter, closer together where there is little room."""

from textual import events
from textual.widgets import Footer

ROOM = 110
"""From how many columns on the keys stand apart."""


class KeyLine(Footer):
    """Textual's footer, as dense as the width asks for."""

    def on_resize(self, event: events.Resize) -> None:
        """The keys share another width."""
        self.compact = event.size.width < ROOM
