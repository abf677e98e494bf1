"""A run of three people, ready to be sent."""

from dataclasses import dataclass

import pytest

from invite_core.invitations import freezing, runs
from invite_core.invitations.runs import Run
from invite_core.lifecycle import attempts, join
from invite_core.lifecycle.attempts import Claim
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.provider.outcome import Accepted, Outcome
from invite_core.store import Row, Store
from tests.builders import NOW, SENDER_NUMBER, a_contact, a_run, later


@dataclass(frozen=True)
class Lifecycle:
    """The acts of a sender and of the listener on one run, each its own transaction."""

    store: Store
    run: Run
    people: tuple[int, ...]

    def claim(self, limit: int = 10, *, seconds: float = 0) -> list[Claim]:
        """What the engine does before it POSTs."""
        with self.store.write():
            runs.start(self.store, self.run.id, at="2027-03-01T12:00:00.000Z")
            plan = freezing.plan_of(self.store, self.run)
            return attempts.claim(
                self.store,
                self.run.id,
                plan,
                limit=limit,
                phone_number_id=SENDER_NUMBER,
                now=later(seconds),
            )

    def answer(self, attempt: str, outcome: Outcome, *, seconds: float = 1) -> None:
        """What the engine does with Meta's answer."""
        with self.store.write():
            attempts.record_outcome(self.store, attempt, outcome, now=later(seconds))

    def accepted(self, attempt: str, wamid: str, *, held: bool = False) -> None:
        """Meta's answer that it took the message."""
        self.answer(attempt, Accepted(provider_message_id=wamid, wa_id="447700900001", held=held))

    def status(
        self,
        wamid: str,
        status: State,
        *,
        at: str = "2027-03-01T12:00:05.000Z",
        attempt: str | None = None,
        code: int | None = None,
    ) -> UpdateOutcome:
        """What the listener does with a status."""
        update = StatusUpdate(wamid, status, at, attempt=attempt, error_code=code)
        with self.store.write():
            outcome, _ = join.apply_status(
                self.store, update, phone_number_id=SENDER_NUMBER, now="2027-03-01T12:00:06.000Z"
            )
        return outcome

    def message(self, contact: int) -> Row:
        """The person's message in this run."""
        row = self.store.row(
            "SELECT * FROM invite_messages WHERE run = ? AND contact = ?", (self.run.id, contact)
        )
        assert row is not None
        return row

    def counts(self) -> dict[str, int]:
        """The run's counters that are not zero."""
        rows = self.store.rows(
            "SELECT name, n FROM run_counters WHERE run = ? AND kind = 'state'", (self.run.id,)
        )
        return {row["name"]: row["n"] for row in rows if row["n"]}

    def alarms(self) -> list[str]:
        """The kinds of alarm that were raised."""
        return [row["kind"] for row in self.store.rows("SELECT kind FROM alarms ORDER BY id")]


@pytest.fixture
def life(store: Store) -> Lifecycle:
    """Ana, Bea and Carl, each with a queued message."""
    people = tuple(a_contact(store, name, number) for number, name in enumerate(("Ana", "Bea", "Carl"), 1))
    return Lifecycle(store, a_run(store, now=NOW), people)
