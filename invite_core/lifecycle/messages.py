"""The one place that changes a message: attempts are read, joined and shown on the message's row.

Every change of state leaves its transition and moves the run's counters in the same transaction.
"""

from invite_core.lifecycle import counters
from invite_core.lifecycle.states import ON_ITS_WAY, Evidence, State, shown
from invite_core.store import Row, Store

_EVIDENCE = """state, accepted_at, sent_at, delivered_at, read_at, failed_at, held, error_code,
    error_detail, provider_message_id"""


def evidence_of(row: Row) -> Evidence:
    """The evidence that a row of `send_attempts` or `invite_messages` holds."""
    return Evidence(
        state=State(row["state"]),
        accepted_at=row["accepted_at"],
        sent_at=row["sent_at"],
        delivered_at=row["delivered_at"],
        read_at=row["read_at"],
        failed_at=row["failed_at"],
        held=bool(row["held"]),
        error_code=row["error_code"],
        error_detail=row["error_detail"],
        provider_message_id=row["provider_message_id"],
    )


def save_attempt(store: Store, attempt: str, evidence: Evidence) -> None:
    """Write what is now known of one attempt."""
    store.execute(
        """UPDATE send_attempts SET state = :state, accepted_at = :accepted_at, sent_at = :sent_at,
               delivered_at = :delivered_at, read_at = :read_at, failed_at = :failed_at, held = :held,
               error_code = :error_code, error_detail = :error_detail,
               provider_message_id = :provider_message_id
           WHERE id = :attempt""",
        {"attempt": attempt, **_columns(evidence)},
    )


def show(
    store: Store,
    message: int,
    *,
    own: State | None = None,
    attempt: str | None = None,
    cause: str,
    provider_at: str | None = None,
    now: str,
) -> bool:
    """Let the message show its attempts; whether its state changed.

    `own` is the message's new state where it is not an attempt that speaks (queued, cancelled,
    blocked); without it the state before is kept if no attempt is open.
    """
    row = store.row(
        f"SELECT run, slot_person, block_reasons, {_EVIDENCE} FROM invite_messages WHERE id = ?", (message,)
    )
    if row is None:
        raise LookupError(f"no message {message}")
    before = evidence_of(row)
    attempts = [
        (evidence_of(each), each["superseded_at"] is None)
        for each in store.rows(
            f"SELECT superseded_at, {_EVIDENCE} FROM send_attempts WHERE message = ? ORDER BY n DESC",
            (message,),
        )
    ]
    after = shown(own or before.state, attempts)
    if after == before:
        return False
    store.execute(
        """UPDATE invite_messages SET state = :state, accepted_at = :accepted_at, sent_at = :sent_at,
               delivered_at = :delivered_at, read_at = :read_at, failed_at = :failed_at, held = :held,
               error_code = :error_code, error_detail = :error_detail,
               provider_message_id = :provider_message_id, changed_at = :now
           WHERE id = :message""",
        {"message": message, "now": now, **_columns(after)},
    )
    _raise_alarms(store, message, row, after, attempts, now)
    if after.state is before.state:
        return False
    counters.moved(store, row["run"], before.state, after.state)
    if before.state is State.BLOCKED:
        counters.unblocked(store, row["run"], row["block_reasons"].split(",")[0])
    store.insert(
        """INSERT INTO message_transitions (message, attempt, from_state, to_state, provider_at, at, cause)
           VALUES (:message, :attempt, :before, :after, :provider_at, :now, :cause)""",
        {
            "message": message,
            "attempt": attempt,
            "before": before.state,
            "after": after.state,
            "provider_at": provider_at,
            "now": now,
            "cause": cause,
        },
    )
    return True


def release_slots(store: Store, message: int) -> None:
    """Give back the message's slots, because it was certainly not sent."""
    store.execute(
        "UPDATE invite_messages SET slot_person = NULL, slot_address = NULL WHERE id = ?", (message,)
    )


def take_slots(store: Store, message: int) -> bool:
    """Take the message's slots again; False where another live message has them."""
    taken = store.value(
        """SELECT 1 FROM invite_messages AS own JOIN invite_messages AS other
               ON other.event = own.event AND other.purpose = own.purpose AND other.occasion = own.occasion
               AND other.id <> own.id
               AND (other.slot_person = own.contact OR other.slot_address = own.match_key)
           WHERE own.id = ? LIMIT 1""",
        (message,),
    )
    if taken:
        return False
    store.execute(
        """UPDATE invite_messages SET slot_person = contact, slot_address = match_key
           WHERE id = ? AND purpose <> 'test'""",
        (message,),
    )
    return True


def alarm(
    store: Store, kind: str, detail: str, *, message: int | None, attempt: str | None, now: str
) -> None:
    """Record what the organiser must not miss, once."""
    store.execute(
        """INSERT INTO alarms (kind, message, attempt, detail, at) VALUES (:kind, :message, :attempt, :detail, :now)
           ON CONFLICT DO NOTHING""",
        {"kind": kind, "message": message, "attempt": attempt, "detail": detail, "now": now},
    )


def _raise_alarms(
    store: Store, message: int, row: Row, after: Evidence, attempts: list[tuple[Evidence, bool]], now: str
) -> None:
    on_their_way = sum(evidence.state in ON_ITS_WAY for evidence, _ in attempts)
    if on_their_way > 1:
        detail = "Two attempts of this message were sent; the person may have it twice."
        alarm(store, "sent_twice", detail, message=message, attempt=None, now=now)
    if row["slot_person"] is None and after.state in ON_ITS_WAY and row["state"] != after.state:
        is_test = store.value("SELECT purpose = 'test' FROM invite_messages WHERE id = ?", (message,))
        if not is_test:
            detail = "This message was taken for not sent, and yet it was sent."
            alarm(store, "released_slot", detail, message=message, attempt=None, now=now)


def _columns(evidence: Evidence) -> dict[str, object]:
    return {
        "state": evidence.state,
        "accepted_at": evidence.accepted_at,
        "sent_at": evidence.sent_at,
        "delivered_at": evidence.delivered_at,
        "read_at": evidence.read_at,
        "failed_at": evidence.failed_at,
        "held": int(evidence.held),
        "error_code": evidence.error_code,
        "error_detail": evidence.error_detail,
        "provider_message_id": evidence.provider_message_id,
    }
