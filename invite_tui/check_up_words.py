"""What the lines of the check-up look like, and their sum in words."""

from collections.abc import Sequence

from invite_core.operations.finding import Finding, Verdict
from invite_tui.state_style import Look
from invite_tui.tone import Tone

LOOKS: dict[Verdict, Look] = {
    Verdict.OK: Look("✓", "ok", Tone.GOOD),
    Verdict.UNKNOWN: Look("?", "unknown", Tone.MUTED),
    Verdict.WARN: Look("!", "warning", Tone.WARNING),
    Verdict.FAIL: Look("✗", "fault", Tone.BAD),
}
"""What each verdict looks like."""


def tally(findings: Sequence[Finding]) -> str:
    """How many faults and warnings there are, or that all is well."""
    faults = sum(finding.state is Verdict.FAIL for finding in findings)
    warnings = sum(finding.state is Verdict.WARN for finding in findings)
    if not faults and not warnings:
        return "All is well"
    return ", ".join(
        f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((faults, "fault"), (warnings, "warning")) if n
    )
