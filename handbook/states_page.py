"""The page of states: of a message, and of a run."""

from collections.abc import Mapping

from handbook.literals import literals
from handbook.markdown import code, page, table, words
from invite_core.invitations.runs import Status
from invite_core.lifecycle.states import RANK, State
from invite_tui.state_style import STATES, STATUSES, Look

_JOIN = """Meta's updates come late, twice and in any order. A message shows the highest that Meta has told of it,
in the order {order}; it can be read without ever having been told as delivered, and what was
delivered can still fail. When each was reached is kept beside it: `invite-tui timeline MESSAGE` shows everything."""


def states_page() -> str:
    """Every state of a message and every status of a run, with its sign on the screen and what it means."""
    order = " → ".join(code(state) for state in sorted(RANK, key=lambda state: RANK[state]))
    return page(
        "States of a message and a run",
        "`invite_core/lifecycle/states.py` and `invite_tui/state_style.py`",
        "## A message",
        _table(STATES),
        _JOIN.replace("{order}", order),
        "## A run",
        _table(STATUSES),
    )


def _table(looks: Mapping[State, Look] | Mapping[Status, Look]) -> str:
    kind = type(next(iter(looks)))
    meant = literals(kind)
    rows = [
        (words(look.glyph), code(member), words(f"{meant[member.name]}.")) for member, look in looks.items()
    ]
    return table(("sign", "name", "what it means"), rows)
