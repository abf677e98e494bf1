"""Lives of a file, by Hypothesis: any order of imports, claims, answers, lost answers, crashes, restarts,
webhooks, STOPs and restored files, against a plain model and the provider's own ledger.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from invite_core.dispatch.recovery import recover
from invite_core.invitations import review
from invite_core.lifecycle.states import State, rank_of
from invite_core.operations.opening import open_database
from proofs.life import Life, base, holds
from proofs.world import OPERATOR


class TrueLife(Life):
    """One example, and what always holds in it."""

    @invariant()
    def nobody_has_it_twice(self) -> None:
        """The ledger's own count; and every attempt was POSTed once at most."""
        holds(all(n <= 1 for n in self.got.values()), "somebody has it twice")
        holds(all(n <= 1 for n in self.posts.values()), "an attempt was POSTed twice")

    @invariant()
    def the_file_says_what_is_so(self) -> None:
        """Every message against the ledger; `sending` is only what is on the wire."""
        wire = {claim.attempt for claim in self.on_the_wire}
        # What the guard knows of somebody whom a restored file did not know is looked for at the claim, not when a
        # run is made: such a message waits, and is not sent (`nobody_has_it_twice`).
        guarded = self.store.value(
            "SELECT count(*) FROM guard_remains WHERE kind = 'attempt' AND message IS NULL"
        )
        for row in self.store.rows(
            """SELECT messages.id, messages.address, messages.state, attempts.id AS attempt, attempts.superseded_at
               FROM invite_messages AS messages LEFT JOIN send_attempts AS attempts
               ON attempts.message = messages.id AND attempts.superseded_at IS NULL"""
        ):
            state, attempt = State(row["state"]), row["attempt"]
            if state is State.QUEUED:
                holds(self.got[row["address"]] <= (guarded > 0), "queued though the person has it")
            elif state is State.SENDING:
                holds(attempt in wire, "on the wire for ever")
            elif rank_of(state) >= 0 and state is not State.FAILED:
                holds(self.got[row["address"]] == 1, f"{state} though Meta never took it")
            if attempt in self.told and state is not State.CANCELLED:
                holds(rank_of(state) >= rank_of(self.told[attempt]), f"{state}, told {self.told[attempt]}")

    @invariant()
    def counters_are_exact(self) -> None:
        """The counters of every run."""
        counted = self.store.rows(
            "SELECT run, name, n FROM run_counters WHERE kind = 'state' AND n <> 0 ORDER BY run, name"
        )
        actual = self.store.rows(
            "SELECT run, state AS name, count(*) AS n FROM invite_messages GROUP BY run, state ORDER BY run, name"
        )
        holds([tuple(row) for row in counted] == [tuple(row) for row in actual], "counters differ")


class Lives(TrueLife):
    """Lives in which an older copy of the file is put in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.backup: Path | None = None

    @rule()
    def back_up(self) -> None:
        """Somebody copies the file, as it is, without its guard."""
        self.store.close()
        self.backup = Path(self.folder.name) / "copy.db"
        shutil.copy(self.database, self.backup)
        self.store = open_database(self.database)

    @precondition(lambda self: self.backup is not None)
    @rule(reached=st.integers(0, 31))
    def put_the_copy_in_place(self, reached: int) -> None:
        """The programs end, and the older copy takes the file's place; the organiser reviews it."""
        for place, claim in enumerate(self.on_the_wire):
            if reached >> place & 1:
                self._take(claim)
        self.on_the_wire = []
        self.store.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.backup or "", self.database)
        self.store = open_database(self.database)
        self.told.clear()
        recover(self.store, now=self.now)
        review.done(self.store, by=OPERATOR, now=self.now)
        self.runs = [row["id"] for row in self.store.rows("SELECT id FROM invite_send_runs ORDER BY id")]
        self._resume_all()


def prove(
    say: Callable[[str], None], *, examples: int = 150, steps: int = 40, shrink: bool = False
) -> list[str]:
    """So many lives; what does not hold, with the story that shows it: the shortest one with `shrink`,
    which takes minutes (`python -m proofs.lives`)."""
    with tempfile.TemporaryDirectory(prefix="invite-base-") as folder:

        class Machine(Lives):
            original = base(Path(folder))

        faults = lived(Machine, examples=examples, steps=steps, shrink=shrink)
    say(f"  {examples} lives of {steps} steps")
    return faults


def lived(
    machine: type[RuleBasedStateMachine], *, examples: int, steps: int, shrink: bool = False
) -> list[str]:
    """Let Hypothesis live so many lives; what does not hold, with the story that shows it."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except AssertionError as error:
        return [f"{error}", *getattr(error, "__notes__", [])]
    return []


if __name__ == "__main__":
    sys.stdout.write("\n".join(prove(lambda sentence: None, shrink=True)) + "\n")
