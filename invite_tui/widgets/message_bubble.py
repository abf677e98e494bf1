"""A message as the chat shows it."""

from collections.abc import Mapping
from types import MappingProxyType

from invite_core.provider.template_components import RenderedMessage
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece

NO_MEANINGS: Mapping[int, str | None] = MappingProxyType({})
"""Where nobody asks what the buttons mean."""


class MessageBubble(InertLabel):
    """Header, body, footer and buttons of one person's message."""

    DEFAULT_CSS = """
    MessageBubble { padding: 0 1; border: round $border-blurred; }
    """

    def show(
        self, message: RenderedMessage | None, nothing: str, meanings: Mapping[int, str | None] = NO_MEANINGS
    ) -> None:
        """Show `message` and what a tap on each button says or opens, or say why there is none."""
        if message is None:
            self.say((nothing, Tone.MUTED))
            return
        pieces: list[Piece] = []
        if message.header:
            pieces.append((f"{message.header}\n", Tone.STRONG))
        pieces.append(message.body)
        if message.footer:
            pieces.append((f"\n{message.footer}", Tone.MUTED))
        for index, label in enumerate(message.buttons):
            pieces.append((f"\n [ {label} ]", Tone.ACCENT))
            if index in meanings:
                pieces.append((f" means {meanings[index] or 'nothing yet'}", Tone.MUTED))
            elif opens := message.leads_to[index]:
                pieces.append((f" opens {opens}", Tone.MUTED))
        self.say(*pieces)
