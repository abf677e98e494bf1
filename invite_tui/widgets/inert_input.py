"""A field whose text is harmless for the terminal, wherever it was pasted from."""

from textual.widgets import Input

from invite_tui.inert_text import inert


class InertInput(Input):
    """What a terminal might obey becomes a visible sign as it comes in."""

    def validate_value(self, value: str) -> str:
        """`value`, inert."""
        return inert(value)
