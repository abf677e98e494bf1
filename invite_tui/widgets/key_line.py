"""The last line of every screen: the keys that matter, closer together where there is little room."""

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

ROOM = 110
"""From how many columns on the keys stand apart."""


class KeyLine(Footer):
    """Textual's footer, as dense as the width asks for, and made anew only when other keys are to be shown.

    Where not all keys fit, those of the acts that the screen names in `SPARE_KEYS` are left to help and palette.
    """

    DEFAULT_CSS = """
    KeyLine.-full FooterKey.-spare { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys = 0
        self._words = 0
        self._shown: object = None

    def compose(self) -> ComposeResult:
        """The keys, and how much room they need."""
        spare: tuple[str, ...] = getattr(self.screen, "SPARE_KEYS", ())
        self._keys = self._words = 0
        for part in super().compose():
            if isinstance(part, FooterKey):
                self._keys += 1
                self._words += cell_len(part.key_display) + cell_len(part.description)
                part.set_class(part.action in spare, "-spare", update=False)
                if not part.has_class("-command-palette"):  # which is compact always
                    # As it is going to be: each key that changes later has its styles worked out once more.
                    part.set_reactive(FooterKey.compact, self.compact)
                    part.set_class(self.compact, "-compact", update=False)
            yield part
        self.call_after_refresh(self._fit)

    async def recompose(self) -> None:
        """Make the keys anew, unless those that are there are the same: the pointer may be over one of them."""
        if not self.is_attached:  # the screen was left before its turn came
            return
        active = self.screen.active_bindings.values()
        shown = [
            (binding, enabled, tooltip, self.app.get_key_display(binding))
            for _, binding, enabled, tooltip in active
            if binding.show
        ]
        if shown != self._shown:
            self._shown = shown
            await super().recompose()

    def on_resize(self, event: events.Resize) -> None:
        """The keys share another width."""
        self._fit()

    def _fit(self) -> None:
        room = self.size.width
        dense = self._words + 2 * self._keys
        self.compact = room < max(ROOM, dense + self._keys)
        self.set_class(dense > room, "-full")
