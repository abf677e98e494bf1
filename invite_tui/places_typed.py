"""How many places were typed."""

from invite_core.delivery.recorded_answers import AnswerFault


def places_typed(text: str) -> int | None:
    """The number in `text`, or None where it is empty. Raises `AnswerFault` for anything else."""
    word = text.strip()
    if not word:
        return None
    if not (word.isascii() and word.isdecimal() and len(word) < 4):
        raise AnswerFault(f"“{word}” is no number of places.", "Give a number, or leave it empty.")
    return int(word)
