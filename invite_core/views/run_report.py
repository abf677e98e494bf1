"""One run with what a script wants to know beside its counters: who listens, and what is in doubt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.store import Store
from invite_core.views.cost import Cost, run_cost
from invite_core.views.hearing import Hearing, hearing
from invite_core.views.run_board import RunBoard, run_board
from invite_core.views.unconfirmed import unconfirmed_in


@dataclass(frozen=True, slots=True)
class RunReport:
    """What `runs show` and `send` print."""

    board: RunBoard
    """The run and its counters."""
    hearing: Hearing
    """The listener, and the gap that keeps the run back."""
    doubts: list[dict[str, Any]]
    """The unconfirmed messages that wait the longest, as `views.unconfirmed.unconfirmed_in` tells them."""
    cost: Cost | None
    """What it has cost; None where nothing is known of it."""

    def as_json(self) -> dict[str, Any]:
        """The run's document (design section 8), with `listener`, `unconfirmed` and `cost`."""
        return {
            **self.board.as_json(),
            "listener": self.hearing.as_json(),
            "unconfirmed": self.doubts,
            "cost": self.cost.as_json() if self.cost else None,
        }


def run_report(store: Store, run: int, *, catch_up_minutes: float, now: datetime) -> RunReport:
    """The report of a run at `now`. Raises `RunFault` for an unknown id."""
    with store.snapshot():
        return RunReport(
            run_board(store, run),
            hearing(store, catch_up_minutes=catch_up_minutes, now=now),
            unconfirmed_in(store, run, now=now),
            run_cost(store, run),
        )
