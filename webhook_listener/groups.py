"""Bodies on their way to the writer: those that were handed over together are told of together."""

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from invite_core.delivery.tally import Tally

MOST_BODIES = 256
_MOST_BYTES = 8 * 1024 * 1024

Results = Sequence[Tally | Exception]
"""What became of each body of a group."""


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies on their way into the file, and who is told in the writer's thread what became of each."""

    bodies: Sequence[bytes]
    """The bodies, in the order in which they came."""
    done: Callable[[Results], None]
    """Is called with what became of them."""

    @property
    def size(self) -> int:
        """The bytes of its bodies."""
        return sum(map(len, self.bodies))


def how_many_fit(bodies: Sequence[bytes]) -> int:
    """How many of the bodies, from the first on, are read and stored together; at least one of them."""
    size = 0
    for place, body in enumerate(bodies[:MOST_BODIES]):
        size += len(body)
        if place and size > _MOST_BYTES:
            return place
    return min(len(bodies), MOST_BODIES)


Inbox = queue.SimpleQueue[Group | None]
"""Groups that wait; None is the end."""


def next_batch(inbox: Inbox, *, seconds: float) -> tuple[list[Group], bool]:
    """Everything that waits, within bounds, or nothing after so many seconds; and whether to go on."""
    batch: list[Group] = []
    bodies = size = 0
    try:
        group = inbox.get(timeout=seconds)
        while group is not None:
            batch.append(group)
            bodies += len(group.bodies)
            size += group.size
            if bodies >= MOST_BODIES or size >= _MOST_BYTES:
                return batch, True
            group = inbox.get_nowait()
    except queue.Empty:
        return batch, True
    return batch, False
