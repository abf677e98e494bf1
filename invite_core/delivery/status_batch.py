"""Statuses that came together, taken in together: a few statements for all of them instead of many for each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from invite_core.delivery import receipts
from invite_core.delivery.updates import Update
from invite_core.instants import stored
from invite_core.lifecycle import join
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.people import erased_texts
from invite_core.store import Store

REPEATED = "repeated"


class ReadStatus(NamedTuple):
    """A status as it was read out of a body."""

    update: Update
    """The update that holds it."""
    status: StatusUpdate
    """Its content."""


Taken = tuple[Update, StatusUpdate, UpdateOutcome, int | None]
"""A status, what became of it, and its message."""


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
        store, [status for _, status in fresh], phone_number_id=phone_number_id, now=at
    )
    taken = [(*each, *became) for each, became in zip(fresh, joined, strict=True)]
    receipts.keep_statuses(store, _without_erased(store, taken), now=at)
    return {update.key: outcome for update, _, outcome, _ in taken}


def _without_erased(store: Store, taken: list[Taken]) -> list[Taken]:
    """What is kept of the statuses: what waits on the shelf for a message of somebody who was erased waits under a
    hash, because an id of WhatsApp's holds the number."""
    told = {
        place: f"{erased_texts.in_message_id(status.provider_message_id)} {status.user_id or ''}"
        for place, (_, status, outcome, _) in enumerate(taken)
        if outcome is UpdateOutcome.UNMATCHED
    }
    for place in erased_texts.about_erased(store, told):
        update, status, outcome, message = taken[place]
        hashed = f"erased.{store.keyed_hash(status.provider_message_id)}"
        impersonal = status._replace(provider_message_id=hashed, user_id=None, error_detail=None)
        taken[place] = (update, impersonal, outcome, message)
    return taken
