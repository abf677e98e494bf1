"""What became of the updates of webhook bodies, counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from invite_core.delivery.self_test import is_self_test
from invite_core.delivery.updates import Update


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the updates of one body, or of several."""

    bodies: int = 0
    """Bodies taken in, but those of the check-up itself."""
    applied: int = 0
    """Updates that moved something forward."""
    stale: int = 0
    """Updates that moved nothing."""
    unmatched: int = 0
    """Updates that wait for their message."""
    ignored: int = 0
    """Updates that are not about us."""
    quarantined: int = 0
    """Updates that could not be understood."""
    repeated: int = 0
    """Updates that were known already."""

    def __add__(self, other: "Tally") -> "Tally":
        return summed([self, other])


_figures = attrgetter(*(field.name for field in fields(Tally)))


def summed(tallies: Iterable[Tally]) -> Tally:
    """What became of the updates of all of them."""
    return Tally(*map(sum, zip(*map(_figures, tallies), strict=True)))


def of_body(updates: Sequence[Update], outcomes: Sequence[str]) -> Tally:
    """That of a body with these updates, which came to these outcomes."""
    if len(outcomes) != 1:
        return Tally(bodies=1, **Counter(outcomes))
    alone = _OF_ONE[outcomes[0]]
    return replace(alone, bodies=0) if is_self_test(updates) else alone


_OF_ONE = {
    field.name: Tally(bodies=1, **{field.name: 1}) for field in fields(Tally) if field.name != "bodies"
}
