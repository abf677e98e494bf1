"""Whom an invitation has not reached, in the words of the screen: the state, why, and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from invite_tui.reasons import blocked_because, remedy
from invite_tui.state_style import Look, state_look
from invite_tui.tone import Tone

Line = Mapping[str, Any]
"""A line of `not-reached`."""

_ONLY_HERE = {
    "held": Look("‖", "held", Tone.WARNING),
    "undelivered": Look("›", "undelivered", Tone.WARNING),
}

WHY = {
    "held": "Meta holds it back",
    "undelivered": "no phone took it yet",
    "unconfirmed": "Meta's answer is missing",
    "cancelled": "the run was cancelled",
}
"""Why, where nothing else is known."""


def reach_look(state: str) -> Look:
    """What a state of such a line looks like."""
    return _ONLY_HERE[state] if state in _ONLY_HERE else state_look(state)


def missed(lines: Iterable[Line]) -> str:
    """How many of them did not arrive and how many were never sent, and how many stand otherwise."""
    states = Counter(line["state"] for line in lines)
    lost, blocked = states.pop("failed", 0) + states.pop("undelivered", 0), states.pop("blocked", 0)
    others = [f"{n:,} {reach_look(state).word}" for state, n in states.most_common()]
    return ", ".join([f"{lost:,} failed or never arrived", f"{blocked:,} blocked", *others])


def why(line: Line) -> str:
    """Why somebody was not reached."""
    if line["state"] == "blocked":
        return blocked_because(line["reason"])
    return line["reason"] or WHY.get(line["state"], "")


def todo(line: Line) -> str:
    """What the organiser can do about it."""
    if line["state"] == "blocked":
        return remedy(line["reason"])
    return str(line["todo"])


def in_words(line: Line) -> Line:
    """The line with its reason and what to do as a person reads them."""
    return {**line, "reason": why(line), "todo": todo(line)}
