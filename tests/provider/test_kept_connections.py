"""Connections are used again, and never at the price of a second request or of a message in doubt."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.outcome import Accepted, Outcome, Unknown
from tests.provider.clients import client
from tests.provider.raw_server import RawServer, Visit, http, raw_server, whole_request
from tests.provider.transports import Over, needs_pyreqwest, pyreqwest

ACCEPTED = (Path(__file__).parent / "answers" / "accepted.json").read_bytes()
KEPT = http("200 OK", ACCEPTED).replace(b"Connection: close\r\n", b"")
"""An answer that does not say that the connection will be closed."""


async def sent(api: CloudApi, number: int) -> Outcome:
    return await api.send_template({"to": "+447700900001", "biz_opaque_callback_data": str(number)})


def times_read(server: RawServer) -> Counter[str]:
    bodies = (json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests)
    return Counter(body["biz_opaque_callback_data"] for body in bodies)


@pytest.mark.anyio
async def test_connection_is_used_again(over: Over) -> None:
    async def answer_all(visit: Visit) -> None:
        await visit.send(KEPT)
        while True:
            await whole_request(visit.reader)
            await visit.send(KEPT)

    async with raw_server(answer_all) as server, client(server.url, transport=over(5.0)) as api:
        outcomes = [await sent(api, number) for number in range(5)]
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert server.connections < 5


@pytest.mark.anyio
@pytest.mark.parametrize("with_reset", [False, True], ids=["closed", "reset"])
async def test_connection_closed_while_idle_costs_nothing(over: Over, with_reset: bool) -> None:
    closed = asyncio.Event()

    async def answer_then_close_when_idle(visit: Visit) -> None:
        await visit.send(KEPT)
        if await visit.gone(within=0.02):
            return
        if with_reset:
            visit.reset()
        else:
            visit.writer.close()
        closed.set()

    async with (
        raw_server(answer_then_close_when_idle) as server,
        client(server.url, transport=over(5.0)) as api,
    ):
        outcomes = []
        for number in range(4):
            closed.clear()
            outcomes.append(await sent(api, number))
            await closed.wait()
            await asyncio.sleep(0.03)  # the packet that closes must have come
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert set(times_read(server).values()) == {1}
    assert server.connections == 4


@pytest.mark.anyio
@needs_pyreqwest
async def test_server_that_closes_every_connection_unannounced_costs_one_message_at_most() -> None:
    async def answer_and_close(visit: Visit) -> None:
        await visit.send(KEPT)

    async with raw_server(answer_and_close) as server, client(server.url, transport=pyreqwest(5.0)) as api:
        outcomes = [await sent(api, number) for number in range(200)]
    in_doubt = [outcome for outcome in outcomes if isinstance(outcome, Unknown)]
    assert len(in_doubt) <= 1
    assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 200 - len(in_doubt)
    assert set(times_read(server).values()) == {1}


@pytest.mark.anyio
async def test_cookie_of_an_answer_is_not_sent_back(over: Over) -> None:
    async def answer_with_a_cookie(visit: Visit) -> None:
        await visit.send(http("200 OK", ACCEPTED, "Set-Cookie: session=1; Path=/"))

    async with (
        raw_server(answer_with_a_cookie) as server,
        client(server.url, transport=over(5.0)) as api,
    ):
        for number in range(2):
            assert isinstance(await sent(api, number), Accepted)
    assert len(server.requests) == 2
    assert not [request for request in server.requests if b"\r\ncookie:" in request.lower()]
