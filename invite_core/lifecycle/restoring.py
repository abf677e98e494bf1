"""Catching up: a file that lacks what its guard knows takes it in before anything else is done with it."""

from datetime import datetime

from invite_core.instants import spoken, stored
from invite_core.invitations import retirement, review, runs
from invite_core.invitations.review import Why
from invite_core.lifecycle import attempts, lost_attempts
from invite_core.operators import Operator, Role
from invite_core.people import acts, erasing, guard_entries
from invite_core.store import Gap, Store

GUARD = Operator(guard_entries.BY, Role.SYSTEM)
"""The acts of the guard, as the record names them."""


def catch_up(store: Store, *, now: datetime) -> bool:
    """Take in what the guard knows and the file lacks, in one transaction; whether there was anything.

    Blocks and revocations are written, whoever was erased is erased again, and queued messages that may have
    been sent become `unconfirmed`. Where the file turns out to be restored, its runs are paused (`restored`)
    and nothing is sent before the review. What only a dying process left behind needs none.
    """
    if not store.is_behind():
        return False
    with store.catching_up() as gap:
        if gap is None:
            return False
        if gap.lost:
            guard_entries.keep_everything(store)
            lost_attempts.keep_everything(store)
            retirement.keep_everything(store)
        guard_entries.take_up(store, gap.entries, now=now)
        erased_again = erasing.take_up(store, gap.entries)
        lost_attempts.take_up(store, gap.entries, now=now)
        retirement.take_up(store, gap.entries)
        if not gap.interrupted:
            _restored(store, _why(gap), now)
    if erased_again:
        store.forget_deleted()
    return True


def _why(gap: Gap) -> Why:
    if gap.lost:
        return Why.NO_GUARD
    if not gap.copy:
        return Why.OLDER
    return Why.HANDOVER if retirement.was_just_taken_up(gap.entries) else Why.BACKUP


def _restored(store: Store, why: Why, now: datetime) -> None:
    attempts.abandoned(store, now=now)
    store.execute(
        f"""UPDATE invite_send_runs SET status = 'paused', paused_because = 'restored', paused_detail = :detail,
                changed_at = :at WHERE status IN ({runs.UNFINISHED_SQL})""",
        {"detail": f"The file was found restored {spoken(stored(now))}.", "at": stored(now)},
    )
    review.ask(store, why, now=now)
    acts.record(store, f"found restored ({why})", "file", store.path.name, by=GUARD, now=now)
