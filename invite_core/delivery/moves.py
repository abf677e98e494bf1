"""People who are known under another address now: what is on record about them follows."""

from datetime import datetime

from invite_core.delivery.identity_changes import IdentityChange
from invite_core.lifecycle.updates import UpdateOutcome
from invite_core.operators import LISTENER
from invite_core.people import changed_addresses, contacts, user_ids
from invite_core.store import Store


def take_change(
    store: Store, change: IdentityChange, *, at: datetime, receipt: int, now: datetime
) -> UpdateOutcome:
    """Let identities and blocks follow a change that was told at `at`; whether anything changed.

    To be called inside `Store.write`. A user id alone moves nobody's number: WhatsApp tells it so where
    it withholds the number, and the number that we know may still be right.
    """
    steps = [(change.old_number, change.new_number), (change.old_user_id, change.new_user_id)]
    people: set[int] = set()
    changed = 0
    for old, new in steps:
        if old is None or new is None:
            continue
        followed = changed_addresses.follow(
            store, old=old, new=new, at=at, receipt=receipt, by=LISTENER, now=now
        )
        people.update(followed.contacts)
        changed += len(followed.contacts) + followed.blocks
    if change.new_user_id is not None:
        told_with = change.old_number if change.new_number is None and change.old_user_id is None else None
        people.update(contacts.by_address(store, told_with) if told_with else ())
        for contact in sorted(people):
            changed += user_ids.learn(store, contact, change.new_user_id, now=now)
    return UpdateOutcome.APPLIED if changed else UpdateOutcome.STALE
