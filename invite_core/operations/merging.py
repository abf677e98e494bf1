"""Merging two people, with what waits in runs for the entry that is given up."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from invite_core.lifecycle import withdrawing
from invite_core.operators import Operator
from invite_core.people import merging
from invite_core.store import Store
from invite_core.views.person_sheet import PersonSheet, person_sheet


@dataclass(frozen=True, slots=True)
class MergedPeople:
    """What a merge did."""

    kept: int
    """The person who stays."""
    gone: int
    """The entry that is part of them now."""
    addresses: int
    """Addresses that the person who stays did not have."""
    withdrawn: int
    """Messages to the entry that is given up which waited in a run; they are cancelled, the person is one now."""


def merge(store: Store, kept: int, gone: int, *, by: Operator, now: datetime) -> MergedPeople:
    """Make `gone` a part of `kept`, for good, and cancel what waits for `gone`. One transaction.

    Raises `MergeFault` as `people.merging.merge` does.
    """
    with store.write():
        done = merging.merge(store, kept, gone, by=by, now=now)
        withdrawn = withdrawing.withdraw(
            store, gone, cause=f"merged into person {kept} by {by.name}", now=now
        )
    return MergedPeople(done.kept, done.gone, done.addresses, withdrawn)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Two people side by side, and the one person that a merge would make of them."""

    kept: PersonSheet
    """The person who would stay."""
    gone: PersonSheet
    """The entry that would become part of them."""
    together: PersonSheet
    """The person afterwards."""
    done: MergedPeople
    """What the merge would do."""


class _PreviewOnly(Exception):
    """Ends the transaction of a preview, so that nothing of it is stored."""


def would_merge(store: Store, kept: int, gone: int, *, by: Operator, now: datetime) -> MergePreview:
    """What `merge` would make of two people: it is done and taken back. Raises what `merge` raises."""
    with suppress(_PreviewOnly), store.write():
        before = person_sheet(store, kept), person_sheet(store, gone)
        done = merge(store, kept, gone, by=by, now=now)
        preview = MergePreview(*before, person_sheet(store, kept), done)
        raise _PreviewOnly
    return preview
