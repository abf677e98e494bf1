"""Attempts: one row per POST, written before it, and the answer to it.

The order is what keeps a message from being sent twice: the attempt is committed before a byte
leaves (`claim`), and its answer is written forward only (`record_outcome`), because an update from
Meta may have been quicker than the answer to the POST.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from invite_core.crashpoints import crashpoint
from invite_core.instants import after, stored
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import Status
from invite_core.invitations.verdicts import recheck_query
from invite_core.lifecycle import counters, join, lost_attempts, messages
from invite_core.lifecycle.standing import Standing, of_attempt, of_message
from invite_core.lifecycle.states import State, rank_of, seen
from invite_core.operators import SENDER
from invite_core.provider.outcome import Accepted, Outcome, Refused, Unknown
from invite_core.store import Row, Store


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


LONGEST_WAIT_S = 3600.0
"""The longest that a refused message waits before it is tried again."""

_DUE = """SELECT id, contact, address, address_kind, language, parameters,
        (SELECT count(*) FROM send_attempts WHERE send_attempts.message = invite_messages.id) AS tried
    FROM invite_messages WHERE run = :run AND state = 'queued'
        AND (next_attempt_at <= :now OR next_attempt_at > :no_later)
    ORDER BY next_attempt_at, id LIMIT :limit"""
"""The messages that are to be claimed next; one that would wait for longer than anything may (`:no_later`)
shows that the clock was put back, and waits no more."""


def claim(
    store: Store, run: int, plan: Plan, *, limit: int, phone_number_id: str, now: datetime
) -> list[Claim]:
    """Take up to `limit` queued messages of `run`, judge each once more, and open their attempts.

    To be called inside `Store.write`; nothing may be POSTed before that transaction has committed.
    People whom policy now blocks become `blocked` with the reason.
    """
    at = stored(now)
    due = {"limit": limit, "no_later": after(at, LONGEST_WAIT_S)}
    rows = store.rows(_DUE, {"run": run, "now": at, **due})
    sent_before = lost_attempts.recognise(store, [row["id"] for row in rows], now=now)
    rows = [row for row in rows if row["id"] not in sent_before]
    if not rows:
        return []
    query = recheck_query(plan, f"SELECT contact FROM ({_DUE}) AS due", due, now=now, run=run)
    reasons = {row["contact"]: row["reasons"] for row in store.rows(query.sql, query.values)}
    claims = []
    for row in rows:
        # A contact that was merged away since has no verdict of its own any more.
        blocked_by = reasons.get(row["contact"], "already_invited")
        if blocked_by:
            _block(store, row["id"], blocked_by, at)
        else:
            claims.append(_claim(row, attempt_id(now, secrets.token_bytes(10))))
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
    opened: list[dict[str, object]] = [
        {"attempt": claim.attempt, "message": claim.message} for claim in claims
    ]
    store.execute_many(
        """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state)
           SELECT :attempt, :message, coalesce(max(n), 0) + 1, :phone_number_id, :at, 'sending'
           FROM send_attempts WHERE message = :message""",
        [{**each, "phone_number_id": phone_number_id, "at": at} for each in opened],
    )
    lost_attempts.keep(store, [claim.attempt for claim in claims])
    messages.claimed(store, run, opened, at)


def _block(store: Store, message: int, reasons: str, at: str) -> None:
    standing = of_message(store, message)
    store.execute(
        "UPDATE invite_messages SET block_reasons = :reasons WHERE id = :message",
        {"message": message, "reasons": reasons},
    )
    messages.release_slots(store, message)
    if messages.show(store, standing, own=State.BLOCKED, cause="policy at the claim", now=at):
        counters.blocked(store, standing.run, reasons.split(",")[0])


def record_outcome(store: Store, attempt: str, outcome: Outcome, *, now: datetime) -> None:
    """Write Meta's answer to an attempt, forward only. To be called inside `Store.write`.

    Raises LookupError for an unknown attempt.
    """
    standing, at = of_attempt(store, attempt), stored(now)
    heard_of = rank_of(standing.attempt(attempt).evidence.state) >= 0
    match outcome:
        case Accepted():
            _accepted(store, standing, attempt, outcome, at)
        case Refused() if heard_of:
            # Meta's own updates say that it took the message; the refusal cannot be of this attempt.
            _note_answer(store, attempt, "refused", outcome.detail, at, outcome.http_status)
        case Refused(requeue=True):
            _put_back(store, standing, attempt, outcome, at)
        case Refused():
            _refused(store, standing, attempt, outcome, at)
        case Unknown():
            _unknown(store, standing, attempt, outcome, at)


def _accepted(store: Store, standing: Standing, attempt: str, outcome: Accepted, at: str) -> None:
    _note_answer(store, attempt, "accepted", None, at, 200, wa_id=outcome.wa_id)
    new = replace(seen(State.ACCEPTED, at), held=outcome.held)
    named = outcome.provider_message_id
    join.hear(store, standing, attempt, new, provider_message_id=named, cause="accepted by Meta", now=at)


def _put_back(store: Store, standing: Standing, attempt: str, outcome: Refused, at: str) -> None:
    _note_answer(store, attempt, "refused", outcome.detail, at, outcome.http_status)
    store.execute(
        """UPDATE send_attempts SET state = 'cancelled', error_code = :code, error_detail = :detail,
               superseded_at = :at, superseded_because = 'refused, may be tried again' WHERE id = :id""",
        {"id": attempt, "code": outcome.code, "detail": outcome.detail, "at": at},
    )
    store.execute(
        "UPDATE invite_messages SET next_attempt_at = :then WHERE id = :message",
        {"message": standing.message, "then": after(at, outcome.wait_seconds or 0)},
    )
    given_up = (
        store.value("SELECT status FROM invite_send_runs WHERE id = ?", (standing.run,)) == Status.CANCELLED
    )
    if given_up:
        messages.release_slots(store, standing.message)
    own = State.CANCELLED if given_up else State.QUEUED
    cause = f"refused: {outcome.detail}"
    messages.show(store, of_attempt(store, attempt), own=own, attempt=attempt, cause=cause, now=at)


def _refused(store: Store, standing: Standing, attempt: str, outcome: Refused, at: str) -> None:
    _note_answer(store, attempt, "refused", outcome.detail, at, outcome.http_status)
    messages.release_slots(store, standing.message)
    new = seen(State.FAILED, at, error_code=outcome.code, error_detail=outcome.detail)
    join.learn(store, standing, attempt, new, cause="refused by Meta", by=SENDER, now=at)


def _unknown(store: Store, standing: Standing, attempt: str, outcome: Unknown, at: str) -> None:
    _note_answer(store, attempt, "unknown", outcome.cause, at, outcome.http_status)
    known = standing.attempt(attempt).evidence
    if rank_of(known.state) >= 0:
        return
    detail = outcome.detail or outcome.cause
    new = replace(known, state=State.UNCONFIRMED, error_code=outcome.code, error_detail=detail)
    messages.save_attempt(store, attempt, new)
    cause = f"no answer: {outcome.cause}"
    messages.show(store, standing.learnt(attempt, new), attempt=attempt, cause=cause, now=at)


def _note_answer(
    store: Store,
    attempt: str,
    outcome: str,
    cause: str | None,
    at: str,
    http_status: int | None,
    *,
    wa_id: str | None = None,
) -> None:
    store.execute(
        """UPDATE send_attempts SET outcome = :outcome, outcome_at = :at, cause = :cause, http_status = :status,
               wa_id = coalesce(:wa_id, wa_id) WHERE id = :id AND outcome IS NULL""",
        {"id": attempt, "outcome": outcome, "at": at, "cause": cause, "status": http_status, "wa_id": wa_id},
    )


def abandoned(store: Store, *, now: datetime) -> Sequence[int]:
    """Make every attempt that a dead sender left on the wire `unconfirmed`; the messages concerned.

    To be called inside `Store.write` and under the sender's lock, so that nobody is sending.
    """
    at = stored(now)
    rows = store.rows(
        "SELECT id, message FROM send_attempts WHERE state = 'sending' AND superseded_at IS NULL"
    )
    for row in rows:
        cause = "the sender ended before Meta's answer was written"
        _unknown(store, of_attempt(store, row["id"]), row["id"], Unknown(cause=cause, detail=cause), at)
    return [row["message"] for row in rows]
