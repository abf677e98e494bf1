"""The line under an audience expression: for how many each term holds, and for how many all of them do."""

from invite_core.views.audience_board import AudienceBoard
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece


def counted(board: AudienceBoard) -> list[Piece]:
    """Each term with its count, then all of them together; and what the numbers do not say by themselves. Pure."""
    counts = board.counts
    pieces: list[Piece] = []
    for term, people in counts.terms:
        pieces += [("  ·  " if pieces else "", Tone.MUTED), f"{term} ", (f"{people:,}", Tone.STRONG)]
    pieces += [
        ("  →  " if pieces else "", Tone.MUTED),
        (f"{counts.together:,}", Tone.ACCENT),
        f" of {counts.everybody:,} people",
    ]
    if not counts.together and len(counts.terms) > 1 and all(people for _, people in counts.terms):
        pieces.append((". Each term holds for somebody, but all at once for nobody.", Tone.WARNING))
    if board.aside:
        pieces.append((f", {board.aside:,} left aside: not known to have the invitation", Tone.WARNING))
    return pieces
