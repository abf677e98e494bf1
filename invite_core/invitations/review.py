"""The review that a restored file needs before anything may be sent from it.

A file that came out of a backup, that is older than its guard, or whose guard is gone may not know whom
it has written to since. The organiser looks at it and says so (`restore --reviewed`).
"""

from datetime import datetime
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.instants import spoken, stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

_NEEDED, _RESTORED_AT = "review_needed", "restored_at"


class Why(StrEnum):
    """Why a file needs a review (the word in `store_facts`)."""

    BACKUP = "backup"
    """It came out of a backup."""
    HANDOVER = "handover"
    """It came out of a handover."""
    OLDER = "older"
    """Its guard file knows of acts that it did not."""
    NO_GUARD = "no_guard"
    """Its guard file is gone, so nobody can tell whether it is the newest."""


_SENTENCES: dict[Why, str] = {
    Why.BACKUP: "This database was restored from a backup",
    Why.HANDOVER: "This database was taken over by handover",
    Why.OLDER: "This database is an older copy than its guard file",
    Why.NO_GUARD: (
        "The guard file of this database is gone, so it may be an older copy, "
        "and nobody can tell who was erased since or which erased people were blocked"
    ),
}


class ReviewNeeded(InviteError):
    """Nothing is sent from a restored file before it was reviewed."""


def ask(store: Store, why: Why, *, now: datetime) -> None:
    """Have nothing sent before a review, inside a write transaction."""
    _remember(store, _NEEDED, why)
    _remember(store, _RESTORED_AT, stored(now))


def needed(store: Store) -> Why | None:
    """Why a review is needed, or None where none is."""
    why = _fact(store, _NEEDED)
    return Why(why) if why else None


def restored_at(store: Store) -> str | None:
    """When this file was last found to be restored, in stored form, or None."""
    return _fact(store, _RESTORED_AT)


def sentence(store: Store) -> str:
    """What was found, for a person, or '' where no review is needed."""
    why, at = needed(store), restored_at(store)
    return f"{_SENTENCES[why]} (found {spoken(at)})." if why and at else ""


def require_done(store: Store) -> None:
    """Raise `ReviewNeeded` while a review is needed."""
    if needed(store):
        raise ReviewNeeded(
            f"{sentence(store)} Nothing is sent before you have looked at it.",
            "Look at the runs, the unconfirmed messages and `invite-tui dnm list`, "
            "then say `invite-tui restore --reviewed`.",
        )


def done(store: Store, *, by: Operator, now: datetime) -> bool:
    """Record that the organiser has looked; False where nothing was to be looked at. Runs stay paused."""
    by.may_act("review a restored file")
    with store.write():
        found = sentence(store)
        if not found:
            return False
        store.execute("DELETE FROM store_facts WHERE name = ?", (_NEEDED,))
        acts.record(store, "review restored file", "file", store.path.name, reason=found, by=by, now=now)
    return True


def _fact(store: Store, name: str) -> str | None:
    value: str | None = store.value("SELECT value FROM store_facts WHERE name = ?", (name,))
    return value


def _remember(store: Store, name: str, value: str) -> None:
    store.execute(
        """INSERT INTO store_facts (name, value) VALUES (:name, :value)
           ON CONFLICT (name) DO UPDATE SET value = :value""",
        {"name": name, "value": value},
    )
