"""The pages about what does not go on: why a person is left out, and why a run stands still."""

import tomllib
from importlib.resources import files

from handbook.literals import literals
from handbook.markdown import code, page, table, words
from invite_core.invitations.policy import REMEDIES, RULES, BlockReason
from invite_core.invitations.runs import PauseReason
from invite_core.operations.sending import WAITED_THROUGH
from invite_tui.reasons import BLOCKED_BECAUSE, PAUSED_BECAUSE

_BLOCKED = """Before anything is sent, each person of the audience is judged by every rule below; whom none of them
blocks gets the message. `invite-tui preview` and the screen show who is left out and why, the send judges in the very
same way, and so does the last look before each message. A person may be left out for several reasons. They are shown
strongest first, in the order of this table."""

_PAUSED = """A run that stands still says why, and nobody gets a message twice when it goes on: press `r` on its screen,
or `invite-tui runs resume RUN --wait`. With `--wait` a send sits through {through} by itself."""


def block_reasons_page() -> str:
    """Every reason for which a person is left out, strongest first, with what to do; and the countries."""
    meant = literals(BlockReason)
    rows = [
        (
            code(reason),
            words(BLOCKED_BECAUSE[reason]),
            words(f"{meant[reason.name]}."),
            words(REMEDIES[reason]),
        )
        for reason in (rule.reason for rule in RULES)
    ]
    return page(
        "Why somebody is left out",
        "`invite_core/invitations/policy.py`",
        _BLOCKED,
        table(("name", "on the screen", "what it means", "what you can do"), rows),
        "## Countries",
        _countries(),
    )


def _countries() -> str:
    source = files("invite_core.invitations").joinpath("countries.toml")
    places = tomllib.loads(source.read_text("utf-8"))
    nothing = ", ".join(each["name"] for each in places["not_served"])
    no_marketing = ", ".join(each["name"] for each in (*places["no_marketing"], places["united_states"]))
    return (
        f"Meta delivers nothing to numbers of these: {nothing}. No marketing, which invitations are, to numbers of "
        f"these: {no_marketing}. The number decides; where its owner is, nobody here knows."
    )


def pauses_page() -> str:
    """Every reason for which a run is paused: what happened, and what to do."""
    rows = [
        (code(reason), words(happened), words(todo))
        for reason, (happened, todo) in ((each, PAUSED_BECAUSE[each]) for each in PauseReason)
    ]
    through = [code(each) for each in WAITED_THROUGH]
    return page(
        "Why a run is paused",
        "`invite_tui/reasons.py`",
        _PAUSED.replace("{through}", f"{', '.join(through[:-1])} and {through[-1]}"),
        table(("name", "what happened", "what to do"), rows),
    )
