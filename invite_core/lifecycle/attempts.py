"""Attempts: one row per POST, written before it, and the answer to it.

The order is what keeps a message from being sent twice: the attempt is committed before a byte
leaves (`claim`), and its answer is written forward only (`record_outcomes`), because an update from
Meta may have been quicker than the answer to the POST.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.crashpoints import crashpoint
from invite_core.instants import after, stored
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import Status
from invite_core.invitations.verdicts import recheck_query
from invite_core.lifecycle import join, lost_attempts, messages
from invite_core.lifecycle.due import due
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.standing import Attempt
from invite_core.lifecycle.states import State, rank_of, seen
from invite_core.operators import SENDER
from invite_core.provider.outcome import Accepted, Outcome, Refused, Unknown
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that may be POSTed now, once, under this attempt id."""

    attempt: str
    message: int
    address: str
    address_kind: str
    language: str
    parameters: dict[str, str]
    tries: int
    """How often this message was tried, this time included."""


def attempt_id(now: datetime, entropy: bytes) -> str:
    """An id of 32 hexadecimal characters: milliseconds first, so that ids are ordered by time, then
    ten random bytes."""
    return f"{attempt_ids_from(now)}{entropy[:10].hex()}"


def attempt_ids_from(moment: datetime) -> str:
    """The text from which on the ids of attempts made at `moment` or later sort."""
    return f"{int(moment.timestamp() * 1000):012x}"


def claim(
    store: Store, run: int, plan: Plan, *, limit: int, phone_number_id: str, now: datetime
) -> list[Claim]:
    """Take up to `limit` queued messages of `run`, judge each once more, and open their attempts.

    To be called inside `Store.write`; nothing may be POSTed before that transaction has committed.
    People whom policy now blocks become `blocked` with the reason.
    """
    at = stored(now)
    rows = due(store, run, limit=limit, now=now)
    sent_before = lost_attempts.recognise(store, [row["id"] for row in rows], now=now)
    rows = [row for row in rows if row["id"] not in sent_before]
    if not rows:
        return []
    people = {"contacts": together([row["contact"] for row in rows])}
    query = recheck_query(plan, members("contacts"), people, now=now, run=run)
    reasons = {row["contact"]: row["reasons"] for row in store.rows(query.sql, query.values)}
    claims, blocked = [], {}
    for row in rows:
        # A contact that was merged away since has no verdict of its own any more.
        blocked_by = reasons.get(row["contact"], "already_invited")
        if blocked_by:
            blocked[row["id"]] = blocked_by
        else:
            claims.append(_claim(row, attempt_id(now, secrets.token_bytes(10))))
    _block(store, blocked, at)
    crashpoint("attempts.judged")
    _open(store, run, claims, phone_number_id, at)
    crashpoint("attempts.opened")
    return claims


def _claim(row: Row, attempt: str) -> Claim:
    return Claim(
        attempt=attempt,
        message=row["id"],
        address=row["address"],
        address_kind=row["address_kind"],
        language=row["language"],
        parameters=json.loads(row["parameters"]),
        tries=row["tried"] + 1,
    )


def _open(store: Store, run: int, claims: Sequence[Claim], phone_number_id: str, at: str) -> None:
    opened = [(claim.attempt, claim.message) for claim in claims]
    store.execute_many(
        """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state)
           SELECT ?, ?, coalesce(max(n), 0) + 1, ?, ?, 'sending' FROM send_attempts WHERE message = ?""",
        [(attempt, message, phone_number_id, at, message) for attempt, message in opened],
    )
    lost_attempts.keep(store, [claim.attempt for claim in claims])
    messages.claimed(store, run, opened, at)


def _block(store: Store, reasons: dict[int, str], at: str) -> None:
    ledger = Ledger(store, now=at)
    ledger.read(messages=reasons)
    for message, strongest_first in reasons.items():
        standing = ledger.message(message)
        standing.block_reasons = strongest_first
        ledger.set_on_message(standing, {"block_reasons": strongest_first})
        ledger.show(standing, own=State.BLOCKED, cause="policy at the claim")
        ledger.release_slots(standing)
    ledger.write()


def record_outcomes(store: Store, answers: Sequence[tuple[str, Outcome]], *, now: datetime) -> None:
    """Write Meta's answers to attempts, forward only. To be called inside `Store.write`.

    Raises LookupError for an unknown attempt.
    """
    ledger = Ledger(store, now=stored(now))
    ledger.read(
        attempts=[attempt for attempt, _ in answers],
        named=[outcome.provider_message_id for _, outcome in answers if isinstance(outcome, Accepted)],
    )
    for attempt, outcome in answers:
        _record(ledger, ledger.attempt(attempt), outcome)
    ledger.write()


