"""One line of the check-up: what was looked at, how it stands, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.provider.refusal import ProviderUnreachable


class Verdict(StrEnum):
    """How something stands (the word in `doctor --json`)."""

    OK = "ok"
    """As it should be."""
    UNKNOWN = "unknown"
    """Cannot be told yet; nothing stands against a send."""
    WARN = "warn"
    """Needs a look; a send may go on."""
    FAIL = "fail"
    """Stands against a send, or against hearing what becomes of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    """Its name, one word."""
    state: Verdict
    """How it stands."""
    fact: str
    """What was found, one sentence."""
    todo: str = ""
    """What to do, one sentence; '' where nothing is to be done."""
    is_unasked: bool = False
    """Whether nothing is known because Meta could not be reached."""

    @property
    def in_words(self) -> str:
        """What was found and what to do, on one line."""
        return f"{self.fact} {self.todo}".rstrip()

    def as_json(self) -> dict[str, str]:
        """The line that `doctor --json` prints."""
        return {"check": self.check, "state": self.state.value, "fact": self.fact, "todo": self.todo}


def ok(check: str, fact: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Verdict.OK, fact)


def unknown(check: str, fact: str, todo: str) -> Finding:
    """Nothing is known of it yet."""
    return Finding(check, Verdict.UNKNOWN, fact, todo)


def warn(check: str, fact: str, todo: str) -> Finding:
    """Something to look at."""
    return Finding(check, Verdict.WARN, fact, todo)


def fail(check: str, fact: str, todo: str) -> Finding:
    """Something to mend."""
    return Finding(check, Verdict.FAIL, fact, todo)


def faulty(check: str, fault: InviteError) -> Finding:
    """What kept something from being looked at, as the fault that it is."""
    return Finding(check, Verdict.FAIL, fault.sentence, fault.todo, isinstance(fault, ProviderUnreachable))


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """The same, faults before warnings before what is not known yet before what is well, each in the order in which it
    came."""
    order = [Verdict.FAIL, Verdict.WARN, Verdict.UNKNOWN, Verdict.OK]
    return sorted(findings, key=lambda finding: order.index(finding.state))


def may_send(findings: Sequence[Finding]) -> bool:
    """Whether none of them is a fault."""
    return all(finding.state is not Verdict.FAIL for finding in findings)
