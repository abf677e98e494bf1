"""The one place that changes a message: attempts are read, joined and shown on the message's row.

Every change of state leaves its transition and moves the run's counters in the same transaction.
"""

from collections.abc import Sequence

from invite_core.lifecycle import counters
from invite_core.lifecycle.standing import Standing
from invite_core.lifecycle.states import ON_ITS_WAY, Evidence, State, shown
from invite_core.store import Store


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
    standing: Standing,
    *,
    own: State | None = None,
    attempt: str | None = None,
    cause: str,
    provider_at: str | None = None,
    now: str,
) -> bool:
    """Let the message show its attempts as `standing` has them; whether its state changed.

    `own` is the message's new state where it is not an attempt that speaks (queued, cancelled,
    blocked); without it the state before is kept if no attempt is open.
    """
    before = standing.shown
    after = shown(own or before.state, [(each.evidence, each.open) for each in standing.attempts])
    _raise_alarms(store, standing, after, now)
    if after == before:
        return False
    store.execute(
        """UPDATE invite_messages SET state = :state, accepted_at = :accepted_at, sent_at = :sent_at,
               delivered_at = :delivered_at, read_at = :read_at, failed_at = :failed_at, held = :held,
               error_code = :error_code, error_detail = :error_detail,
               provider_message_id = :provider_message_id, changed_at = :now
           WHERE id = :message""",
        {"message": standing.message, "now": now, **_columns(after)},
    )
    if after.state is before.state:
        return False
    counters.moved(store, standing.run, before.state, after.state)
    if before.state is State.BLOCKED:
        counters.unblocked(store, standing.run, standing.block_reasons.split(",")[0])
    step: dict[str, object] = {
        "message": standing.message,
        "attempt": attempt,
        "provider_at": provider_at,
        "cause": cause,
    }
    _note(store, [step], before.state, after.state, now)
    return True


def claimed(store: Store, run: int, opened: Sequence[dict[str, object]], now: str) -> None:
    """Let queued messages of `run` show that each was claimed under a new attempt, all at once.

    `opened` has `message` and `attempt` for each.
    """
    store.execute_many(
        """UPDATE invite_messages SET state = 'sending', held = 0, error_code = NULL, error_detail = NULL,
               provider_message_id = NULL, changed_at = :now WHERE id = :message""",
        [{"message": each["message"], "now": now} for each in opened],
    )
    counters.moved(store, run, State.QUEUED, State.SENDING, len(opened))
    _note(store, opened, State.QUEUED, State.SENDING, now)


def waiting_cancelled(store: Store, run: int, *, cause: str, now: str) -> None:
    """Let every message of `run` that waits show that it was given up, all at once, slots given back."""
    values = {"run": run, "cause": cause, "now": now, "before": State.QUEUED, "after": State.CANCELLED}
    store.execute(
        """INSERT INTO message_transitions (message, from_state, to_state, at, cause)
           SELECT id, :before, :after, :now, :cause FROM invite_messages
           WHERE run = :run AND state = 'queued' ORDER BY id""",
        values,
    )
    changed = store.execute(
        """UPDATE invite_messages SET state = 'cancelled', slot_person = NULL, slot_address = NULL,
               error_code = NULL, error_detail = NULL, changed_at = :now
           WHERE run = :run AND state = 'queued'""",
        {"run": run, "now": now},
    )
    counters.moved(store, run, State.QUEUED, State.CANCELLED, changed)


def _note(store: Store, steps: Sequence[dict[str, object]], before: State, after: State, now: str) -> None:
    step = {"provider_at": None, "cause": "claimed", "before": before, "after": after, "now": now}
    store.execute_many(
        """INSERT INTO message_transitions (message, attempt, from_state, to_state, provider_at, at, cause)
           VALUES (:message, :attempt, :before, :after, :provider_at, :now, :cause)""",
        [{**step, **each} for each in steps],
    )


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


def alarm(store: Store, kind: str, detail: str, *, message: int, attempt: str | None, now: str) -> None:
    """Record what the organiser must not miss about a message, once."""
    store.execute(
        """INSERT INTO alarms (kind, message, attempt, detail, at) VALUES (:kind, :message, :attempt, :detail, :now)
           ON CONFLICT DO NOTHING""",
        {"kind": kind, "message": message, "attempt": attempt, "detail": detail, "now": now},
    )


def _raise_alarms(store: Store, standing: Standing, after: Evidence, now: str) -> None:
    known = [each.evidence for each in standing.attempts]
    if sum(each.state in ON_ITS_WAY or each.reached_the_person for each in known) > 1:
        detail = "Two attempts of this message were sent; the person may have it twice."
        alarm(store, "sent_twice", detail, message=standing.message, attempt=None, now=now)
    moved = after.state in ON_ITS_WAY and standing.shown.state != after.state
    if moved and not standing.has_slot and standing.purpose != "test":
        detail = "This message was taken for not sent, and yet it was sent."
        alarm(store, "released_slot", detail, message=standing.message, attempt=None, now=now)


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
