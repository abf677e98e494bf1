"""The join: evidence of Meta's reaches its attempt, and through it the message.

Everything here is called inside `Store.write`, so that match-or-shelve, and store-the-id-and-empty-
its-shelf, are one transaction each.
"""

from collections.abc import Sequence

from invite_core import instants
from invite_core.lifecycle import stops
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.shelf import Shelved
from invite_core.lifecycle.standing import Attempt
from invite_core.lifecycle.states import Evidence, State, joined, seen
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.operators import LISTENER, Operator
from invite_core.people import user_ids
from invite_core.store import Row, Store


def match(
    store: Store, phone_number_id: str, attempt: str | None, provider_message_id: str | None
) -> Row | None:
    """The attempt (`id, message`) that an update is about: by attempt id, then by message id."""
    if attempt:
        row = store.row(
            "SELECT id, message FROM send_attempts WHERE id = ? AND phone_number_id = ?",
            (attempt, phone_number_id),
        )
        if row is not None:
            return row
    if not provider_message_id:
        return None
    return store.row(
        "SELECT id, message FROM send_attempts WHERE provider_message_id = ? AND phone_number_id = ?",
        (provider_message_id, phone_number_id),
    )


def apply_statuses(
    store: Store, updates: Sequence[StatusUpdate], *, phone_number_id: str, now: str
) -> list[tuple[UpdateOutcome, int | None]]:
    """Join statuses into the messages they are about, one after the other; of each its outcome and message.

    What adds to what is known of the attempt is `applied`, though the state may stay: a `delivered` that
    comes after `read` tells when. What adds nothing is `stale`; what matches nothing is `unmatched`, and
    the caller keeps it (`shelf.as_json`), unless a later one of these tells its id.

    An update that carries the attempt id also tells the message id of an attempt whose answer was
    lost: the id is stored and its shelf emptied. The recipient's user id is learnt from each that tells it.

    All are read together and written together: where this raises, the caller must undo its savepoint, and
    may then try them one by one.
    """
    ledger = Ledger(store, now=now)
    ledger.read(
        attempts={each.attempt for each in updates if each.attempt},
        named={each.provider_message_id for each in updates},
    )
    heard = [Shelved(update) for update in updates]
    for each in heard:
        update = each.update
        attempt = ledger.find_attempt(update.attempt, phone_number_id)
        attempt = attempt or ledger.owner(update.provider_message_id, phone_number_id)
        if attempt is None:
            ledger.shelf.put(each)
        else:
            _apply(ledger, attempt, each)
    ledger.write()
    _learn_user_ids(ledger, heard)
    return [(each.outcome, each.message) for each in heard]


def apply_status(
    store: Store, update: StatusUpdate, *, phone_number_id: str, now: str
) -> tuple[UpdateOutcome, int | None]:
    """`apply_statuses` with one."""
    return apply_statuses(store, [update], phone_number_id=phone_number_id, now=now)[0]


def _learn_user_ids(ledger: Ledger, heard: Sequence[Shelved]) -> None:
    told = [
        (ledger.message(each.message).contact, each.update.user_id)
        for each in heard
        if each.message is not None and each.update.user_id is not None
    ]
    if told:
        user_ids.learn_all(ledger.store, told, now=instants.read(ledger.now))


def _apply(ledger: Ledger, attempt: Attempt, heard: Shelved) -> None:
    update = heard.update
    adds = hear(
        ledger,
        attempt,
        seen(update.status, update.at, error_code=update.error_code, error_detail=update.error_detail),
        provider_message_id=update.provider_message_id,
        cause=f"webhook: {update.status}",
        provider_at=update.at,
    )
    if update.pricing is not None:
        ledger.priced(attempt, update.status, update.pricing)
    heard.message = attempt.message
    heard.outcome = UpdateOutcome.APPLIED if adds else UpdateOutcome.STALE


def hear_of(
    store: Store, attempt: str, new: Evidence, *, provider_message_id: str, cause: str, at: str, now: str
) -> None:
    """Join one piece of evidence, given at `at` (stored form), about an attempt that the file knows."""
    ledger = Ledger(store, now=now)
    ledger.read(attempts=[attempt], named=[provider_message_id])
    hear(
        ledger,
        ledger.attempt(attempt),
        new,
        provider_message_id=provider_message_id,
        cause=cause,
        provider_at=at,
    )
    ledger.write()


def hear(
    ledger: Ledger,
    attempt: Attempt,
    new: Evidence,
    *,
    provider_message_id: str,
    cause: str,
    provider_at: str | None = None,
) -> bool:
    """Join one piece of Meta's evidence about an attempt, and the message id that it names; whether the
    evidence adds to what was known.

    Where the id is new, it is stored and what waited for it on the shelf is applied.
    """
    if not _is_new(ledger, attempt, provider_message_id):
        return learn(ledger, attempt, new, cause=cause, provider_at=provider_at)
    adds = joined(attempt.evidence, new) != attempt.evidence
    named = new._replace(provider_message_id=provider_message_id)
    learn(ledger, attempt, named, cause=cause, provider_at=provider_at)
    for shelved in ledger.shelf.take(provider_message_id, attempt.message):
        _apply(ledger, attempt, shelved)
    return adds


def _is_new(ledger: Ledger, attempt: Attempt, provider_message_id: str) -> bool:
    """Whether the attempt is to get this message id.

    Two ids for one attempt, or one id for two attempts, prove that something went out twice or was
    mixed up: an alarm is raised and the first id kept.
    """
    known = attempt.evidence.provider_message_id
    if known == provider_message_id:
        return False
    owner = ledger.owner(provider_message_id, attempt.phone_number_id)
    if known is None and owner is None:
        return True
    if owner is None:
        kind = "two_provider_ids"
        detail = "Meta gave two message ids for one attempt; the person may have the message twice."
    else:
        kind = "one_provider_id"
        detail = "Meta gave one message id for two attempts; which of them it tells of is not certain."
    ledger.alarm(kind, detail, message=attempt.message, attempt=attempt.id)
    return False


def learn(
    ledger: Ledger,
    attempt: Attempt,
    new: Evidence,
    *,
    cause: str,
    provider_at: str | None = None,
    by: Operator = LISTENER,
) -> bool:
    """Join new evidence into an attempt, and let its message show it; whether it adds to what was known.

    A failure that says the person wants no more messages blocks them even where it changes nothing
    else; `by` is who heard of it.
    """
    if new.state is State.FAILED:
        at = provider_at or ledger.now
        stops.block_if_told(ledger.store, attempt.message, new.error_code, at=at, by=by, now=ledger.now)
    result = joined(_without_doubt(attempt.evidence), new)
    if result == attempt.evidence:
        return False
    ledger.know(attempt, result)
    ledger.show(ledger.message(attempt.message), attempt=attempt.id, cause=cause, provider_at=provider_at)
    return True


def _without_doubt(known: Evidence) -> Evidence:
    # Why an answer was unknown says nothing any more once Meta's own evidence is there.
    if known.failed_at is not None or (known.error_code is None and known.error_detail is None):
        return known
    return known._replace(error_code=None, error_detail=None)
