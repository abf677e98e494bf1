"""How fast messages may leave: on the monotonic clock, in seconds passed in. No wall time decides."""

import math
from dataclasses import dataclass, field

from invite_core.lifecycle.due import LONGEST_WAIT_S

SLOWEST = 1.0
"""Messages a second below which no refusal slows the sender down."""

RECOVERY_S = 10.0
"""Seconds without a refusal after which a tenth of the full rate is given back."""


@dataclass(slots=True)
class TokenBucket:
    """`rate` messages a second; at most a quarter of a second's worth (and at least one) saved up.

    A refusal for the pace halves the rate; it comes back a tenth of the full rate at a time.
    """

    rate: float
    _full: float = field(init=False)
    _tokens: float = field(default=1.0, init=False)
    _since: float | None = field(default=None, init=False)
    _slowed_at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._full = self.rate

    def take(self, wanted: int, moment: float) -> int:
        """How many of `wanted` may leave now; they are spent."""
        self._refill(moment)
        granted = min(wanted, int(self._tokens))
        self._tokens -= granted
        return granted

    def wait(self, moment: float, gather_s: float = 0.0) -> float:
        """Seconds until the next message may leave, or as many as the rate allows in `gather_s`."""
        self._refill(moment)
        return max(0.0, (max(1.0, self.rate * gather_s) - self._tokens) / self.rate)

    def give_back(self, unused: int) -> None:
        """Return what was granted and not used."""
        self._tokens += unused

    def slow_down(self, moment: float) -> None:
        """Halve the rate: Meta says that messages leave too fast. Refusals of one second count once."""
        if self._slowed_at is None or moment - self._slowed_at >= 1.0:
            self.rate = max(min(SLOWEST, self._full), self.rate / 2)
            self._slowed_at = moment
            self._tokens = min(self._tokens, 0.0)

    def _refill(self, moment: float) -> None:
        if self._slowed_at is not None and moment - self._slowed_at >= RECOVERY_S:
            self.rate = min(self._full, self.rate + self._full / 10)
            self._slowed_at = moment if self.rate < self._full else None
        if self._since is not None:
            most = max(1.0, self.rate / 4)
            self._tokens = min(most, self._tokens + max(0.0, moment - self._since) * self.rate)
        self._since = moment


@dataclass(slots=True)
class Hold:
    """A pause for everyone, after a refusal that concerns the pace or the connection."""

    until: float = 0.0
    unreached: int = 0
    """How often in a row Meta could not be reached at all."""

    def extend(self, moment: float, seconds: float) -> None:
        """Let nothing leave for `seconds` from `moment`."""
        self.until = max(self.until, moment + seconds)

    def remaining(self, moment: float) -> float:
        """Seconds that are left of the pause."""
        return max(0.0, self.until - moment)


def backoff(code: int | None, base_s: float, tries: int, chance: float) -> float:
    """Seconds before a refused message is tried again, after `tries` tries; `chance` is from 0 up to 1.

    Meta asks for 4, 16, 64 … seconds where one person got too much (131056, about-the-platform);
    others double. Up to a quarter is added by chance, so that many refused at once do not return at
    once; an hour is the most.
    """
    growth = 4.0 if code == 131056 else 2.0
    grown = min(LONGEST_WAIT_S, max(base_s, 0.0) * math.pow(growth, min(max(tries - 1, 0), 20)))
    return min(LONGEST_WAIT_S, grown * (1 + chance / 4))
