"""What a table looks like: the classes of its parts, one for each tone, and their style."""

from typing import NamedTuple

from rich.style import Style
from textual.widget import Widget

from invite_tui.tone import Tone

CLASSES: set[str] = {
    "record-table--header",
    "record-table--cursor",
    *(f"record-table--{tone.name.lower()}" for tone in Tone),
}
"""The parts that a theme or a stylesheet can reach."""

LOOK = """
RecordView {
    width: 1fr;
    height: 1fr;
    background: $background;
    overflow-x: hidden;
    scrollbar-size-vertical: 1;
    & > .record-table--header { color: $text-muted; text-style: bold; }
    & > .record-table--cursor { background: $block-cursor-blurred-background;
        color: $block-cursor-blurred-foreground; text-style: bold; }
    &:focus > .record-table--cursor { background: $block-cursor-background;
        color: $block-cursor-foreground; text-style: bold; }
    & > .record-table--plain { color: $text; }
    & > .record-table--muted { color: $text-muted; }
    & > .record-table--strong { color: $text; text-style: bold; }
    & > .record-table--accent { color: $text-accent; text-style: bold; }
    & > .record-table--good { color: $text-success; }
    & > .record-table--warning { color: $text-warning; }
    & > .record-table--bad { color: $text-error; }
    &:ansi > .record-table--cursor { text-style: reverse; }
}
"""
"""The style, in Textual's CSS."""


class Styles(NamedTuple):
    """The styles of one paint. To work out a style takes far longer than to draw a cell with it."""

    base: Style
    header: Style
    cursor: Style
    tones: dict[Tone, Style]


def styles_of(table: Widget) -> Styles:
    """How the parts of this table are drawn now: themes, focus and colours may change between two paints."""
    base = table.rich_style

    def tone(each: Tone) -> Style:
        return base + table.get_component_rich_style(f"record-table--{each.name.lower()}", partial=True)

    return Styles(
        base,
        table.get_component_rich_style("record-table--header"),
        table.get_component_rich_style("record-table--cursor"),
        {each: tone(each) for each in Tone},
    )
