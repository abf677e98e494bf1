"""What can be picked for an audience, in the organiser's words: the rows of the list, and what each means."""

from dataclasses import dataclass

from invite_core.invitations.audience import Term
from invite_core.views.audience_choices import AudienceChoice, ChoiceKind
from invite_tui.audience_terms import EVERYONE

KINDS: dict[ChoiceKind, str] = {
    ChoiceKind.SAVED: "saved",
    ChoiceKind.INVITED: "event",
    ChoiceKind.ANSWER: "answer",
    ChoiceKind.TAG: "tag",
    ChoiceKind.LANGUAGE: "lang",
    ChoiceKind.ATTRIBUTE: "column",
}
"""What stands before each kind of choice."""

HOUSEHOLD = "household"
"""The key of the row that is no term: one message to each household."""


@dataclass(frozen=True, slots=True)
class PickRow:
    """One row of the list."""

    key: str
    """The term as it is written, `all`, or `HOUSEHOLD`."""
    kind: str
    """What it goes by, in a word."""
    words: str
    """What it chooses, in a few words."""
    people: int | None
    """For how many it holds by itself; None where that cannot be said."""
    meaning: str
    """A sentence that explains it."""
    term: Term | None = None
    """The term; None for everyone and for the household."""
    saved: AudienceChoice | None = None
    """The saved audience, where it is one."""

    @property
    def is_gone(self) -> bool:
        """Whether it is a saved audience that names what is no longer there."""
        return self.saved is not None and self.people is None


def pick_rows(choices: list[AudienceChoice], everybody: int | None) -> list[PickRow]:
    """The rows: everyone, the household, then each choice. Pure."""
    first = [
        PickRow(EVERYONE, "all", "everyone", everybody, "Everyone in the file: takes every term away."),
        PickRow(
            HOUSEHOLD, "once", "per household", None,
            "One message to each household, to the first of its people who may be written to.",
        ),
    ]  # fmt: skip
    return [*first, *map(_row, choices)]


def _row(choice: AudienceChoice) -> PickRow:
    words, meaning = _said(choice)
    return PickRow(
        key=str(choice.term),
        kind=KINDS[choice.kind],
        words=words,
        people=choice.people,
        meaning=meaning,
        term=choice.term,
        saved=choice if choice.kind is ChoiceKind.SAVED else None,
    )


def _said(choice: AudienceChoice) -> tuple[str, str]:
    words, of = choice.words, choice.of
    match choice.kind:
        case ChoiceKind.SAVED if choice.people is None:
            return f"@{of}", f"@{of} names something that is no longer there: {words}"
        case ChoiceKind.SAVED:
            return f"@{of}", f"@{of} stands for: {words}"
        case ChoiceKind.INVITED:
            return "invited", f"Whoever has the invitation to {of}."
        case ChoiceKind.ANSWER:
            here = "" if "@" not in choice.term.value else f", {of}"
            if words == "none":
                return f"silent{here}", f"Whoever has the invitation to {of} and has not answered."
            return f"{words}{here}", f"Whoever answered {words} to {of}; the last answer counts."
        case ChoiceKind.TAG:
            return words, f"Whoever has the tag “{words}”."
        case ChoiceKind.LANGUAGE:
            code = choice.term.value
            return (
                f"{code} {words}",
                f"Whoever is written to in {words}{'' if '_' in code else ', in any country'}.",
            )
        case ChoiceKind.ATTRIBUTE:
            return f"{of}: {words}", f"Whoever has “{words}” in the column “{of}”."
