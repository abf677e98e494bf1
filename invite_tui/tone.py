"""How much a word matters. Each tone is one variable of the theme, so every theme and NO_COLOR serve."""

from enum import StrEnum


class Tone(StrEnum):
    """The value is the style that Textual's `Content` understands."""

    PLAIN = "$text"
    """Ordinary."""
    MUTED = "$text-muted"
    """Beside the point."""
    STRONG = "bold $text"
    """A number or a name that is looked for."""
    ACCENT = "bold $text-accent"
    """The one accent."""
    GOOD = "$text-success"
    """As hoped."""
    WARNING = "$text-warning"
    """Needs a look."""
    BAD = "$text-error"
    """Failed, or refused."""
