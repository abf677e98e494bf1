from pathlib import Path

import pytest

from invite_core.instants import stored
from invite_core.invitations import freezing, runs
from invite_core.lifecycle import attempts, control
from invite_core.operations.opening import open_database
from proofs.bodies import SENDER_NUMBER
from proofs.small_world import NOW, build

pytestmark = pytest.mark.long


def test_a_run_with_nothing_but_requests_on_the_wire_does_not_finish(tmp_path: Path) -> None:
    run = build(tmp_path / "invites.db", 3)
    with open_database(tmp_path / "invites.db") as store, store.write():
        runs.start(store, run, at=stored(NOW))
        plan = freezing.plan_of(store, runs.get(store, run))
        claims = attempts.claim(store, run, plan, limit=3, phone_number_id=SENDER_NUMBER, now=NOW)
        assert len(claims) == 3
        assert not control.finish_if_done(store, run, now=NOW)
