"""The join: evidence of Meta's reaches its attempt, and through it the message.

Everything here is called inside `Store.write`, so that match-or-shelve, and store-the-id-and-empty-
its-shelf, are one transaction each.
"""

from dataclasses import replace

from invite_core.lifecycle import messages, shelf, stops
from invite_core.lifecycle.states import Evidence, State, joined, rank_of, seen
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.store import Row, Store


def match(
    store: Store, phone_number_id: str, attempt: str | None, provider_message_id: str | None
) -> Row | None:
    """The attempt (row of `send_attempts`) that an update is about: by attempt id, then by message id."""
    if attempt:
        row = store.row(
            "SELECT * FROM send_attempts WHERE id = ? AND phone_number_id = ?", (attempt, phone_number_id)
        )
        if row is not None:
            return row
    if not provider_message_id:
        return None
    return store.row(
        "SELECT * FROM send_attempts WHERE provider_message_id = ? AND phone_number_id = ?",
        (provider_message_id, phone_number_id),
    )


def apply_status(
    store: Store, update: StatusUpdate, *, phone_number_id: str, now: str
) -> tuple[UpdateOutcome, int | None]:
    """Join one status into the message it is about; its outcome and the message.

    An update that carries the attempt id also tells the message id of an attempt whose answer was
    lost: the id is stored and its shelf emptied.
    """
    row = match(store, phone_number_id, update.attempt, update.provider_message_id)
    if row is None:
        return UpdateOutcome.UNMATCHED, None
    outcome = _apply(store, row["id"], update, now)
    adopt(store, row["id"], update.provider_message_id, now=now)
    return outcome, row["message"]


def _apply(store: Store, attempt: str, update: StatusUpdate, now: str) -> UpdateOutcome:
    before = State(store.value("SELECT state FROM send_attempts WHERE id = ?", (attempt,)))
    new = seen(update.status, update.at, error_code=update.error_code, error_detail=update.error_detail)
    learn(store, attempt, new, cause=f"webhook: {update.status}", provider_at=update.at, now=now)
    forward = rank_of(update.status) > rank_of(before)
    return UpdateOutcome.APPLIED if forward else UpdateOutcome.STALE


def learn(
    store: Store, attempt: str, new: Evidence, *, cause: str, provider_at: str | None = None, now: str
) -> None:
    """Join new evidence into an attempt, and let its message show it.

    A failure that says the person wants no more messages blocks them even where it changes nothing
    else.
    """
    row = _attempt(store, attempt)
    if new.state is State.FAILED:
        stops.block_if_told(store, row["message"], new.error_code, at=provider_at or now, now=now)
    known = messages.evidence_of(row)
    result = joined(_without_doubt(known), new)
    if result == known:
        return
    messages.save_attempt(store, attempt, result)
    messages.show(store, row["message"], attempt=attempt, cause=cause, provider_at=provider_at, now=now)


def _without_doubt(known: Evidence) -> Evidence:
    # Why an answer was unknown says nothing any more once Meta's own evidence is there.
    return known if known.failed_at is not None else replace(known, error_code=None, error_detail=None)


def adopt(store: Store, attempt: str, provider_message_id: str, *, now: str) -> None:
    """Store the message id that Meta gave an attempt, and apply what waited for it on the shelf.

    Two ids for one attempt, or one id for two attempts, prove that something went out twice or was
    mixed up: an alarm is raised and the first id kept.
    """
    row = _attempt(store, attempt)
    if row["provider_message_id"] == provider_message_id:
        return
    owner = store.value(
        "SELECT id FROM send_attempts WHERE provider_message_id = ? AND phone_number_id = ?",
        (provider_message_id, row["phone_number_id"]),
    )
    if row["provider_message_id"] is not None or owner is not None:
        detail = "Meta gave two message ids for one attempt; the person may have the message twice."
        messages.alarm(store, "two_provider_ids", detail, message=row["message"], attempt=attempt, now=now)
        return
    known = replace(messages.evidence_of(row), provider_message_id=provider_message_id)
    messages.save_attempt(store, attempt, known)
    messages.show(store, row["message"], attempt=attempt, cause="message id learnt", now=now)
    for shelved in shelf.waiting(store, provider_message_id):
        outcome = _apply(store, attempt, shelved.update, now)
        shelf.settle(store, shelved.receipt, outcome, row["message"])
    shelf.link_replies(store, provider_message_id, row["message"])


def _attempt(store: Store, attempt: str) -> Row:
    row = store.row("SELECT * FROM send_attempts WHERE id = ?", (attempt,))
    if row is None:
        raise LookupError(f"no attempt {attempt}")
    return row
