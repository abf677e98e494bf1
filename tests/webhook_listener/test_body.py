"""Bodies within bounds of size, time and memory."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive

from webhook_listener import body
from webhook_listener.body import BodyReader, BodyRefused, Disconnected, declared_refusal


def arriving(*pieces: bytes | None) -> Receive:
    """A request whose body comes in these pieces; None is the client going away."""
    messages: list[Message] = [
        {"type": "http.disconnect"}
        if piece is None
        else {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]

    async def receive() -> Message:
        return messages.pop(0)

    return receive


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], None),
        ([(b"content-length", b"12")], None),
        ([(b"content-length", b"4194305")], None),
        ([(b"transfer-encoding", b"chunked")], None),
        ([(b"content-length", b"12"), (b"transfer-encoding", b"chunked")], 400),
        ([(b"content-length", b"12"), (b"content-length", b"12")], 400),
        ([(b"content-length", b"-1")], 400),
        ([(b"content-length", "١٢".encode())], 400),
        ([(b"content-length", b"")], 400),
        ([(b"content-encoding", b"GZIP")], 415),
        ([(b"content-encoding", b"identity")], None),
        ([(b"content-encoding", b"identity"), (b"content-encoding", b"br")], 415),
        ([(b"content-length", b"16777217")], 413),
        ([(b"content-length", b"9" * 5000)], 413),
    ],
)
def test_headers_alone_earn_a_refusal(headers: Iterable[tuple[bytes, bytes]], status: int | None) -> None:
    assert declared_refusal(headers) == status


@pytest.mark.anyio
async def test_client_that_goes_away_is_not_answered() -> None:
    with pytest.raises(Disconnected):
        await BodyReader().read(arriving(b"{", None))


@pytest.mark.anyio
async def test_endless_body_is_given_up() -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b" " * 1_000_000, "more_body": True}

    with pytest.raises(BodyRefused) as refused:
        await BodyReader().read(receive)
    assert refused.value.status == 413


@pytest.mark.anyio
async def test_bodies_at_once_share_one_bound_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_MOST_HELD", 1000)
    monkeypatch.setattr(body, "_UNCOUNTED", 0)
    reader = BodyReader(seconds=0.1)
    never = asyncio.Event()
    first = arriving(b" " * 900, b"")

    async def half() -> Message:
        message = await first()
        if not message["body"]:
            await never.wait()
        return message

    waiting = asyncio.create_task(reader.read(half))
    await asyncio.wait({waiting}, timeout=0.01)
    with pytest.raises(BodyRefused) as refused:
        await reader.read(arriving(b" " * 101))
    assert refused.value.status == 503
    with pytest.raises(BodyRefused):
        await waiting
    assert await reader.read(arriving(b" " * 1000)) == b" " * 1000


@pytest.mark.anyio
async def test_ordinary_bodies_are_read_while_large_ones_hold_all_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body, "_MOST_HELD", 1000)
    reader = BodyReader(seconds=0.1)
    ordinary = b" " * 64 * 1024
    held = arriving(ordinary + b" " * 1000, b"")
    read = asyncio.Event()

    async def stalled() -> Message:
        if read.is_set():
            await asyncio.Event().wait()
        read.set()
        return await held()

    waiting = asyncio.create_task(reader.read(stalled))
    await read.wait()
    assert await reader.read(arriving(ordinary)) == ordinary
    with pytest.raises(BodyRefused) as refused:
        await reader.read(arriving(ordinary, b" "))
    assert refused.value.status == 503
    with pytest.raises(BodyRefused):
        await waiting
    assert await reader.read(arriving(ordinary, b" " * 1000)) == ordinary + b" " * 1000
