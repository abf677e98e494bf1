"""Statuses that came together, taken in together: a few statements for all of them instead of many for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.delivery import receipts
from invite_core.delivery.updates import Update
from invite_core.instants import stored
from invite_core.lifecycle import join
from invite_core.lifecycle.updates import StatusUpdate
from invite_core.people import user_ids
from invite_core.store import Store
from invite_core.store.dialect import members, together

REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class ReadStatus:
    """A status as it was read out of a body."""

    update: Update
    """The update that holds it."""
    status: StatusUpdate
    """Its content."""


def take_statuses(
    store: Store, told: Sequence[ReadStatus], *, phone_number_id: str, now: datetime
) -> list[str]:
    """What became of each status, in its order, as if they had come one by one.

    To be called inside a savepoint: where one of them cannot be stored, this raises, and none is.
    """
    known = receipts.known_among(store, [each.update.key for each in told])
    fresh: dict[bytes, ReadStatus] = {}
    repeated: list[bytes] = []
    for each in told:
        key = each.update.key
        if key in known or key in fresh:
            repeated.append(key)
        else:
            fresh[key] = each
    outcomes = _take_fresh(store, list(fresh.values()), phone_number_id, now) if fresh else {}
    if repeated:
        receipts.seen_again(store, repeated)
    # Only the first of those that say the same is not a repetition.
    return [outcomes.pop(each.update.key, REPEATED) for each in told]


def _take_fresh(
    store: Store, fresh: Sequence[ReadStatus], phone_number_id: str, now: datetime
) -> dict[bytes, str]:
    at = stored(now)
    joined = join.apply_statuses(
        store, [each.status for each in fresh], phone_number_id=phone_number_id, now=at
    )
    taken = [(each.update, outcome, message) for each, (outcome, message) in zip(fresh, joined, strict=True)]
    receipts.keep_all(store, taken, now=at)
    _learn_user_ids(
        store,
        [
            (message, each.status.user_id)
            for each, (_, message) in zip(fresh, joined, strict=True)
            if message is not None and each.status.user_id is not None
        ],
        now,
    )
    return {update.key: outcome for update, outcome, _ in taken}


def _learn_user_ids(store: Store, told: Sequence[tuple[int, str]], now: datetime) -> None:
    if not told:
        return
    rows = store.rows(
        f"SELECT id, contact FROM invite_messages WHERE id IN ({members('messages')})",
        {"messages": together([message for message, _ in told])},
    )
    contacts = {row["id"]: row["contact"] for row in rows}
    user_ids.learn_all(store, [(contacts[message], user_id) for message, user_id in told], now=now)
