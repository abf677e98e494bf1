"""How fast a run goes and when it will be done, from what is seen of it. Pure."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 20.0
"""How far back the rate looks."""


@dataclass(slots=True)
class PaceShown:
    """Samples of how many messages still wait; moments are seconds of a monotonic clock, passed in."""

    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    def see(self, moment: float, waiting: int) -> None:
        """Note that so many wait now."""
        if self._samples and waiting > self._samples[-1][1]:
            self._samples.clear()
        self._samples.append((moment, waiting))
        while moment - self._samples[0][0] > WINDOW_S and len(self._samples) > 2:
            self._samples.popleft()

    def forget(self) -> None:
        """Start anew: the run stands still."""
        self._samples.clear()

    @property
    def rate(self) -> float | None:
        """Messages a second, or None while too little has been seen."""
        if len(self._samples) < 2:
            return None
        (began, before), (ended, after) = self._samples[0], self._samples[-1]
        return (before - after) / (ended - began) if ended - began >= 0.5 else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds until nothing waits, or None while there is no telling."""
        rate = self.rate
        return self._samples[-1][1] / rate if rate else None
