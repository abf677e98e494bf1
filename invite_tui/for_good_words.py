"""What is said after an act that cannot be undone, by the command line and on the screen."""

from collections.abc import Iterator

from invite_core.operations.erasure import Erasure
from invite_core.operations.merging import MergedPeople
from invite_tui.command_line.counting import counted

MERGE_WORD = "merge"
"""What is typed before two people are merged."""

ERASE_WORD = "erase"
"""What is typed before a person is erased."""


def merged_lines(done: MergedPeople) -> Iterator[str]:
    """What a merge did."""
    yield f"Person {done.gone} is a part of person {done.kept} now."
    if done.withdrawn:
        yield (
            f"{counted(done.withdrawn, 'message')} to them waited in a run and will not be sent; "
            "send again to whoever has none."
        )


def erased_lines(done: Erasure) -> Iterator[str]:
    """What an erasure did, and what it leaves to be done."""
    stay = "stays as a number" if done.messages == 1 else "stay as numbers"
    yield f"Person {done.contact} is erased; {counted(done.messages, 'message')} to them {stay} alone."
    yield "Copies of the file from before still hold them; one that is restored is erased again."
    yield from not_yet_overwritten(done.overwritten)
    if done.shares_with:
        verbs = ("has", "keeps") if done.shares_with == 1 else ("have", "keep")
        others = counted(done.shares_with, "other person", "other people")
        yield f"{others} {verbs[0]} the number and {verbs[1]} it."


def not_yet_overwritten(overwritten: bool) -> Iterator[str]:
    """What is left to be done where another program held the old bytes back."""
    if not overwritten:
        yield (
            "Another program has the file open, so the old bytes are still beside it; "
            "they go when the last program closes it."
        )
