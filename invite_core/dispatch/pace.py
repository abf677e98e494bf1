"""How fast messages may leave: a token bucket on the monotonic clock. No wall time decides anything."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class TokenBucket:
    """`rate` messages a second; at most a quarter of a second's worth (and at least one) saved up.

    Moments are seconds of a monotonic clock, passed in.
    """

    rate: float
    _tokens: float = field(default=1.0, init=False)
    _since: float | None = field(default=None, init=False)

    def take(self, wanted: int, moment: float) -> int:
        """How many of `wanted` may leave now; they are spent."""
        self._refill(moment)
        granted = min(wanted, int(self._tokens))
        self._tokens -= granted
        return granted

    def wait(self, moment: float) -> float:
        """Seconds until the next message may leave."""
        self._refill(moment)
        return max(0.0, (1 - self._tokens) / self.rate)

    def give_back(self, unused: int) -> None:
        """Return what was granted and not used."""
        self._tokens += unused

    def _refill(self, moment: float) -> None:
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
