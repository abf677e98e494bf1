"""Some statements of a send fail; nothing is sent twice, and the file says what the ledger says."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from invite_core.dispatch import gate
from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.gate import Hindrance
from invite_core.dispatch.sender_lock import storage_failed
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle.attempts import Claim
from invite_core.operations.opening import open_database
from invite_core.operations.sending import becoming_sender
from invite_core.provider.outcome import Unknown
from invite_core.store import FullDisk, StoreError
from proofs import fault_sweep, quick_time
from proofs.fault_sweep import Trouble, faulty
from proofs.small_world import Meta, build, copied, go_on, states
from proofs.world import OPERATOR

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a run, to be copied."""
    place = tmp_path_factory.mktemp("original") / "invites.db"
    assert build(place) == 1
    return place


def test_every_sixtieth_statement_fails_in_every_way() -> None:
    said: list[str] = []
    assert fault_sweep.sweep(said.append, step=61) == []
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


def test_a_sender_that_could_not_write_any_more_leaves_word_for_the_next(
    original: Path, tmp_path: Path
) -> None:
    copy, trouble = copied(original, tmp_path), Trouble()

    def fill(_: str) -> None:
        trouble.kind, trouble.at, trouble.lasts = "SQLITE_FULL", trouble.seen + 1, True

    meta = Meta(on_post=fill)
    with faulty(copy, trouble) as store, pytest.raises(FullDisk), becoming_sender(store, by=OPERATOR):
        quick_time.run(go_on(store, 1, meta, in_flight=1))
    assert meta.received.total() == 1
    with open_database(copy) as store:
        assert runs.get(store, 1).status == "sending"
        with becoming_sender(store, by=OPERATOR):
            found = runs.get(store, 1)
        assert (found.status, found.paused_because) == ("paused", PauseReason.STORAGE)
        assert sorted(states(store, 1).values()).count("unconfirmed") == 1
        assert not storage_failed(copy)


def test_what_another_fault_ended_is_not_called_the_disks(original: Path, tmp_path: Path) -> None:
    copy = copied(original, tmp_path)
    with open_database(copy) as store:
        with store.write():
            store.execute("UPDATE invite_send_runs SET status = 'sending'")
        with becoming_sender(store, by=OPERATOR):
            assert runs.get(store, 1).paused_because is PauseReason.SENDER_STOPPED


def test_answers_wait_for_the_disk_and_nothing_new_leaves_meanwhile(original: Path, tmp_path: Path) -> None:
    trouble, full_for = Trouble(), 40
    posted_at: list[int] = []

    def fill(_: str) -> None:
        posted_at.append(trouble.seen)
        if len(posted_at) == 1:
            trouble.kind, trouble.at, trouble.until = "SQLITE_FULL", trouble.seen + 1, trouble.seen + full_for

    meta = Meta(on_post=fill, kind=True)
    with faulty(copied(original, tmp_path), trouble) as store:
        settled = quick_time.run(go_on(store, 1, meta, in_flight=1))
        assert set(states(store, 1).values()) == {"accepted"}
    assert settled.status == "finished"
    assert posted_at[1] > posted_at[0] + full_for
    assert set(meta.taken.values()) == {1}
