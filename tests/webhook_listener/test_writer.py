"""The writer: one commit for all that wait, 503 while nothing can be stored, and on again afterwards."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import httpx
import pytest

from invite_core.delivery.intake import Tally, apply_bodies
from invite_core.store import NewerFile, NoFile, OlderFile, Store, StoreError, file
from invite_core.store.migrations import SCHEMA_VERSION
from tests.delivery.rows import OWN_NUMBER, invite, message_row, payload
from tests.webhook_listener.conftest import signed
from webhook_listener.app import health_app
from webhook_listener.writer import Results, Writer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits seconds for a lock here."""
    monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 50)


def set_schema(database: Path, change: int) -> None:
    """Let the file say that it has other tables than ours."""
    with Store.open(database) as store, store.write():
        version = int(store.value("PRAGMA user_version"))
        store.execute(f"PRAGMA user_version = {version + change}")


def restore_schema(store: Store) -> None:
    """Undo `set_schema`, past every check."""
    store._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def test_listener_is_in_the_file_before_it_is_announced(writer: Writer, store: Store) -> None:
    row = store.row("SELECT address, stopped_at FROM listener_status")
    assert row is not None
    assert (row["address"], row["stopped_at"]) == ("http://127.0.0.1:8080/webhook", None)
    assert writer.trouble() is None


def test_end_is_written_and_what_waits_is_committed_first(store: Store, database: Path) -> None:
    writer = Writer(database, phone_number_id=OWN_NUMBER, address="")
    writer.start()
    tallies = [writer.submit(b"%d" % number) for number in range(20)]
    writer.stop()
    assert [tally.result(0) for tally in tallies] == [Tally(bodies=1, quarantined=1)] * 20
    assert store.value("SELECT stopped_at FROM listener_status") is not None


def test_quiet_listener_keeps_saying_that_it_is_there(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhook_listener.writer.BEAT_SECONDS", 0.02)
    writer = Writer(database, phone_number_id=OWN_NUMBER, address="")
    writer.start()
    give_up_at = time.monotonic() + 5
    while not store.value("SELECT heartbeat_at > started_at FROM listener_status"):
        assert time.monotonic() < give_up_at
    assert store.value("SELECT last_update_at FROM listener_status") is None
    writer.stop()


def test_writer_does_not_start_without_a_database(tmp_path: Path) -> None:
    with pytest.raises(NoFile):
        Writer(tmp_path / "none.db", phone_number_id=OWN_NUMBER, address="").start()


def test_all_that_wait_share_a_commit_and_fail_together(writer: Writer, store: Store) -> None:
    with store.write():
        waiting = [writer.submit(payload(name)) for name in ("sent", "delivered", "text")]
        wait(waiting, timeout=5)
    assert all(isinstance(each.exception(0), StoreError) for each in waiting)
    assert store.value("SELECT count(*) FROM webhook_receipts") == 0


@pytest.mark.anyio
async def test_503_while_another_holds_the_lock_and_200_afterwards(
    client: httpx.AsyncClient, writer: Writer, store: Store
) -> None:
    invited = invite(store)
    body = payload("read")
    with store.write():
        refused = await client.post("/webhook", content=body, headers=signed(body))
        assert (refused.status_code, refused.content) == (503, b"")
        assert writer.trouble() == "BusyFile"
    assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 200
    assert message_row(store, invited.message)["state"] == "read"
    assert writer.trouble() is None


@pytest.mark.anyio
@pytest.mark.parametrize(("change", "fault"), [(1, NewerFile), (-1, OlderFile)])
async def test_503_and_one_log_line_for_a_file_of_another_version(
    client: httpx.AsyncClient,
    writer: Writer,
    database: Path,
    store: Store,
    caplog: pytest.LogCaptureFixture,
    change: int,
    fault: type[StoreError],
) -> None:
    set_schema(database, change)
    body = payload("text")
    for _ in range(3):
        assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 503
    assert writer.trouble() == fault.__name__
    assert [record.msg for record in caplog.records if record.levelname == "WARNING"] == [
        "nothing can be stored"
    ]
    restore_schema(store)
    assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 200


def test_file_put_in_the_place_of_another_is_taken_up(writer: Writer, store: Store, database: Path) -> None:
    assert writer.submit(payload("text")).result(5).applied == 1
    restored = database.with_name("restored.db")
    Store.create_or_open(restored).close()
    for leftover in ("invites.db-wal", "invites.db-shm"):
        database.with_name(leftover).unlink(missing_ok=True)
    restored.with_name("restored.db.guard").replace(database.with_name("invites.db.guard"))
    restored.replace(database)
    assert writer.submit(payload("text")).result(5).applied == 1
    with Store.open(database, read_only=True) as now:
        assert now.value("SELECT count(*) FROM replies") == 1
        assert now.value("SELECT bodies FROM listener_status") == 1


def test_body_that_breaks_our_code_fails_alone(
    writer: Writer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_on_boom(store: Store, bodies: Sequence[bytes], **rest: Any) -> list[Tally]:
        if b"boom" in bodies:
            raise AttributeError("a defect of ours")
        return apply_bodies(store, bodies, **rest)

    monkeypatch.setattr("webhook_listener.writer.apply_bodies", break_on_boom)
    told: Future[Results] = Future()
    writer.submit_all([payload("text"), b"boom", b""], told.set_result)
    good, bad, odd = told.result(5)
    assert (good, odd) == (Tally(bodies=1, applied=1), Tally(bodies=1, quarantined=1))
    assert isinstance(bad, AttributeError)
    assert store.value("SELECT count(*) FROM replies") == 1


@pytest.mark.anyio
async def test_listener_is_ready_with_a_warning_while_no_signature_fits(writer: Writer) -> None:
    transport = httpx.ASGITransport(app=health_app(writer))
    for _ in range(3):
        writer.count_refused_signature(claimed=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://health") as health:
        told = await health.get("/readyz")
        assert (told.status_code, told.json()) == (
            200,
            {"status": "ready", "warning": "signatures do not fit"},
        )
        writer.submit(payload("text")).result(5)
        assert (await health.get("/readyz")).json() == {"status": "ready"}


def test_refused_signatures_reach_the_file_with_the_next_beat(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhook_listener.writer.BEAT_SECONDS", 0.02)
    writer = Writer(database, phone_number_id=OWN_NUMBER, address="")
    writer.start()
    for _ in range(3):
        writer.count_refused_signature(claimed=True)
    give_up_at = time.monotonic() + 5
    while store.value("SELECT refused_in_a_row FROM listener_status") < 3:
        assert time.monotonic() < give_up_at
    assert store.value("SELECT last_refused_at FROM listener_status") is not None
    writer.stop()


@pytest.mark.anyio
async def test_health_tells_life_from_readiness(writer: Writer, store: Store) -> None:
    transport = httpx.ASGITransport(app=health_app(writer))
    async with httpx.AsyncClient(transport=transport, base_url="http://health") as health:
        assert (await health.get("/readyz")).json() == {"status": "ready"}
        with store.write():
            wait([writer.submit(payload("text"))], timeout=5)
        refused = await health.get("/readyz")
        assert refused.status_code == 503
        assert json.loads(refused.content) == {"status": "unavailable", "because": "BusyFile"}
        assert (await health.get("/healthz")).status_code == 200
        assert (await health.get("/webhook")).status_code == 404
        assert (await health.post("/healthz")).status_code == 405
