"""A message as the chat shows it."""

from invite_core.provider.template_components import RenderedMessage
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel, Piece


class MessageBubble(InertLabel):
    """Header, body, footer and buttons of one person's message."""

    DEFAULT_CSS = """
    MessageBubble { padding: 0 1; border: round $border-blurred; }
    """

    def show(self, message: RenderedMessage | None, nothing: str) -> None:
        """Show `message`, or say why there is none."""
        if message is None:
            self.say((nothing, Tone.MUTED))
            return
        pieces: list[Piece] = []
        if message.header:
            pieces.append((f"{message.header}\n", Tone.STRONG))
        pieces.append(message.body)
        if message.footer:
            pieces.append((f"\n{message.footer}", Tone.MUTED))
        pieces += [(f"\n [ {label} ]", Tone.ACCENT) for label in message.buttons]
        self.say(*pieces)
