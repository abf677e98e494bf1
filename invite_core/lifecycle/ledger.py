"""The ledger: the messages that a transaction is about, read at once, changed in memory, written at once.

Whatever becomes of a single message goes through here: its attempts are joined and shown on its row, every
change of state leaves its transition, and the run's counters move with it. In the ledger each change sees
those before it; in the file they are seen together, after `write`, in the transaction that read.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any

from invite_core.lifecycle import counters, messages, prices
from invite_core.lifecycle.messages import Step
from invite_core.lifecycle.shelf import Shelf
from invite_core.lifecycle.standing import Attempt, Standing, read_standings
from invite_core.lifecycle.states import ON_ITS_WAY, Evidence, State, changed_columns, shown
from invite_core.store import Store

Columns = dict[str, object]
"""What a row is to hold, by column."""


class Ledger:
    """Messages as one write transaction reads, changes and, with `write`, stores them."""

    def __init__(self, store: Store, *, now: str) -> None:
        """`now` is the moment of every change, in stored form."""
        self.store = store
        self.now = now
        self.shelf = Shelf(store)
        self._standings: dict[int, Standing] = {}
        self._attempts: dict[str, Attempt] = {}
        self._named: dict[tuple[str, str], Attempt] = {}
        self._known_before: dict[str, Evidence] = {}
        self._shown_before: dict[int, Evidence] = {}
        self._on_attempts: dict[str, Columns] = {}
        self._on_messages: dict[int, Columns] = {}
        self._steps: list[Step] = []
        self._moved: Counter[counters.Name] = Counter()
        self._priced: list[prices.Told] = []

    # ------------------------------------------------------------ reading

    def read(
        self,
        *,
        messages: Collection[int] = (),
        attempts: Collection[str] = (),
        named: Collection[str] = (),
    ) -> None:
        """Take in these messages, the messages of these attempts, and whatever Meta knows by the message ids
        `named`: every id that is to be joined in must be among them."""
        self.shelf.look_for(named)
        for standing in read_standings(self.store, messages=messages, attempts=attempts, named=named):
            if standing.message in self._standings:
                continue
            self._standings[standing.message] = standing
            for attempt in standing.attempts:
                self._attempts[attempt.id] = attempt
                if attempt.evidence.provider_message_id is not None:
                    self._named[attempt.evidence.provider_message_id, attempt.phone_number_id] = attempt

    def message(self, message: int) -> Standing:
        """A message that was read. Raises LookupError for an unknown id."""
        return self._standings[message]

    def attempt(self, attempt: str) -> Attempt:
        """An attempt that was read. Raises LookupError for an unknown id."""
        return self._attempts[attempt]

    def find_attempt(self, attempt: str | None, phone_number_id: str) -> Attempt | None:
        """The attempt of this id, if it was read and is of this sender's number."""
        found = self._attempts.get(attempt) if attempt else None
        return found if found is not None and found.phone_number_id == phone_number_id else None

    def owner(self, provider_message_id: str, phone_number_id: str) -> Attempt | None:
        """The attempt to which Meta gave this message id."""
        return self._named.get((provider_message_id, phone_number_id))

    # ------------------------------------------------------------ changing

    def know(self, attempt: Attempt, evidence: Evidence) -> None:
        """Let `evidence` be what is known of an attempt. Its message does not show it before `show`."""
        self._known_before.setdefault(attempt.id, attempt.evidence)
        attempt.evidence = evidence
        if evidence.provider_message_id is not None:
            self._named.setdefault((evidence.provider_message_id, attempt.phone_number_id), attempt)

    def answered(self, attempt: Attempt, columns: Columns) -> None:
        """Note how the POST of an attempt ended (columns of its row), once."""
        if not attempt.answered:
            attempt.answered = True
            self.set_on_attempt(attempt, columns)

    def supersede(self, attempt: Attempt, because: str) -> None:
        """An attempt is open no more: something takes its place, or nothing does."""
        attempt.open = False
        self.set_on_attempt(attempt, {"superseded_at": self.now, "superseded_because": because})

    def supersede_open(self, standing: Standing, because: str) -> None:
        """`supersede` the attempt of a message that is open, if there is one."""
        for attempt in standing.attempts:
            if attempt.open:
                self.supersede(attempt, because)

    def set_on_attempt(self, attempt: Attempt, columns: Columns) -> None:
        """Have these columns on an attempt's row."""
        self._on_attempts.setdefault(attempt.id, {}).update(columns)

    def set_on_message(self, standing: Standing, columns: Columns) -> None:
        """Have these columns on a message's row."""
        self._on_messages.setdefault(standing.message, {}).update(columns)

    def release_slots(self, standing: Standing) -> None:
        """Give back the message's slots, because it was certainly not sent."""
        standing.has_slot = False
        self.set_on_message(standing, {"slot_person": None, "slot_address": None})

    def show(
        self,
        standing: Standing,
        *,
        own: State | None = None,
        attempt: str | None = None,
        cause: str,
        provider_at: str | None = None,
    ) -> None:
        """Let the message show its attempts.

        `own` is the message's new state where it is not an attempt that speaks (queued, cancelled,
        blocked); without it the state before is kept if no attempt is open.
        """
        before = standing.shown
        after = shown(own or before.state, [(each.evidence, each.open) for each in standing.attempts])
        self._raise_alarms(standing, after)
        if after == before:
            return
        self._shown_before.setdefault(standing.message, before)
        standing.shown = after
        if after.state is before.state:
            return
        self._moved[standing.run, "state", before.state] -= 1
        self._moved[standing.run, "state", after.state] += 1
        if State.BLOCKED in (before.state, after.state):
            reason = standing.block_reasons.split(",")[0]
            self._moved[standing.run, "block", reason] += 1 if after.state is State.BLOCKED else -1
        states = (before.state.value, after.state.value)
        self._steps.append(Step(standing.message, attempt, *states, provider_at, self.now, cause))

    def priced(self, attempt: Attempt, status: State, pricing: prices.Pricing) -> None:
        """Note what an update of an attempt, with this status, says that it is charged."""
        run = self._standings[attempt.message].run
        self._priced.append(prices.Told(attempt.id, run, status, pricing))

    def alarm(self, kind: str, detail: str, *, message: int, attempt: str | None) -> None:
        """Record what the organiser must not miss about a message, once."""
        messages.alarm(self.store, kind, detail, message=message, attempt=attempt, now=self.now)

    def _raise_alarms(self, standing: Standing, after: Evidence) -> None:
        attempts = standing.attempts
        if len(attempts) > 1 and sum(map(_was_sent, attempts)) > 1:
            detail = "Two attempts of this message were sent; the person may have it twice."
            self.alarm("sent_twice", detail, message=standing.message, attempt=None)
        moved = after.state in ON_ITS_WAY and standing.shown.state is not after.state
        if moved and not standing.has_slot and standing.purpose != "test":
            detail = "This message was taken for not sent, and yet it was sent."
            self.alarm("released_slot", detail, message=standing.message, attempt=None)

    # ------------------------------------------------------------ writing

    def write(self) -> None:
        """Store every change. To be called once, at the end, in the transaction that read."""
        for attempt, known in self._known_before.items():
            self._on_attempts.setdefault(attempt, {}).update(
                changed_columns(known, self._attempts[attempt].evidence)
            )
        for message, seen in self._shown_before.items():
            row = self._on_messages.setdefault(message, {})
            row.update(changed_columns(seen, self._standings[message].shown))
            row["changed_at"] = self.now
        _update(self.store, "send_attempts", self._on_attempts)
        _update(self.store, "invite_messages", self._on_messages)
        messages.note(self.store, self._steps)
        counters.move(self.store, self._moved)
        prices.hear(self.store, self._priced)
        self.shelf.write(now=self.now)


def _was_sent(attempt: Attempt) -> bool:
    # By what was ever seen of it, which only grows: by its state, a failure that is told between or after the two
    # would make the alarm hang on the order of arrival.
    return attempt.evidence.sent_at is not None or attempt.evidence.reached_the_person


def _update(store: Store, table: str, rows: dict[Any, Columns]) -> None:
    # Only what changes is set: a column that an index has costs an entry of that index.
    alike: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for key, columns in rows.items():
        if columns:
            alike.setdefault(tuple(columns), []).append((key, *columns.values()))
    for names, values in alike.items():
        places = ", ".join(f"{name} = new.{name}" for name in names)
        store.execute_rows(
            f"""WITH new (id, {", ".join(names)}) AS ({{rows}})
                UPDATE {table} SET {places} FROM new WHERE {table}.id = new.id""",
            values,
        )
