"""An audience as it is being built: how many each of its terms holds for, and who of it would be written to."""

from dataclasses import dataclass
from datetime import datetime

from invite_core.invitations.audience_counts import AudienceCounts, term_counts
from invite_core.invitations.plan import Wish
from invite_core.invitations.policy import BlockReason
from invite_core.store import Store
from invite_core.views.preview_board import PreviewBoard, preview_board


@dataclass(frozen=True, slots=True)
class AudienceBoard:
    """The counts, and the verdicts where a template was chosen."""

    counts: AudienceCounts
    preview: PreviewBoard | None

    @property
    def aside(self) -> int:
        """How many of the audience the purpose leaves aside without a verdict: a reminder goes only to
        whoever has the invitation."""
        if self.preview is None:
            return 0
        erased = self.preview.reasons.get(BlockReason.ERASED, 0)
        judged = len(self.preview.eligible) + len(self.preview.blocked) - erased
        return self.counts.together - judged


def audience_board(
    store: Store, event: int, expression: str, wish: Wish | None, *, now: datetime
) -> AudienceBoard:
    """Count the terms of an audience of `event`, and judge everyone in it as `wish` asks, at one moment of the
    file; None where it is not chosen yet what would be sent.

    Raises `AudienceFault`, and the fault that says what in the wish does not fit together.
    """
    with store.snapshot():
        counts = term_counts(store, expression, event)
        return AudienceBoard(counts, preview_board(store, wish, now=now) if wish is not None else None)
