"""The one table of what an answer looks like: glyph, word and tone, never colour alone."""

from collections.abc import Mapping
from typing import Any

from invite_tui.state_style import Look
from invite_tui.tone import Tone

ANSWERS: dict[str, Look] = {
    "yes": Look("✓", "yes", Tone.GOOD),
    "no": Look("✗", "no", Tone.BAD),
    "maybe": Look("~", "maybe", Tone.WARNING),
    "silent": Look("…", "silent", Tone.PLAIN),
    "unreached": Look("⊘", "not reached", Tone.MUTED),
}
"""The answers, whoever has not answered among them, in the order in which they are counted."""

CHOICES = [("yes", "yes"), ("no", "no"), ("maybe", "maybe")]
"""What can be chosen where an answer is recorded by hand: the words and the value of each."""


def stands(person: Mapping[str, Any]) -> str:
    """Where a person of an RSVP board stands: a key of `ANSWERS`."""
    if person["answer"] != "none":
        return str(person["answer"])
    return "silent" if person["reached"] else "unreached"
