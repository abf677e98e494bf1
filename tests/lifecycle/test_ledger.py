"""Many answers and updates at once: read together, decided one after the other, written together."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import permutations

import pytest

from invite_core.lifecycle import attempts, join
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.store import Store
from tests.builders import SENDER_NUMBER, later
from tests.lifecycle.conftest import Lifecycle

NOW = "2027-03-01T12:00:06.000Z"
APPLIED, STALE, UNMATCHED = UpdateOutcome.APPLIED, UpdateOutcome.STALE, UpdateOutcome.UNMATCHED
ENDS = ("message_transitions", "invite_messages", "send_attempts", "run_counters", "alarms", "do_not_message")


def _apply(life: Lifecycle, *updates: StatusUpdate) -> list[UpdateOutcome]:
    with life.store.write():
        heard = join.apply_statuses(life.store, updates, phone_number_id=SENDER_NUMBER, now=NOW)
    return [outcome for outcome, _ in heard]


def _status(
    wamid: str, status: State, *, attempt: str | None = None, code: int | None = None
) -> StatusUpdate:
    return StatusUpdate(wamid, status, "2027-03-01T12:00:05.000Z", attempt, code)


class _Undo(Exception):
    """What ends a transaction whose changes are only to be looked at."""


@contextmanager
def _undone(store: Store) -> Iterator[None]:
    with suppress(_Undo), store.write():
        yield
        raise _Undo


def _end(life: Lifecycle) -> dict[str, list[dict[str, object]]]:
    return {
        table: [dict(row) for row in life.store.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
        for table in ENDS
    }


def test_updates_of_one_message_see_each_other(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    life.accepted(claim.attempt, "wamid.A")
    steps = (State.READ, State.DELIVERED, State.DELIVERED, State.SENT)
    assert _apply(life, *(_status("wamid.A", state) for state in steps)) == [APPLIED, APPLIED, STALE, APPLIED]
    row = life.message(life.people[0])
    assert (row["state"], row["sent_at"] is None, row["delivered_at"] is None) == ("read", False, False)
    assert life.counts() == {"read": 1, "queued": 2}
    told = life.store.rows("SELECT to_state FROM message_transitions WHERE message = ?", (claim.message,))
    assert [row["to_state"] for row in told] == ["sending", "accepted", "read"]


def test_an_update_that_tells_the_id_takes_up_what_came_before_it_in_the_same_batch(life: Lifecycle) -> None:
    claim = life.claim(1)[0]
    read, sent = _status("wamid.A", State.READ), _status("wamid.A", State.SENT, attempt=claim.attempt)
    assert _apply(life, read, _status("wamid.B", State.SENT), sent) == [APPLIED, UNMATCHED, APPLIED]
    row = life.message(life.people[0])
    assert (row["state"], row["provider_message_id"]) == ("read", "wamid.A")


def test_one_message_id_that_two_attempts_of_a_batch_claim_raises_the_alarm(life: Lifecycle) -> None:
    first, second = life.claim(2)
    told = [_status("wamid.A", State.SENT, attempt=each.attempt) for each in (first, second)]
    assert _apply(life, *told) == [APPLIED, APPLIED]
    assert life.alarms() == ["one_provider_id"]
    assert life.message(life.people[0])["provider_message_id"] == "wamid.A"
    assert life.message(life.people[1])["provider_message_id"] is None
    assert life.counts() == {"sent": 2, "queued": 1}


def test_a_stop_among_many_blocks_that_person_alone(life: Lifecycle) -> None:
    claims = life.claim()
    codes = (None, 131050, None)
    told = [
        _status(f"wamid.{n}", State.FAILED if code else State.SENT, attempt=claims[n].attempt, code=code)
        for n, code in enumerate(codes)
    ]
    assert _apply(life, *told) == [APPLIED] * 3
    assert life.counts() == {"sent": 2, "failed": 1}
    blocked = life.store.rows("SELECT address FROM do_not_message")
    assert [row["address"] for row in blocked] == [claims[1].address]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6])
def test_every_split_of_updates_into_batches_ends_alike(life: Lifecycle, size: int) -> None:
    ana, bea, _ = life.claim()
    life.accepted(ana.attempt, "wamid.A")
    updates = [
        _status("wamid.B", State.READ),
        _status("wamid.A", State.DELIVERED),
        _status("wamid.A", State.FAILED, code=131026),
        _status("wamid.B", State.SENT, attempt=bea.attempt),
        _status("wamid.A", State.READ),
        _status("wamid.B", State.DELIVERED),
    ]
    for start in range(0, len(updates), size):
        _apply(life, *updates[start : start + size])
    row = life.message(life.people[0])
    assert (row["state"], row["error_code"], row["read_at"] is None) == ("failed", 131026, False)
    # What the first batch alone could not place waits as a receipt, which its caller keeps (`delivery`).
    assert life.message(life.people[1])["state"] == ("read" if size >= 4 else "delivered")
    assert sum(life.counts().values()) == 3


ANSWERS: tuple[Outcome, ...] = (
    Accepted("wamid.A", wa_id="447700900001", held=True),
    Refused(Fault.RECIPIENT, "opted out", 131050, 400),
    Unknown(cause="ReadTimeout", detail="", http_status=500),
    Refused(Fault.PACE, "too fast", 130429, 429, wait_seconds=5, holds_everyone=True),
)


@pytest.mark.parametrize("chosen", list(permutations(ANSWERS, 3)))
def test_answers_written_together_are_those_written_one_by_one(
    life: Lifecycle, chosen: tuple[Outcome, ...]
) -> None:
    claims = life.claim()
    answers = [(claim.attempt, outcome) for claim, outcome in zip(claims, chosen, strict=True)]
    before = _end(life)
    with _undone(life.store):
        attempts.record_outcomes(life.store, answers, now=later(1))
        together = _end(life)
    assert together != before == _end(life)
    for attempt, outcome in answers:
        life.answer(attempt, outcome)
    assert _end(life) == together
