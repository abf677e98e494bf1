"""How an update travels: when it arrives, over which connection, how often. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from graph_simulator.fate import Draws

CONNECTIONS = 4
"""Connections to the listener; updates on one of them keep their order."""
LEAST_SPREAD_S = 0.2
SPREAD_S = 10.0


@dataclass(frozen=True, slots=True)
class Travel:
    """How badly the updates travel."""

    disorder: bool = False
    """Whether updates overtake each other."""
    repeat: float = 0.0
    """Further copies of each update: whole ones for everybody, the fraction as a probability."""
    pace: float = 1.0
    """What seconds are multiplied with."""

    def arrivals(self, draws: Draws, purpose: str) -> Iterator[tuple[float, int]]:
        """The delay in seconds and the connection of every copy of an update; the first copy first.

        `purpose` tells the updates of one person apart.
        """
        extra = int(self.repeat) + (draws.unit(f"{purpose}:repeat") < self.repeat % 1)
        spread = max(LEAST_SPREAD_S, SPREAD_S * self.pace)
        for copy in range(1 + extra):
            if self.disorder or copy:
                yield (
                    spread * draws.unit(f"{purpose}:{copy}"),
                    self._connection(f"{draws.person}{purpose}{copy}"),
                )
            else:
                yield 0.0, self._connection(draws.person)

    @staticmethod
    def _connection(key: str) -> int:
        return hashlib.sha256(key.encode()).digest()[0] % CONNECTIONS
