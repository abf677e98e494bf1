"""Bodies that come together are handed over together, and each is told what became of it alone."""

import asyncio

import pytest

from invite_core.delivery.tally import Tally
from invite_core.store import Store, StoreError, file
from tests.delivery.rows import payload
from webhook_listener.gathering import Gathering
from webhook_listener.groups import how_many_fit
from webhook_listener.writer import Writer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits seconds for a lock here."""
    monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 50)


async def stored(gathering: Gathering, body: bytes) -> Tally:
    """What became of a body; raises what kept it out."""
    promise: asyncio.Future[Tally | Exception] = asyncio.get_running_loop().create_future()
    gathering.store(body, promise.set_result)
    result = await promise
    if isinstance(result, Exception):
        raise result
    return result


@pytest.mark.anyio
async def test_bodies_of_one_moment_share_one_commit(writer: Writer, store: Store) -> None:
    text = payload("text")
    gathering = Gathering(writer)
    before = store.data_version()
    tallies = await asyncio.gather(
        *(stored(gathering, text.replace(b"wamid.reply", b"wamid.%d" % number)) for number in range(30)),
        stored(gathering, b"odd"),
    )
    assert tallies == [Tally(bodies=1, applied=1)] * 30 + [Tally(bodies=1, quarantined=1)]
    assert store.data_version() == before + 1


@pytest.mark.anyio
async def test_bodies_that_come_while_others_are_written_share_the_next_commit(
    writer: Writer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 5_000)
    gathering = Gathering(writer)
    with store.write():
        waiting = [asyncio.create_task(stored(gathering, payload("text")))]
        for number in range(20):
            await asyncio.wait(waiting, timeout=0.001)
            body = payload("text").replace(b"wamid.reply", b"wamid.%d" % number)
            waiting.append(asyncio.create_task(stored(gathering, body)))
        await asyncio.wait(waiting, timeout=0.001)
    assert await asyncio.gather(*waiting) == [Tally(bodies=1, applied=1)] * 21
    commits = store.rows("SELECT count(*) AS bodies FROM webhook_receipts GROUP BY received_at ORDER BY id")
    assert [row["bodies"] for row in commits] == [1, 20]


def test_no_more_is_read_at_once_than_memory_should_hold() -> None:
    small, large = b"x" * 1000, b"x" * 4 * 1024 * 1024
    assert how_many_fit([small] * 30) == 30
    assert how_many_fit([small] * 300) == 256
    assert how_many_fit([large] * 30) == 2
    assert how_many_fit([small, large, large, small]) == 2
    assert how_many_fit([large * 3, small]) == 1


@pytest.mark.anyio
async def test_fault_of_the_file_reaches_everybody_who_waits(writer: Writer, store: Store) -> None:
    gathering = Gathering(writer)
    with store.write():
        told = await asyncio.gather(
            *(stored(gathering, payload(name)) for name in ("sent", "text")), return_exceptions=True
        )
    assert all(isinstance(each, StoreError) for each in told)


@pytest.mark.anyio
async def test_who_gave_up_keeps_nobody_from_being_told(
    writer: Writer, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    gathering = Gathering(writer)
    given_up = asyncio.create_task(stored(gathering, payload("text")))
    waiting = asyncio.create_task(stored(gathering, b"odd"))
    await asyncio.wait({given_up}, timeout=0)
    given_up.cancel()
    assert (await waiting).quarantined == 1
    assert "an answer could not be given" in [record.msg for record in caplog.records]
    assert store.value("SELECT count(*) FROM replies") == 1


def test_writer_outlives_the_loop_that_asked(writer: Writer, store: Store) -> None:
    async def ask() -> None:
        waiting = asyncio.ensure_future(stored(Gathering(writer), payload("text")))
        await asyncio.wait({waiting}, timeout=0.01)
        waiting.cancel()

    with store.write():
        asyncio.run(ask())
    assert writer.submit(b"odd").result(5).quarantined == 1
