"""The question before a run goes on after an absence of the listener that may have lost stops and answers."""

from invite_core.dispatch.listener_gap import Gap
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone

WORDS = "stops may be lost"
"""What has to be typed before a run goes on."""


def losses_question(gap: Gap) -> FillInScreen:
    """Asks for a reason and for the words; gives them, or None."""
    return FillInScreen(
        "Go on although stops may be lost?",
        (gap.sentence(), Tone.WARNING),
        "\n\nSomebody may have asked you to stop, and nothing here knows it. Ask the people who may have "
        "answered, and note what they say, before you go on. Your word holds for this absence only.",
        fields=[
            Field("reason", "Why do you go on? (for the record)", "I have asked them all"),
            Field("words", f"Type “{WORDS}” to go on", word=WORDS),
        ],
        do="Go on",
    )
