"""Bodies that come together are handed over together, and each is told what became of it alone."""

import asyncio

import pytest

from invite_core.delivery.intake import Tally
from invite_core.store import Store, StoreError, file
from tests.delivery.rows import payload
from webhook_listener.gathering import Gathering
from webhook_listener.writer import Writer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits seconds for a lock here."""
    monkeypatch.setattr(file, "BUSY_TIMEOUT_MS", 50)


@pytest.mark.anyio
async def test_bodies_of_one_moment_share_one_commit(writer: Writer, store: Store) -> None:
    text = payload("text")
    gathering = Gathering(writer)
    before = store.data_version()
    tallies = await asyncio.gather(
        *(gathering.stored(text.replace(b"wamid.reply", b"wamid.%d" % number)) for number in range(30)),
        gathering.stored(b"odd"),
    )
    assert tallies == [Tally(bodies=1, applied=1)] * 30 + [Tally(bodies=1, quarantined=1)]
    assert store.data_version() == before + 1


@pytest.mark.anyio
async def test_fault_of_the_file_reaches_everybody_who_waits(writer: Writer, store: Store) -> None:
    gathering = Gathering(writer)
    with store.write():
        told = await asyncio.gather(
            *(gathering.stored(payload(name)) for name in ("sent", "text")), return_exceptions=True
        )
    assert all(isinstance(each, StoreError) for each in told)


@pytest.mark.anyio
async def test_who_gave_up_keeps_nobody_from_being_told(writer: Writer, store: Store) -> None:
    gathering = Gathering(writer)
    given_up = asyncio.create_task(gathering.stored(payload("text")))
    waiting = asyncio.create_task(gathering.stored(b"odd"))
    await asyncio.wait({given_up}, timeout=0)
    given_up.cancel()
    assert (await waiting).quarantined == 1
    assert store.value("SELECT count(*) FROM replies") == 1


def test_writer_outlives_the_loop_that_asked(writer: Writer, store: Store) -> None:
    async def ask() -> None:
        waiting = asyncio.ensure_future(Gathering(writer).stored(payload("text")))
        await asyncio.wait({waiting}, timeout=0.01)
        waiting.cancel()

    with store.write():
        asyncio.run(ask())
    assert writer.submit(b"odd").result(5).quarantined == 1
