"""The writer: one commit for all that wait, 503 while nothing can be stored, and on again afterwards."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import httpx
import pytest

from invite_core.delivery.intake import apply_updates, read_updates
from invite_core.delivery.tally import Tally
from invite_core.delivery.updates import Odd, Update
from invite_core.store import NewerFile, NoFile, OlderFile, Store, StoreError, file
from invite_core.store.migrations import SCHEMA_VERSION
from tests.delivery.rows import OWN_NUMBER, invite, message_row, payload
from tests.webhook_listener.conftest import signed
from webhook_listener import portions
from webhook_listener.app import health_app
from webhook_listener.groups import Results
from webhook_listener.writer import Writer


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
    def break_on_boom(store: Store, readings: Sequence[Sequence[Update]], **rest: Any) -> list[Tally]:
        contents = [update.content for updates in readings for update in updates]
        if any(isinstance(each, Odd) and each.raw == b"boom" for each in contents):
            raise AttributeError("a defect of ours")
        return apply_updates(store, readings, **rest)

    monkeypatch.setattr("webhook_listener.writer.apply_updates", break_on_boom)
    told: Future[Results] = Future()
    writer.submit_all([payload("text"), b"boom", b""], told.set_result)
    good, bad, odd = told.result(5)
    assert (good, odd) == (Tally(bodies=1, applied=1), Tally(bodies=1, quarantined=1))
    assert isinstance(bad, AttributeError)
    assert store.value("SELECT count(*) FROM replies") == 1


@pytest.mark.anyio
@pytest.mark.parametrize("part", ["read_updates", "apply_updates"])
async def test_a_defect_of_ours_is_answered_503_so_that_nothing_is_lost(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def broken(*_: object, **__: object) -> list[Tally]:
        raise AttributeError("a defect of ours")

    body = payload("text")
    with monkeypatch.context() as until_mended:
        until_mended.setattr(f"webhook_listener.writer.{part}", broken)
        assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 503
    assert (await client.post("/webhook", content=body, headers=signed(body))).status_code == 200
    assert store.value("SELECT count(*) FROM replies") == 1


def test_others_can_write_while_a_body_is_read(
    writer: Writer, database: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_beside_another(body: bytes, **whose: str) -> list[Update]:
        with Store.open(database) as another, another.write():
            another.execute("UPDATE listener_status SET address = 'written meanwhile'")
        return read_updates(body, **whose)

    monkeypatch.setattr("webhook_listener.writer.read_updates", read_beside_another)
    assert writer.submit(payload("text")).result(5) == Tally(bodies=1, applied=1)
    assert store.value("SELECT address FROM listener_status") == "written meanwhile"


def many_texts(count: int) -> bytes:
    """A body with so many texts, each from somebody else."""
    document = json.loads(payload("text"))
    value = document["entry"][0]["changes"][0]["value"]
    [text] = value["messages"]
    value["messages"] = [
        {**text, "id": f"wamid.{n}", "from": f"4477009001{n:02}", "from_user_id": f"GB.{n}"}
        for n in range(count)
    ]
    return json.dumps(document).encode()


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two texts are as much as fits into one commit, and nobody rests between two of them."""
    monkeypatch.setattr(portions, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(portions, "_MOST_WORK", 40)
    monkeypatch.setattr("webhook_listener.writer.REST_SECONDS", 0)


@pytest.mark.usefixtures("small_portions")
def test_body_that_is_too_large_for_one_commit_counts_once(writer: Writer, store: Store) -> None:
    told: Future[Results] = Future()
    writer.submit_all([payload("text"), many_texts(5), b""], told.set_result)
    one, many, odd = told.result(5)
    assert (one, many) == (Tally(bodies=1, applied=1), Tally(bodies=1, applied=5))
    assert odd == Tally(bodies=1, quarantined=1)
    assert store.value("SELECT bodies FROM listener_status") == 3


@pytest.mark.usefixtures("small_portions")
def test_part_of_a_large_body_that_was_stored_is_repeated_without_harm(
    writer: Writer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(store: Store, readings: Sequence[Sequence[Update]], **rest: Any) -> list[Tally]:
        if store.value("SELECT count(*) FROM replies"):
            raise StoreError("The disk is full.", "Make room.")
        return apply_updates(store, readings, **rest)

    with monkeypatch.context() as until_room_is_made:
        until_room_is_made.setattr("webhook_listener.writer.apply_updates", full)
        told: Future[Results] = Future()
        writer.submit_all([many_texts(5), b""], told.set_result)
        assert all(isinstance(each, StoreError) for each in told.result(5))
    assert store.value("SELECT count(*) FROM replies") == 2
    assert store.value("SELECT bodies FROM listener_status") == 0
    assert writer.submit(many_texts(5)).result(5) == Tally(bodies=1, applied=3, repeated=2)
    assert store.value("SELECT count(*) FROM replies") == 5


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
