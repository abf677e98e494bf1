"""The life of a file as rules for Hypothesis: what the organiser, the sender, the listener and crashes do to
it, and a plain model of what is so.

The model knows who has got the message, whose answers were told, and who said STOP; nothing else.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from invite_core.delivery.intake import apply_body
from invite_core.dispatch.recovery import recover
from invite_core.invitations import events, freezing, review, runs, templates
from invite_core.invitations.plan import PlanFault, Wish, make_plan
from invite_core.invitations.runs import Status
from invite_core.lifecycle import attempts
from invite_core.lifecycle.attempts import Claim
from invite_core.lifecycle.states import State, rank_of
from invite_core.operations.opening import open_database
from invite_core.people.importing.contact_import import import_people
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store
from invite_tui.samples import sample
from proofs import bodies
from proofs.bodies import SENDER_NUMBER
from proofs.small_world import NOW
from proofs.world import OPERATOR, TEMPLATE

STATUSES = ("sent", "delivered", "read", "failed")


def holds(condition: bool, sentence: str) -> None:
    """Raise AssertionError with `sentence` unless the condition holds."""
    if not condition:
        raise AssertionError(sentence)


class PowerCut(Exception):
    """The process ends inside a transaction."""


def base(folder: Path) -> Path:
    """A file with an event and templates, to copy for every example."""
    database = folder / "base.db"
    with open_database(database, create=True) as store:
        page = TemplatePage.model_validate_json(sample("templates.sample.json"))
        templates.save_synced(store, page.data, by=OPERATOR, now=NOW)
        events.add(
            store, name="Party", starts_at="2027-06-12T18:30", timezone="Europe/Lisbon", venue="Lisbon",
            answer_by="2027-05-29T23:59", by=OPERATOR, now=NOW,
        )  # fmt: skip
    return database


class Life(RuleBasedStateMachine):
    """One example: the lives of a file, its sender and its listener."""

    original: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="invite-lives-")
        self.database = Path(self.folder.name) / "invites.db"
        for suffix in ("", ".guard"):
            shutil.copy(f"{self.original}{suffix}", f"{self.database}{suffix}")
        self.store: Store = open_database(self.database)
        self.now = NOW
        self.people = 0
        self.runs: list[int] = []
        self.on_the_wire: list[Claim] = []
        self.posts: Counter[str] = Counter()
        self.taken: dict[str, str] = {}
        """Attempts that Meta took, with the number each went to."""
        self.got: Counter[str] = Counter()
        self.told: dict[str, State] = {}
        """Per attempt the most that was told since the file was last restored."""
        self.stopped: set[str] = set()

    def teardown(self) -> None:
        """End the example."""
        self.store.close()
        self.folder.cleanup()

    def _tick(self) -> None:
        self.now += timedelta(seconds=1)

    # ------------------------------------------------------------ the organiser

    @initialize(n=st.integers(2, 5))
    def first_people(self, n: int) -> None:
        """There are people, and a run."""
        self.import_people(n)
        self.freeze()

    @rule(n=st.integers(1, 3))
    def import_people(self, n: int) -> None:
        """A file of everybody so far and `n` new people is imported."""
        if self.people + n > 12:
            return
        self.people += n
        lines = ["name,phone,language,consent_source,consent_at"]
        lines += [f"Guest {k},+447700900{k:03d},en,web form,2026-05-01" for k in range(self.people)]
        import_people(self.store, "\n".join(lines).encode(), default_region="GB", by=OPERATOR, now=self.now)
        self._tick()

    @precondition(lambda self: len(self.runs) < 4)
    @rule()
    def freeze(self) -> None:
        """Another run for everybody."""
        wish = Wish(event="Party", template=TEMPLATE, language="auto", fallback="en")
        try:
            run = freezing.freeze(self.store, make_plan(self.store, wish), by=OPERATOR, now=self.now)
        except (PlanFault, review.ReviewNeeded):
            return
        self.runs.append(run.id)
        self._tick()

    # ------------------------------------------------------------ the sender

    @rule(limit=st.integers(1, 3), cut=st.booleans(), which=st.integers(0, 9))
    def claim(self, limit: int, cut: bool, which: int) -> None:
        """The sender claims, or dies before the claim is stored; what is claimed leaves at once."""
        open_runs = [run for run in self.runs if self._may_send(run)]
        if not open_runs:
            return
        run, claims = open_runs[which % len(open_runs)], []
        try:
            with self.store.write():
                runs.start(self.store, run, at="2027-03-01T12:00:00.000Z")
                plan = freezing.plan_of(self.store, runs.get(self.store, run))
                claims = attempts.claim(
                    self.store, run, plan, limit=limit, phone_number_id=SENDER_NUMBER, now=self.now
                )
                if cut:
                    raise PowerCut
        except PowerCut:
            claims = []
        for each in claims:
            holds(not self._has_stopped(each.address), "claimed after a STOP")
            holds(self.got[each.address] == 0, "claimed though the person has it")
            self.posts[each.attempt] += 1
        self.on_the_wire += claims
        self._tick()

    def _has_stopped(self, number: str) -> bool:
        return number in self.stopped

    def _may_send(self, run: int) -> bool:
        return bool(
            self.store.value(
                """SELECT 1 FROM invite_send_runs AS runs WHERE id = ? AND status IN ('ready', 'sending')
                   AND EXISTS (SELECT 1 FROM invite_messages WHERE run = runs.id AND state = 'queued')""",
                (run,),
            )
        )

    @precondition(lambda self: bool(self.on_the_wire))
    @rule(
        which=st.integers(0, 99),
        kind=st.sampled_from(("accepted", "held", "person", "pace", "lost", "lost, not taken")),
        told_first=st.booleans(),
    )
    def answer(self, which: int, kind: str, told_first: bool) -> None:
        """Meta answers one request, in any order; its first update may be quicker than the answer."""
        claim = self.on_the_wire.pop(which % len(self.on_the_wire))
        outcome: Outcome
        if kind == "person":
            outcome = Refused(Fault.RECIPIENT, "not on WhatsApp", code=131026, http_status=400)
        elif kind == "pace":
            outcome = Refused(Fault.PACE, "too fast", code=130429, http_status=429, wait_seconds=1.0)
        elif kind == "lost, not taken":
            outcome = Unknown("no answer", "")
        else:
            self._take(claim)
            if told_first:
                self._tell(claim.attempt, "sent")
            outcome = Unknown("the answer was lost", "")
            if kind != "lost":
                outcome = Accepted(f"wamid.{claim.attempt}", held=kind == "held")
                self._heard(claim.attempt, State.ACCEPTED)
        with self.store.write():
            attempts.record_outcome(self.store, claim.attempt, outcome, now=self.now)
        self._tick()

    def _take(self, claim: Claim) -> None:
        self.taken[claim.attempt] = claim.address
        self.got[claim.address] += 1

    @rule(reached=st.integers(0, 31))
    def die_and_restart(self, reached: int) -> None:
        """The sender dies; Meta has taken some of what was on the wire. Another begins."""
        for place, claim in enumerate(self.on_the_wire):
            if reached >> place & 1:
                self._take(claim)
        self.on_the_wire = []
        self.store.close()
        self.store = open_database(self.database)
        recover(self.store, now=self.now)
        self._resume_all()

    def _resume_all(self) -> None:
        for run in self.runs:
            if self.store.value("SELECT status FROM invite_send_runs WHERE id = ?", (run,)) == Status.PAUSED:
                runs.resume(self.store, run, by=OPERATOR, now=self.now)
        self._tick()

    # ------------------------------------------------------------ the listener

    @precondition(lambda self: bool(self.taken))
    @rule(which=st.integers(0, 99), status=st.sampled_from(STATUSES))
    def update(self, which: int, status: str) -> None:
        """Meta tells something of a message that it took: in any order, and again."""
        self._tell(sorted(self.taken)[which % len(self.taken)], status)

    def _tell(self, attempt: str, status: str) -> None:
        code = 131026 if status == "failed" else None
        self._hear([bodies.status(f"wamid.{attempt}", status, self.now, attempt=attempt, code=code)])
        self._heard(attempt, State(status))
        self._tick()

    def _heard(self, attempt: str, state: State) -> None:
        self.told[attempt] = max(self.told.get(attempt, State.ACCEPTED), state, key=rank_of)

    @rule(which=st.integers(0, 11))
    def stop(self, which: int) -> None:
        """Somebody writes STOP."""
        number = f"+447700900{which:03d}"
        self._hear([bodies.text(number, f"wamid.in{self.now.timestamp():.0f}", self.now, "STOP")])
        self.stopped.add(number)
        self._tick()

    def _hear(self, changes: Sequence[bodies.Item]) -> None:
        with self.store.write():
            apply_body(self.store, bodies.body(changes), phone_number_id=SENDER_NUMBER, now=self.now)
