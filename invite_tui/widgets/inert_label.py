"""The one way for words to reach the screen outside tables: text apart from its style, and inert."""

from textual.content import Content
from textual.widgets import Static

from invite_tui.inert_text import inert
from invite_tui.tone import Tone

Piece = str | tuple[str, Tone]
"""Text, plain or in a tone. Never markup."""


def content(*pieces: Piece) -> Content:
    """`pieces` side by side, each harmless for the terminal; a line break stays one."""
    parts = [(piece, Tone.PLAIN) if isinstance(piece, str) else piece for piece in pieces]
    return Content.assemble(*((_lines(text), tone.value) for text, tone in parts))


def _lines(text: str) -> str:
    return "\n".join(inert(line) for line in text.split("\n"))


class InertLabel(Static):
    """Words on the screen, from pieces; `say` replaces them."""

    def __init__(
        self,
        *pieces: Piece,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(content(*pieces), id=id, classes=classes, markup=False)

    def say(self, *pieces: Piece) -> None:
        """Show these pieces instead. Without any, the label is empty and, as `-silent`, takes no room."""
        said = content(*pieces)
        self.set_class(not said.plain, "-silent")
        if said != self.content:
            self.update(said)
