"""What a row says of the person's agreement; one that cannot be relied on is left out with a warning."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from invite_core.instants import stored
from invite_core.people.consent import INVITATIONS
from invite_core.people.importing import cells
from invite_core.people.importing.header_words import plain_words, truth

_SCOPES = frozenset({"", "invitation", "invitations", "invite", "invites", "event", "events"})
_ALL_SCOPES = frozenset({"all", "everything", "any"})
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Consent:
    """An agreement that the file tells of."""

    source: str
    """How the person agreed."""
    at: str
    """When, as it is stored."""
    scope: str = INVITATIONS
    """To what."""
    wording: str = ""
    """The words agreed to."""
    evidence_ref: str = ""
    """Where the evidence is."""


class Said(NamedTuple):
    """The cells of one row that are about consent."""

    given: str | None = None
    """The cell of a yes-or-no column; None where the file has no such column."""
    source: str = ""
    at: str = ""
    scope: str = ""
    wording: str = ""
    evidence_ref: str = ""


class Agreement(NamedTuple):
    """What the cells come to."""

    consent: Consent | None
    """The agreement that counts."""
    refused: bool = False
    """Whether the row says no."""
    doubts: tuple[tuple[str, str], ...] = ()
    """Reason and cell of each warning."""
    said: str = "unclear"
    """`yes`, `no` or `unclear`: the answer in a yes-or-no column."""


def agreement(said: Said, everybodys: Consent | None, now: datetime) -> Agreement:
    """The agreement that counts for a row.

    A no counts before everything. The row's own source and date come next. `everybodys` goes to those
    who say yes, where the file has a column for that, and else to everyone.
    """
    answer = truth(said.given) if said.given else None
    if answer is False:
        doubt = bool(said.source or said.at or everybodys)
        refusal = (("consent_refused", said.given or ""),)
        return Agreement(None, refused=True, doubts=refusal if doubt else (), said="no")
    word = "yes" if answer else "unclear"
    if said.source or said.at:
        consent, doubts = _own(said, now)
        return Agreement(consent, doubts=doubts, said=word)
    if said.given is None or answer:
        return Agreement(everybodys, said=word)
    return Agreement(None, doubts=(("unclear_consent", said.given),) if said.given else ())


def _own(said: Said, now: datetime) -> tuple[Consent | None, tuple[tuple[str, str], ...]]:
    """The row's own agreement, if it can be relied on."""
    at = cells.moment(said.at)
    doubt = (
        "consent_without_source" if not said.source
        else "consent_without_date" if not said.at
        else "unreadable_date" if at is None
        else "consent_in_future" if at > now + _AHEAD
        else ""
    )  # fmt: skip
    if doubt or at is None:
        return None, ((doubt, said.at or said.source),)
    plain = plain_words(said.scope) if said.scope else ""
    is_other = plain not in _SCOPES and plain not in _ALL_SCOPES
    scope = plain if is_other else INVITATIONS if plain in _SCOPES else "all"
    doubts = (("other_consent_scope", said.scope),) if is_other else ()
    return Consent(said.source, stored(min(at, now)), scope, said.wording, said.evidence_ref), doubts
