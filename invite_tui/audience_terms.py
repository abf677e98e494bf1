"""An audience expression changed by picking: a term taken in, turned round, or taken out again. Pure."""

from dataclasses import replace
from enum import StrEnum

from invite_core.invitations.audience import Term, parse
from invite_core.people.names import name_key

EVERYONE = "all"
"""The expression without any term."""


class Picked(StrEnum):
    """How a term stands in an expression; the value is the sign beside it."""

    WITH = "+"
    """It has to hold."""
    WITHOUT = "−"
    """It must not hold."""
    NOT = " "
    """It is not asked for."""


NEXT = {Picked.NOT: Picked.WITH, Picked.WITH: Picked.WITHOUT, Picked.WITHOUT: Picked.NOT}
"""What comes of a term when it is picked once more."""


def _same(one: Term, other: Term) -> bool:
    return (name_key(one.kind), name_key(one.value)) == (name_key(other.kind), name_key(other.value))


def how_picked(expression: str, term: Term) -> Picked:
    """How `term` stands in `expression`. Raises `AudienceFault` where the expression cannot be read."""
    found = [each for each in parse(expression) if _same(each, term)]
    if not found:
        return Picked.NOT
    return Picked.WITHOUT if found[-1].negated else Picked.WITH


def picked(expression: str, term: Term, how: Picked) -> str:
    """`expression` in which `term` stands so: at its place if it is there, else at the end.

    Raises `AudienceFault` where the expression cannot be read.
    """
    wanted = [] if how is Picked.NOT else [replace(term, negated=how is Picked.WITHOUT)]
    terms: list[Term] = []
    for each in parse(expression):
        if _same(each, term):
            terms += wanted
            wanted = []
        else:
            terms.append(each)
    return " ".join(map(str, terms + wanted)) or EVERYONE
