"""The least that a Textual application can be: one line. What the start of the screen is measured against.

Frozen. `python -m benchmarks.baseline.bare_textual`; it runs until it is ended.
"""

from textual.app import App, ComposeResult
from textual.widgets import Static

PAINTED = "bare and painted"
"""What is read on the terminal once it has painted."""


class BareApp(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(PAINTED)


if __name__ == "__main__":
    BareApp().run()
