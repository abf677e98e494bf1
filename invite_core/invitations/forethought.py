"""Whether there is a text to tell guests that the event changes or is called off, before they are invited.

Meta has to approve each text, which may take a day: too long when the hall has burnt down.
"""

import re
from collections.abc import Iterable

from invite_core.invitations import templates
from invite_core.invitations.plan import Plan, Purpose
from invite_core.store import Store

_SAYS_SO: dict[Purpose, re.Pattern[str]] = {
    Purpose.UPDATE: re.compile(r"chang|updat|aender|mudan|cambi|modif"),
    Purpose.CANCELLATION: re.compile(r"cancel|called_off|absag|abgesagt|annul"),
}
"""How the name of a template says what it is for."""

_WORDS = {Purpose.UPDATE: "a change", Purpose.CANCELLATION: "a cancellation"}


def unprepared(store: Store, plan: Plan, languages: Iterable[str]) -> str | None:
    """A sentence if no approved template could tell a change or a cancellation in one of `languages`, else None;
    None too where the plan is no invitation. A template counts by its name, or because a run has used it so."""
    if plan.purpose is not Purpose.INVITATION:
        return None
    spoken = {_base(language) for language in languages}
    missing = {_WORDS[purpose]: sorted(spoken - _spoken_in(store, purpose)) for purpose in _SAYS_SO}
    told = [f"{word} in {', '.join(each)}" for word, each in missing.items() if each]
    if not told:
        return None
    if len({tuple(each) for each in missing.values()}) == 1:
        told = [f"{' or '.join(missing)} in {', '.join(next(iter(missing.values())))}"]
    return (
        f"No approved template tells {' or '.join(told)}. Have one approved beforehand: Meta takes its time "
        "(docs/wording.md)."
    )


def _spoken_in(store: Store, purpose: Purpose) -> set[str]:
    used = {
        row["template"]
        for row in store.rows(
            "SELECT DISTINCT template FROM invite_send_runs WHERE purpose = ?", (purpose.value,)
        )
    }
    return {
        _base(variant.language)
        for variant in templates.listing(store)
        if variant.approved and (variant.name in used or _SAYS_SO[purpose].search(variant.name))
    }


def _base(language: str) -> str:
    return language.split("_")[0]
