"""The join: evidence of Meta's reaches its attempt, and through it the message.

Everything here is called inside `Store.write`, so that match-or-shelve, and store-the-id-and-empty-
its-shelf, are one transaction each.
"""

from dataclasses import replace

from invite_core.lifecycle import messages, shelf, stops
from invite_core.lifecycle.standing import Standing, of_attempt
from invite_core.lifecycle.states import Evidence, State, joined, seen
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.operators import LISTENER, Operator
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


def apply_status(
    store: Store, update: StatusUpdate, *, phone_number_id: str, now: str
) -> tuple[UpdateOutcome, int | None]:
    """Join one status into the message it is about; its outcome and the message.

    What adds to what is known of the attempt is `applied`, though the state may stay: a `delivered` that
    comes after `read` tells when. What adds nothing is `stale`.

    An update that carries the attempt id also tells the message id of an attempt whose answer was
    lost: the id is stored and its shelf emptied.
    """
    row = match(store, phone_number_id, update.attempt, update.provider_message_id)
    if row is None:
        return UpdateOutcome.UNMATCHED, None
    return _apply(store, row["id"], update, now), row["message"]


def _apply(store: Store, attempt: str, update: StatusUpdate, now: str) -> UpdateOutcome:
    standing = of_attempt(store, attempt)
    known = standing.attempt(attempt).evidence
    new = seen(update.status, update.at, error_code=update.error_code, error_detail=update.error_detail)
    hear(
        store,
        standing,
        attempt,
        new,
        provider_message_id=update.provider_message_id,
        cause=f"webhook: {update.status}",
        provider_at=update.at,
        now=now,
    )
    return UpdateOutcome.APPLIED if joined(known, new) != known else UpdateOutcome.STALE


def hear(
    store: Store,
    standing: Standing,
    attempt: str,
    new: Evidence,
    *,
    provider_message_id: str,
    cause: str,
    provider_at: str | None = None,
    now: str,
) -> None:
    """Join one piece of Meta's evidence about an attempt, and the message id that it names.

    Where the id is new, it is stored and what waited for it on the shelf is applied.
    """
    is_new = _is_new(store, standing, attempt, provider_message_id, now)
    if is_new:
        new = replace(new, provider_message_id=provider_message_id)
    learn(store, standing, attempt, new, cause=cause, provider_at=provider_at, now=now)
    if is_new:
        for shelved in shelf.waiting(store, provider_message_id):
            outcome = _apply(store, attempt, shelved.update, now)
            shelf.settle(store, shelved.receipt, outcome, standing.message)
        shelf.link_replies(store, provider_message_id, standing.message)


def _is_new(store: Store, standing: Standing, attempt: str, provider_message_id: str, now: str) -> bool:
    """Whether the attempt is to get this message id.

    Two ids for one attempt, or one id for two attempts, prove that something went out twice or was
    mixed up: an alarm is raised and the first id kept.
    """
    known = standing.attempt(attempt)
    if known.evidence.provider_message_id == provider_message_id:
        return False
    owner = store.value(
        "SELECT id FROM send_attempts WHERE provider_message_id = ? AND phone_number_id = ?",
        (provider_message_id, known.phone_number_id),
    )
    if known.evidence.provider_message_id is None and owner is None:
        return True
    if owner is None:
        kind = "two_provider_ids"
        detail = "Meta gave two message ids for one attempt; the person may have the message twice."
    else:
        kind = "one_provider_id"
        detail = "Meta gave one message id for two attempts; which of them it tells of is not certain."
    messages.alarm(store, kind, detail, message=standing.message, attempt=attempt, now=now)
    return False


def learn(
    store: Store,
    standing: Standing,
    attempt: str,
    new: Evidence,
    *,
    cause: str,
    provider_at: str | None = None,
    by: Operator = LISTENER,
    now: str,
) -> None:
    """Join new evidence into an attempt, and let its message show it.

    A failure that says the person wants no more messages blocks them even where it changes nothing
    else; `by` is who heard of it.
    """
    if new.state is State.FAILED:
        stops.block_if_told(store, standing.message, new.error_code, at=provider_at or now, by=by, now=now)
    known = standing.attempt(attempt).evidence
    result = joined(_without_doubt(known), new)
    if result == known:
        return
    messages.save_attempt(store, attempt, result)
    after = standing.learnt(attempt, result)
    messages.show(store, after, attempt=attempt, cause=cause, provider_at=provider_at, now=now)


def _without_doubt(known: Evidence) -> Evidence:
    # Why an answer was unknown says nothing any more once Meta's own evidence is there.
    return known if known.failed_at is not None else replace(known, error_code=None, error_detail=None)
