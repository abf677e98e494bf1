"""Some statements of a send fail; nothing is sent twice, and the file says what the ledger says."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from invite_core.dispatch import gate
from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.gate import Hindrance
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle.attempts import Claim
from invite_core.operations.opening import open_database
from invite_core.provider.outcome import Unknown
from invite_core.store import StoreError
from proofs import fault_sweep, quick_time
from proofs.fault_sweep import Trouble, faulty
from proofs.small_world import Meta, build, copied, go_on


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a run, to be copied."""
    place = tmp_path_factory.mktemp("original") / "invites.db"
    assert build(place) == 1
    return place


def test_every_thirtieth_statement_fails_in_every_way() -> None:
    said: list[str] = []
    assert fault_sweep.sweep(said.append, step=31) == []
    assert len(said) == len(fault_sweep.KINDS) * 2


def test_a_fault_that_goes_by_changes_nothing(original: Path) -> None:
    expected = fault_sweep.one_try(original, 1, Trouble())[1]
    for n in range(40, 240, 20):
        trouble = Trouble("SQLITE_BUSY", n)
        assert fault_sweep.one_try(original, 1, trouble) == ([], expected)
        assert trouble.seen > n


def test_a_full_file_system_holds_the_send_up_and_loses_nobody() -> None:
    said: list[str] = []
    assert fault_sweep.full_disk(said.append, pages=(0, 60, 380)) == []
    assert said


def test_answers_that_could_not_be_written_at_first_are_counted_once(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the transaction is tried, one message without an answer is not a burst of ten."""
    claim, failures = Dispatch._claim, [12]

    def fail_for_a_while(self: Dispatch, now: datetime) -> list[Claim]:
        if failures[0] and any(isinstance(outcome, Unknown) for _, outcome in self._answers):
            failures[0] -= 1
            raise StoreError("The disk is slow.", "Wait.")
        return claim(self, now)

    monkeypatch.setattr(Dispatch, "_claim", fail_for_a_while)
    with open_database(copied(original, tmp_path)) as store:
        settled = quick_time.run(go_on(store, 1, Meta(), in_flight=1))
    assert failures == [0]
    assert settled.status == "finished"


def test_a_pause_that_could_not_be_stored_at_first_is_not_forgotten(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = Hindrance(PauseReason.LISTENER_GAP, "The listener was away.")
    monkeypatch.setattr(gate, "listener_away", lambda *_, **__: gap)
    clean, meta = Trouble(), Meta()
    (tmp_path / "clean").mkdir()
    with faulty(copied(original, tmp_path / "clean"), clean) as store:
        quick_time.run(go_on(store, 1, meta))
    for n in range(1, clean.seen + 1):
        (tmp_path / f"{n}").mkdir()
        copy = copied(original, tmp_path / f"{n}")
        with faulty(copy, Trouble("SQLITE_BUSY", n)) as store, suppress(StoreError):
            quick_time.run(go_on(store, 1, meta))
    assert not meta.received
