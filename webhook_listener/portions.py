"""How much goes into one commit: nobody else can write while it lasts. Pure.

Meta puts up to a thousand updates into a body (webhooks/overview). Of a body with far more each portion is
committed alone; where one of them fails, Meta repeats the body, and what was stored counts as repeated.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from invite_core.delivery.updates import Update
from invite_core.lifecycle.updates import StatusUpdate

MOST_AT_ONCE = 1_000
"""How many updates of a body that is too large for one commit share one."""

# A status is stored together with others, anything else alone, which takes far longer.
_STATUS, _OTHER = 1, 20
_MOST_WORK = _OTHER * MOST_AT_ONCE


class Portion(NamedTuple):
    """A body, or a part of one, that is stored in one commit with others."""

    body: int
    """Which of the bodies."""
    updates: Sequence[Update]
    """What it says."""
    last: bool = True
    """Whether the body is whole with it."""


def portions(readings: Sequence[Sequence[Update]]) -> Iterator[list[Portion]]:
    """What is stored in each commit: as many whole bodies as fit, or a part of one. At least one commit."""
    if sum(map(len, readings)) <= MOST_AT_ONCE:  # whatever they are
        yield [Portion(body, updates) for body, updates in enumerate(readings)]
        return
    together: list[Portion] = []
    work = 0
    for body, updates in enumerate(readings):
        own = sum(_STATUS if isinstance(each.content, StatusUpdate) else _OTHER for each in updates)
        if together and work + own > _MOST_WORK:
            yield together
            together, work = [], 0
        if own > _MOST_WORK:
            yield from ([part] for part in _parts(body, updates))
        else:
            together.append(Portion(body, updates))
            work += own
    if together:
        yield together


def _parts(body: int, updates: Sequence[Update]) -> Iterator[Portion]:
    for start in range(0, len(updates), MOST_AT_ONCE):
        end = start + MOST_AT_ONCE
        yield Portion(body, updates[start:end], last=end >= len(updates))
