"""The circuit breaker: many outcomes that are alike, in a row, are not many people's bad luck. Pure."""

from dataclasses import dataclass

from invite_core.provider.outcome import Accepted, Outcome, Refused, Unknown

IN_A_ROW = 10
"""So many answers of Meta's that are alike and no good, without a good one between them, stop a run."""

UPDATES_IN_A_ROW = 20
"""So many failures by webhook with one code, without a message that got through, stop a run."""


@dataclass(slots=True)
class FailureBurst:
    """Counts answers that are alike. Give it every answer, in the order of their coming."""

    _kind: str = ""
    _count: int = 0

    def see(self, outcome: Outcome) -> None:
        """Take one answer into account."""
        kind = _kind_of(outcome)
        if kind is None:
            return
        self._count = self._count + 1 if kind and kind == self._kind else 1
        self._kind = kind

    @property
    def sentence(self) -> str | None:
        """Why the run should stop, or None."""
        if not self._kind or self._count < IN_A_ROW:
            return None
        return f"{self._count} messages in a row ended alike: {self._kind}"


def _kind_of(outcome: Outcome) -> str | None:
    """What makes answers alike; '' for a good one, None for one that says nothing (a matter of pace)."""
    match outcome:
        case Accepted():
            return ""
        case Unknown():
            return "no answer from Meta."
        case Refused(requeue=True):
            return None
        case Refused():
            return outcome.detail if outcome.code is None else f"error {outcome.code}."


def burst_of_updates(newest: list[tuple[str, int | None]]) -> str | None:
    """The same for failures by webhook: `newest` are (state, error code) of the newest updates of a run."""
    if len(newest) < UPDATES_IN_A_ROW:
        return None
    codes = {code if state == "failed" else None for state, code in newest[:UPDATES_IN_A_ROW]}
    if len(codes) != 1 or None in codes:
        return None
    return f"The last {UPDATES_IN_A_ROW} messages all failed with error {codes.pop()}."
