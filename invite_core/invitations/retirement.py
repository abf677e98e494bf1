"""A database that was handed over to another computer: this file of it is never changed again, nor sent from.

The guard keeps it too, so that no older copy put in place here goes on as if nothing had happened.
"""

from collections.abc import Sequence
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Entry, Store
from invite_core.store.guard import HANDED_OVER, TAKEN_UP


def retire(store: Store, *, by: Operator, now: datetime) -> None:
    """Have nothing changed in this file or sent from it from now on; every change raises `HandedOver`."""
    by.may_act("hand the database over")
    with store.write():
        acts.record(store, "hand over", "file", store.path.name, by=by, now=now)
        store.guarded({"kind": HANDED_OVER, "at": stored(now)})
        _remember(store, stored(now))


def retired_since(store: Store) -> str | None:
    """When this file was handed over, in stored form, or None."""
    since: str | None = store.value("SELECT value FROM store_facts WHERE name = ?", (HANDED_OVER,))
    return since


def taken_up_here(now: datetime) -> Entry:
    """What a guard is told when the database goes on beside it."""
    return {"kind": TAKEN_UP, "at": stored(now)}


def was_just_taken_up(entries: Sequence[Entry]) -> bool:
    """Whether the guard's entries, which a file lacks, end with its being taken up."""
    return bool(entries) and entries[-1]["kind"] == TAKEN_UP


def take_up(store: Store, entries: Sequence[Entry]) -> None:
    """Take in what the guard's entries say of it, inside `Store.catching_up`: the last word counts."""
    said = [entry for entry in entries if entry["kind"] in (HANDED_OVER, TAKEN_UP)]
    if said and said[-1]["kind"] == HANDED_OVER:
        _remember(store, said[-1]["at"])
    elif said:
        store.execute("DELETE FROM store_facts WHERE name = ?", (HANDED_OVER,))


def keep_everything(store: Store) -> None:
    """Keep what this file says of it, for a guard that is begun anew."""
    since = retired_since(store)
    if since is not None:
        store.guarded({"kind": HANDED_OVER, "at": since})


def _remember(store: Store, at: str) -> None:
    store.execute(
        """INSERT INTO store_facts (name, value) VALUES (:name, :at)
           ON CONFLICT (name) DO UPDATE SET value = :at""",
        {"name": HANDED_OVER, "at": at},
    )
