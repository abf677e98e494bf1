"""Lives of a file whose listener meets everything: taps, texts, switches, repeats, several updates in a body,
other people's traffic, nonsense, transactions cut short and lost 200s; by Hypothesis, against a plain model.

The model adds to that of `proofs.life` the answers that people gave and when, who stopped or resumed, and how
often each update was delivered and committed.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from invite_core.delivery.intake import apply_body
from invite_core.delivery.payload import read_body
from invite_core.invitations import events
from invite_core.operations.opening import open_database
from invite_core.people import do_not_message
from invite_core.views.rsvp_board import rsvp_board
from proofs import bodies
from proofs.bodies import SENDER_NUMBER
from proofs.life import PowerCut, base, holds
from proofs.listening.ends import contradictions, difference, effects_in, end_of
from proofs.lives import TrueLife, lived

_ALL_RECEIPTS = "SELECT * FROM webhook_receipts ORDER BY id"
_NONSENSE = (b"", b"{", b"null", b'{"entry": 1}', b'{"object":"page","entry":[]}', b"\xff", b'{"a":NaN}')


class Witness(TrueLife):
    """One example."""

    def __init__(self) -> None:
        super().__init__()
        self.fate = "fine"
        """What becomes of the next body."""
        self.kept: list[bytes] = []
        """Every body that was acknowledged."""
        self.times: Counter[bytes] = Counter()
        """How often each update, by its key, was delivered and committed."""
        self.answers: dict[str, dict[datetime, str]] = {}
        """What each guest answered, by the moment of the tap."""
        self.switched: dict[str, dict[datetime, str]] = {}
        """What each guest chose in WhatsApp itself, by the moment."""
        self.moments = 0
        self.waiting: list[bodies.Item] = []
        """Changes that wait to come together in one body."""

    def _moment(self, back_minutes: int) -> datetime:
        """A moment of Meta's up to an hour ago that no other update has."""
        self.moments += 1
        return self.now - timedelta(minutes=back_minutes, seconds=-self.moments)

    # ------------------------------------------------------------ bodies on their way

    @rule(fate=st.sampled_from(("cut", "killed", "200 lost")))
    def something_happens_to_the_next_body(self, fate: str) -> None:
        """Its transaction is cut short, the listener is killed in it, or the 200 does not reach Meta."""
        self.fate = fate

    def _hear(self, changes: Sequence[bodies.Item]) -> None:
        self._deliver(bodies.body(changes))

    def _deliver(self, body: bytes) -> None:
        """Meta delivers a body until it is acknowledged."""
        fate, self.fate = self.fate, "fine"
        if fate in ("cut", "killed"):
            before = self._all()
            try:
                with self.store.write():
                    self._apply(body)
                    raise PowerCut
            except PowerCut:
                pass
            if fate == "killed":
                self.store.close()
                self.store = open_database(self.database)
            holds(self._all() == before, "a transaction that was cut short left something")
        for _ in range(2 if fate == "200 lost" else 1):
            with self.store.write():
                self._apply(body)
            self.times.update(each.key for each in read_body(body, phone_number_id=SENDER_NUMBER))
        self.kept.append(body)
        self._tick()

    def _all(self) -> object:
        return end_of(self.store), [tuple(row) for row in self.store.rows(_ALL_RECEIPTS)]

    def _apply(self, body: bytes) -> None:
        tally = apply_body(self.store, body, phone_number_id=SENDER_NUMBER, now=self.now)
        updates = read_body(body, phone_number_id=SENDER_NUMBER)
        holds(sum(asdict(tally).values()) - tally.bodies == len(updates), "an update is not in the tally")

    @precondition(lambda self: bool(self.kept))
    @rule(which=st.integers(0, 999))
    def meta_repeats(self, which: int) -> None:
        """Any earlier body comes again, days later: it counts, and nothing else changes."""
        before, body = end_of(self.store), self.kept[which % len(self.kept)]
        with self.store.write():
            tally = apply_body(self.store, body, phone_number_id=SENDER_NUMBER, now=self.now)
        self.times.update(each.key for each in read_body(body, phone_number_id=SENDER_NUMBER))
        holds(tally.bodies == 1 and tally.repeated > 0, "a repeated body is not known again")
        holds(end_of(self.store) == before, f"a repeat left {difference(end_of(self.store), before)}")
        self._tick()

    @precondition(lambda self: bool(self.waiting))
    @rule()
    def what_waits_comes_at_once(self) -> None:
        """Several updates in one body."""
        self._hear(self.waiting)
        self.waiting = []

    def _come(self, change: bodies.Item, together: bool) -> None:
        self.waiting.append(change)
        if not together:
            self.what_waits_comes_at_once()

    # ------------------------------------------------------------ people

    @precondition(lambda self: bool(self.taken))
    @rule(
        which=st.integers(0, 99),
        meaning=st.sampled_from(("yes", "no", "maybe", "yes:2")),
        back=st.integers(0, 60),
        by_payload=st.booleans(),
        together=st.booleans(),
    )
    def tap(self, which: int, meaning: str, back: int, by_payload: bool, together: bool) -> None:
        """Somebody answers; the tap may come long after a later one."""
        attempt = sorted(self.taken)[which % len(self.taken)]
        number, at = self.taken[attempt], self._moment(back)
        context = None if by_payload else f"wamid.{attempt}"
        tap = bodies.tap(
            number, f"wamid.tap{self.moments}", at, payload=f"rsvp:{meaning}:{attempt}", label=meaning,
            context=context,
        )  # fmt: skip
        self._come(tap, together)
        self.answers.setdefault(number, {})[at] = meaning.split(":")[0]

    @rule(
        which=st.integers(0, 3), value=st.sampled_from(("stop", "resume")), back=st.integers(0, 60),
        together=st.booleans(),
    )  # fmt: skip
    def switch(self, which: int, value: str, back: int, together: bool) -> None:
        """Somebody stops or resumes marketing messages in WhatsApp itself."""
        number, at = f"+447700900{which:03d}", self._moment(back)
        self._come(bodies.preference(number, at, value), together)
        self.switched.setdefault(number, {})[at] = value

    @rule(which=st.integers(0, 11), together=st.booleans())
    def write(self, which: int, together: bool) -> None:
        """Somebody writes a few words."""
        number, at = f"+447700900{which:03d}", self._moment(0)
        self._come(bodies.text(number, f"wamid.text{self.moments}", at, "Where is it?"), together)

    # ------------------------------------------------------------ what is not for us

    @rule(raw=st.sampled_from(_NONSENSE))
    def nonsense(self, raw: bytes) -> None:
        """A signed body that cannot be understood, or is about something else."""
        self._deliver_without_effect(raw)

    @precondition(lambda self: bool(self.taken))
    @rule(which=st.integers(0, 99), back=st.integers(0, 60), odd=st.booleans())
    def foreign(self, which: int, back: int, odd: bool) -> None:
        """A status of ours that names another sender's number, or one without a usable moment."""
        attempt = sorted(self.taken)[which % len(self.taken)]
        change = bodies.status(f"wamid.{attempt}", "failed", self._moment(back), attempt=attempt, code=131026)
        raw = bodies.body([change])
        if odd:
            raw = raw.replace(b'"timestamp": "', b'"timestamp": "x')
        else:
            raw = raw.replace(SENDER_NUMBER.encode(), b"999999999999999")
        self._deliver_without_effect(raw)

    def _deliver_without_effect(self, raw: bytes) -> None:
        before = effects_in(self.store)
        self._deliver(raw)
        holds(effects_in(self.store) == before, "what is not for us had an effect")

    # ------------------------------------------------------------ what always holds

    def _has_stopped(self, number: str) -> bool:
        return super()._has_stopped(number) or self._switched_off(number)

    def _switched_off(self, number: str) -> bool:
        known = self.switched.get(number, {}).items()
        arrived = {at: value for at, value in known if not self._waits(number, at)}
        return bool(arrived) and arrived[max(arrived)] == "stop"

    def _waits(self, number: str, at: datetime) -> bool:
        values = ("stop", "resume")
        return any(bodies.preference(number, at, value) in self.waiting for value in values)

    @invariant()
    def every_update_has_one_receipt(self) -> None:
        """With the number of times that it came."""
        rows = self.store.rows("SELECT key, seen FROM webhook_receipts")
        holds({bytes(row["key"]): row["seen"] for row in rows} == dict(self.times), "receipts differ")

    @invariant()
    def the_last_given_answer_counts(self) -> None:
        """By the moment of the tap, for everybody whose taps have come."""
        if self.waiting:
            return
        (event,) = events.listing(self.store)
        told = {each["phone"]: each["answer"] for each in rsvp_board(self.store, event)["people"]}
        for number, given in self.answers.items():
            holds(told.get(number) == given[max(given)], f"{number} answered {given}, not {told.get(number)}")

    @invariant()
    def who_stopped_is_blocked(self) -> None:
        """STOP for good; WhatsApp's own switch until it is put back."""
        if self.waiting:
            return
        for number in self.stopped:
            holds(do_not_message.is_blocked(self.store, number), f"{number} wrote STOP")
        for number in self.switched:
            blocked = do_not_message.is_blocked(self.store, number, scope="marketing")
            holds(blocked == self._switched_off(number), f"{number} chose {self.switched[number]}")

    @invariant()
    def the_file_agrees_with_itself(self) -> None:
        """Counters, alarms, history."""
        found = contradictions(self.store)
        holds(not found, "; ".join(found))


def prove(
    say: Callable[[str], None], *, examples: int = 250, steps: int = 50, shrink: bool = False
) -> list[str]:
    """So many lives; what does not hold."""
    with tempfile.TemporaryDirectory(prefix="invite-base-") as folder:

        class Machine(Witness):
            original = base(Path(folder))

        faults = lived(Machine, examples=examples, steps=steps, shrink=shrink)
    say(f"  {examples} lives of {steps} steps")
    return faults


if __name__ == "__main__":
    sys.stdout.write("\n".join(prove(lambda sentence: None, shrink=True)) + "\n")
