"""The last line of every screen: the keys that matter, closer together where there is little room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import ActiveBinding
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from invite_tui.inert_text import inert
from invite_tui.widgets.inert_label import content

ROOM = 110
"""From how many columns on the keys stand apart."""


@dataclass(frozen=True)
class Key:
    """A key that is shown."""

    name: str
    """Textual's name of it."""
    shown: str
    """How it is written in the line."""
    words: str
    """What it does, in a word or two."""
    tooltip: str
    """What it does, in a sentence; '' where the words say it."""
    action: str
    """The act, by Textual's name of it."""
    enabled: bool
    """Whether it does something now; if not, it is dimmed."""

    @property
    def width(self) -> int:
        """The columns that it takes where the keys stand close together."""
        return cell_len(self.shown) + 1 + cell_len(self.words)


@dataclass(frozen=True)
class Place:
    """Where a key stands: from column `start` up to and without `end`."""

    key: Key
    """The key."""
    start: int
    """The first column."""
    end: int
    """The column after the last."""


def places(keys: Sequence[Key], palette: Key | None, room: int, spare: Iterable[str]) -> list[Place]:
    """Where the keys stand in `room` columns, from the left; that of the palette is last, and on the right.

    They stand apart if they can, and close together if not; where not even that fits, those of the acts `spare`
    are left out. Where it is narrower still, what is later in the list lies over what is before it.
    """
    everything = [*keys, palette] if palette else keys
    close = sum(key.width + 1 for key in everything)
    apart = room >= max(ROOM, close + len(everything))
    found: list[Place] = []
    column = 0
    for key in keys:
        if close > room and key.action in spare:
            continue
        found.append(Place(key, column, column + key.width + 2 * apart))
        column = found[-1].end + (not apart)
    if palette:
        found.append(Place(palette, max(0, room - palette.width - 2), room))
    return found


class KeyLine(Widget):
    """The keys that do something now, in one line; they can be clicked.

    A screen whose keys do something else for the time being says so in `key_words`, by their acts.
    Where not all keys fit, those of the acts that the screen names in `SPARE_KEYS` are left to help and palette.
    It is one widget: Textual's own footer is one for each key, all made anew whenever the focus moves.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "key-line--key", "key-line--words", "key-line--edge", "key-line--over",
    }  # fmt: skip
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; width: 100%; height: 1; background: $footer-background; color: $footer-foreground;
        .key-line--key { color: $footer-key-foreground; background: $footer-key-background; text-style: bold; }
        .key-line--words { color: $footer-description-foreground; background: $footer-description-background; }
        .key-line--edge { color: $foreground 20%; }
        .key-line--over { background: $block-hover-background; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[Key] = []
        self._palette: Key | None = None
        self._over: Key | None = None

    def placed(self) -> list[Place]:
        """Where each key stands now, see `places`."""
        spare: tuple[str, ...] = getattr(self.screen, "SPARE_KEYS", ())
        return places(self._keys, self._palette, self.size.width, spare)

    # ------------------------------------------------------------ the keys

    def on_mount(self) -> None:
        """Follow the keys of the screen from now on."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)
        self.call_after_refresh(self._look)

    def _keys_changed(self, screen: Screen[object]) -> None:
        if screen.app.app_focus:
            self.call_after_refresh(self._look)

    def _look(self) -> None:
        if not self.is_attached:  # the screen was left before its turn came
            return
        active = self.screen.active_bindings
        keys: dict[str, Key] = {}
        for each in active.values():
            if each.binding.show and each.binding.action not in keys:
                keys[each.binding.action] = self._key(each, each.tooltip)
        palette = active.get(self.app.COMMAND_PALETTE_BINDING)
        found = palette and self._key(palette, palette.tooltip or palette.binding.description)
        if (list(keys.values()), found) != (self._keys, self._palette):
            self._keys, self._palette = list(keys.values()), found
            self.refresh()
            self._point()

    def _key(self, active: ActiveBinding, tooltip: str) -> Key:
        binding = active.binding
        words: Mapping[str, str] = getattr(self.screen, "key_words", {})
        said = inert(words.get(binding.action, binding.description))
        shown = inert(self.app.get_key_display(binding))
        return Key(binding.key, shown, said, tooltip, binding.action, active.enabled)

    # ------------------------------------------------------------ drawing

    def render_line(self, y: int) -> Strip:
        """The line."""
        line = Strip([])
        for place in self.placed():
            line = Strip.join([line.adjust_cell_length(place.start, self.rich_style), self._drawn(place)])
        return line.adjust_cell_length(self.size.width, self.rich_style)

    def _drawn(self, place: Place) -> Strip:
        key = place.key
        plain, in_key, in_words = (
            self._style(key, part) for part in ("", "key-line--key", "key-line--words")
        )
        if key is self._palette:
            edge = self._style(key, "key-line--edge")
            pieces = [("▏", edge), (key.shown, in_key), (f" {key.words}", in_words), (" ", plain)]
        elif place.end - place.start > key.width:
            pieces = [(f" {key.shown} ", in_key), (f"{key.words} ", in_words)]
        else:
            pieces = [(key.shown, in_key), (f" {key.words}", in_words)]
        return Strip([Segment(text, style) for text, style in pieces])

    def _style(self, key: Key, part: str) -> Style:
        style = self.get_component_rich_style(part) if part else self.rich_style
        if key == self._over:
            style += Style(bgcolor=self.get_component_rich_style("key-line--over").bgcolor)
        return style if key.enabled else style + Style(dim=True)

    # ------------------------------------------------------------ the mouse

    def _at(self, column: int) -> Key | None:
        return next((each.key for each in reversed(self.placed()) if each.start <= column < each.end), None)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Do what the key under the mouse does."""
        key = self._at(event.x)
        if key and key.enabled:
            self.app.simulate_key(key.name)
        elif key:
            self.app.bell()

    def on_enter(self) -> None:
        """The mouse may point at a key: it came, or the line did."""
        self._point()

    def on_mouse_move(self) -> None:
        """The mouse may point at another key."""
        self._point()

    def on_leave(self) -> None:
        """The mouse points at no key any more."""
        self._point()

    def on_resize(self) -> None:
        """The keys share another width."""
        self._point()

    def _point(self) -> None:
        is_here = self.app.mouse_over is self
        over = self._at(self.app.mouse_position.x - self.region.x) if is_here else None
        if over != self._over:
            self._over = over
            self.tooltip = content(over.tooltip) if over and over.tooltip else None
            self.styles.pointer = "pointer" if over else "default"
            self.refresh()
