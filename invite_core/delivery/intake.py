"""One webhook body, taken in whole: every update stored once, with its effects, in the caller's transaction."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from invite_core import instants
from invite_core.delivery import receipts
from invite_core.delivery.opt_outs import take_preference
from invite_core.delivery.payload import read_body
from invite_core.delivery.replies import take_reply
from invite_core.delivery.updates import Ignored, Odd, Preference, Reply, Update
from invite_core.errors import InviteError
from invite_core.lifecycle import join
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.people import user_ids
from invite_core.store import IntegrityError, Store, StoreError

REPEATED = "repeated"

_CLOCKS_DIFFER = timedelta(days=1)

_FAULTS_OF_ONE_UPDATE = (IntegrityError, InviteError, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the updates of one body, or of several."""

    bodies: int = 0
    """Bodies taken in."""
    applied: int = 0
    """Updates that moved something forward."""
    stale: int = 0
    """Updates that moved nothing."""
    unmatched: int = 0
    """Updates that wait for their message."""
    ignored: int = 0
    """Updates that are not about us."""
    quarantined: int = 0
    """Updates that could not be understood."""
    repeated: int = 0
    """Updates that were known already."""

    def __add__(self, other: "Tally") -> "Tally":
        mine, more = asdict(self), asdict(other)
        return Tally(**{name: mine[name] + more[name] for name in mine})


def apply_body(store: Store, body: bytes, *, phone_number_id: str, now: datetime) -> Tally:
    """Take in a body whose signature was right; what became of its updates.

    To be called inside `Store.write`: the caller may answer 200 once that has committed. Every update
    has a savepoint of its own; one that the file refuses is quarantined and spoils no other. Raises
    `StoreError` where nothing can be stored now.
    """
    counts: Counter[str] = Counter()
    for update in read_body(body, phone_number_id=phone_number_id):
        counts[_take(store, update, phone_number_id, now)] += 1
    return Tally(bodies=1, **counts)


def _take(store: Store, update: Update, phone_number_id: str, now: datetime) -> str:
    if receipts.seen_before(store, update.key):
        return REPEATED
    try:
        with store.write():
            return _apply(store, update, phone_number_id, now)
    except StoreError:
        raise
    except _FAULTS_OF_ONE_UPDATE as fault:
        raw = json.dumps(asdict(update.content), default=str).encode()
        odd = replace(update, content=Odd(f"it could not be stored ({type(fault).__name__})", raw))
        receipts.keep(store, odd, UpdateOutcome.QUARANTINED, None, now=instants.stored(now))
        return UpdateOutcome.QUARANTINED


def _apply(store: Store, update: Update, phone_number_id: str, now: datetime) -> UpdateOutcome:
    at = instants.stored(now)
    outcome: UpdateOutcome
    message: int | None = None
    match update.content:
        case StatusUpdate():
            outcome, message = join.apply_status(
                store, update.content, phone_number_id=phone_number_id, now=at
            )
            receipts.keep(store, update, outcome, message, now=at)
            if message is not None and update.content.user_id is not None:
                contact = store.value("SELECT contact FROM invite_messages WHERE id = ?", (message,))
                user_ids.learn(store, contact, update.content.user_id, now=now)
        case Reply():
            receipt = receipts.keep(store, update, UpdateOutcome.APPLIED, None, now=at)
            given = given_at(update.content.at, now)
            outcome, message = take_reply(
                store, update.content, phone_number_id=phone_number_id, at=given, receipt=receipt, now=now
            )
            receipts.settle(store, receipt, outcome, message)
        case Preference():
            outcome = UpdateOutcome.APPLIED
            receipt = receipts.keep(store, update, outcome, None, now=at)
            given = given_at(update.content.at, now)
            take_preference(store, update.content, at=given, receipt=receipt, now=now)
        case Ignored():
            outcome = UpdateOutcome.IGNORED
            receipts.keep(store, update, outcome, None, now=at)
        case Odd():
            outcome = UpdateOutcome.QUARANTINED
            receipts.keep(store, update, outcome, None, now=at)
    return outcome


def given_at(told: str | None, now: datetime) -> datetime:
    """When somebody wrote: Meta's own time, but `now` where there is none, or it is more than a day ahead of
    our clock.

    The last answer given counts, and a block ends only by a later act: a moment in the far future would
    make either stand for ever. Pure.
    """
    if told is None:
        return now
    moment = instants.read(told)
    return moment if moment <= now + _CLOCKS_DIFFER else now
