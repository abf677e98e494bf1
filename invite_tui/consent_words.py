"""Consents that hold and are in doubt, in the organiser's words."""

from collections.abc import Mapping

from invite_core.people.consent_doubts import Doubt

DOUBTS: dict[Doubt, str] = {
    Doubt.SENDER_NOT_NAMED: "the wording does not say who will write to them.",
    Doubt.OLD: "this consent is older than you want to rely on; ask them again.",
}
"""What is in doubt about one person's consent."""

_MANY: dict[Doubt, str] = {
    Doubt.SENDER_NOT_NAMED: "agreed to a wording that does not say who will write",
    Doubt.OLD: "agreed longer ago than you want to rely on",
}


def doubt_lines(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each doubt about the people of an audience; a warning that blocks nobody."""
    return [
        f"{n:,} {'person' if n == 1 else 'people'} {words} (`invite-tui consent doubts`)."
        for doubt, words in _MANY.items()
        if (n := counts.get(doubt, 0))
    ]