def record_outcome(store: Store, attempt: str, outcome: Outcome, *, now: datetime) -> None:
    """`record_outcomes` with one."""
    record_outcomes(store, [(attempt, outcome)], now=now)


def _record(ledger: Ledger, attempt: Attempt, outcome: Outcome) -> None:
    heard_of = rank_of(attempt.evidence.state) >= 0
    match outcome:
        case Accepted():
            _accepted(ledger, attempt, outcome)
        case Refused() if heard_of:
            # Meta's own updates say that it took the message; the refusal cannot be of this attempt.
            _note_answer(ledger, attempt, "refused", outcome.detail, outcome.http_status)
        case Refused(requeue=True):
            _put_back(ledger, attempt, outcome)
        case Refused():
            _refused(ledger, attempt, outcome)
        case Unknown():
            _unknown(ledger, attempt, outcome)


def _accepted(ledger: Ledger, attempt: Attempt, outcome: Accepted) -> None:
    _note_answer(ledger, attempt, "accepted", None, 200, wa_id=outcome.wa_id)
    new = seen(State.ACCEPTED, ledger.now, held=outcome.held)
    named = outcome.provider_message_id
    join.hear(ledger, attempt, new, provider_message_id=named, cause="accepted by Meta")


def _put_back(ledger: Ledger, attempt: Attempt, outcome: Refused) -> None:
    _note_answer(ledger, attempt, "refused", outcome.detail, outcome.http_status)
    refused = attempt.evidence._replace(
        state=State.CANCELLED, error_code=outcome.code, error_detail=outcome.detail
    )
    ledger.know(attempt, refused)
    ledger.supersede(attempt, "refused, may be tried again")
    standing = ledger.message(attempt.message)
    then = after(ledger.now, outcome.wait_seconds or 0)
    ledger.set_on_message(standing, {"next_attempt_at": then})
    status = ledger.store.value("SELECT status FROM invite_send_runs WHERE id = ?", (standing.run,))
    given_up = status == Status.CANCELLED
    if given_up:
        ledger.release_slots(standing)
    own = State.CANCELLED if given_up else State.QUEUED
    ledger.show(standing, own=own, attempt=attempt.id, cause=f"refused: {outcome.detail}")


def _refused(ledger: Ledger, attempt: Attempt, outcome: Refused) -> None:
    _note_answer(ledger, attempt, "refused", outcome.detail, outcome.http_status)
    new = seen(State.FAILED, ledger.now, error_code=outcome.code, error_detail=outcome.detail)
    join.learn(ledger, attempt, new, cause="refused by Meta", by=SENDER)
    ledger.release_slots(ledger.message(attempt.message))


def _unknown(ledger: Ledger, attempt: Attempt, outcome: Unknown) -> None:
    _note_answer(ledger, attempt, "unknown", outcome.cause, outcome.http_status)
    if rank_of(attempt.evidence.state) >= 0:
        return
    detail = outcome.detail or outcome.cause
    doubt = attempt.evidence._replace(state=State.UNCONFIRMED, error_code=outcome.code, error_detail=detail)
    ledger.know(attempt, doubt)
    standing = ledger.message(attempt.message)
    ledger.show(standing, attempt=attempt.id, cause=f"no answer: {outcome.cause}")


def _note_answer(
    ledger: Ledger,
    attempt: Attempt,
    outcome: str,
    cause: str | None,
    http_status: int | None,
    *,
    wa_id: str | None = None,
) -> None:
    ledger.answered(
        attempt,
        {
            "outcome": outcome,
            "outcome_at": ledger.now,
            "cause": cause,
            "http_status": http_status,
            "wa_id": wa_id,
        },
    )


def abandoned(store: Store, *, now: datetime) -> Sequence[int]:
    """Make every attempt that a dead sender left on the wire `unconfirmed`; the messages concerned.

    To be called inside `Store.write` and under the sender's lock, so that nobody is sending.
    """
    rows = store.rows(
        "SELECT id, message FROM send_attempts WHERE state = 'sending' AND superseded_at IS NULL"
    )
    cause = "the sender ended before Meta's answer was written"
    ledger = Ledger(store, now=stored(now))
    ledger.read(attempts=[row["id"] for row in rows])
    for row in rows:
        _unknown(ledger, ledger.attempt(row["id"]), Unknown(cause=cause, detail=cause))
    ledger.write()
    return [row["message"] for row in rows]
