"""Templates and the sender's number, asked of a server over HTTP."""

import json
import socket
from typing import Any

import httpx
import pytest

from invite_core.errors import InviteError
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.refusal import ProviderRefused, ProviderUnreachable
from invite_core.settings import METAS_OWN
from tests.provider.clients import client
from tests.provider.raw_server import Behaviour, RawServer, Visit, answering, http, raw_server


def variant(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "name": f"t{number}", "language": "pt", "status": "APPROVED", **more}


def page(*variants: dict[str, Any], after: str | None = None) -> bytes:
    paging = {"cursors": {"before": "x", "after": after or "end"}} | ({"next": "https://x"} if after else {})
    return json.dumps({"data": variants, "paging": paging}).encode()


STALE = b'{"error": {"code": 131059, "message": "(#131059) Invalid cursor"}}'


def in_turn(*answers: tuple[str, bytes]) -> Behaviour:
    """Each request gets the next answer; the last one stays."""
    waiting = list(answers)

    async def answer(visit: Visit) -> None:
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        await visit.send(http(status, body))

    return answer


def queries(server: RawServer) -> list[str]:
    return [request.split(b"\r\n", 1)[0].decode().split(" ")[1] for request in server.requests]


async def refusal(behaviour: Behaviour, *, deadline_s: float = 5.0) -> InviteError:
    async with raw_server(behaviour) as server, client(server.url, deadline_s=deadline_s) as api:
        with pytest.raises(InviteError) as by_list:
            await api.list_templates()
        with pytest.raises(InviteError) as by_number:
            await api.phone_number()
    assert type(by_list.value) is type(by_number.value)
    assert by_list.value.sentence
    assert by_list.value.todo.endswith(".")
    assert "made-up-token" not in str(by_list.value)
    return by_list.value


@pytest.mark.anyio
async def test_templates_are_read_over_all_pages() -> None:
    pages = in_turn(
        ("200 OK", page(variant(1), variant(2), after="c1")),
        ("200 OK", page(variant(3), after="c2")),
        ("200 OK", page(variant(4))),
    )
    async with raw_server(pages) as server, client(server.url) as api:
        found = await api.list_templates()
    assert [each.id for each in found] == ["1", "2", "3", "4"]
    asked = queries(server)
    assert all(query.startswith("/v26.0/2000/message_templates?") for query in asked)
    assert ["after=" in query for query in asked] == [False, True, True]
    assert "after=c1" in asked[1]
    assert "after=c2" in asked[2]


@pytest.mark.anyio
async def test_account_without_templates_has_an_empty_list() -> None:
    async with raw_server(answering("200 OK", page())) as server, client(server.url) as api:
        assert await api.list_templates() == []


@pytest.mark.anyio
async def test_stale_cursor_starts_the_list_again_without_doubling() -> None:
    pages = in_turn(
        ("200 OK", page(variant(1), after="c1")),
        ("400 Bad Request", STALE),
        ("200 OK", page(variant(1), after="c9")),
        ("200 OK", page(variant(2))),
    )
    async with raw_server(pages) as server, client(server.url) as api:
        found = await api.list_templates()
    assert [each.id for each in found] == ["1", "2"]
    assert "after=" not in queries(server)[2]


@pytest.mark.anyio
async def test_cursor_that_stays_stale_is_told() -> None:
    async with raw_server(answering("400 Bad Request", STALE)) as server, client(server.url) as api:
        with pytest.raises(ProviderUnreachable) as told:
            await api.list_templates()
    assert "templates sync" in told.value.todo
    assert len(server.requests) == 3


@pytest.mark.anyio
async def test_cursor_that_leads_in_a_circle_is_told() -> None:
    circle = answering("200 OK", page(variant(1), after="c1"))
    async with raw_server(circle) as server, client(server.url) as api:
        with pytest.raises(ProviderUnreachable):
            await api.list_templates()
    assert len(server.requests) < 10


@pytest.mark.anyio
async def test_variant_is_read_as_meta_writes_it() -> None:
    body = page(
        variant(
            1,
            category="MARKETING",
            parameter_format="NAMED",
            components=[{"type": "BODY", "text": "Hi"}],
            quality_score={"score": "GREEN", "date": 1},
            rejected_reason="NONE",
            something_new=True,
        ),
        variant(2) | {"id": 2, "parameter_format": None},
    )
    async with raw_server(answering("200 OK", body)) as server, client(server.url) as api:
        named, bare = await api.list_templates()
    assert (named.category, named.parameter_format, named.quality) == ("MARKETING", "NAMED", "GREEN")
    assert named.components == [{"type": "BODY", "text": "Hi"}]
    assert (bare.id, bare.parameter_format, bare.quality, bare.components) == (
        "2",
        "POSITIONAL",
        "UNKNOWN",
        [],
    )


@pytest.mark.anyio
async def test_number_is_read_with_what_meta_says_of_it() -> None:
    body = json.dumps(
        {"id": "1000", "display_phone_number": "+44 7700 900000", "quality_rating": "GREEN", "new": 1}
    ).encode()
    async with raw_server(answering("200 OK", body)) as server, client(server.url) as api:
        node = await api.phone_number()
    assert (node.id, node.display_phone_number, node.quality_rating) == ("1000", "+44 7700 900000", "GREEN")
    assert queries(server)[0].startswith("/v26.0/1000?fields=id%2Cdisplay_phone_number")


@pytest.mark.anyio
async def test_expired_token_is_told_with_its_remedy() -> None:
    body = b'{"error": {"code": 190, "message": "Session has expired"}}'
    told = await refusal(answering("401 Unauthorized", body))
    assert isinstance(told, ProviderRefused)
    assert "token has expired" in told.sentence
    assert "Session has expired" in told.sentence
    assert "INVITE_ACCESS_TOKEN" in told.todo


@pytest.mark.anyio
@pytest.mark.parametrize(
    "behaviour",
    [
        answering("200 OK", b"<html>Sign in</html>"),
        answering("200 OK"),
        answering("200 OK", b"[]"),
        answering("200 OK", b'{"data": [{"id": "1"}]}'),
        answering("200 OK", b'{"data": [], "paging": 7}'),
        answering("200 OK", b"not gzip", "Content-Encoding: gzip"),
        answering("302 Found", b"", "Location: http://127.0.0.1:1/"),
        answering("500 x", b"<html></html>"),
        answering("400 x", b'{"error": "no"}'),
        answering("400 x", b'{"error": {"code": null}}'),
        answering("400 x", b"[]"),
    ],
)
async def test_answer_that_is_not_metas_is_told(behaviour: Behaviour) -> None:
    assert isinstance(await refusal(behaviour), ProviderUnreachable)


@pytest.mark.anyio
async def test_silence_is_told_after_the_deadline() -> None:
    async def hang(visit: Visit) -> None:
        await visit.gone()

    assert isinstance(await refusal(hang, deadline_s=0.1), ProviderUnreachable)


@pytest.mark.anyio
@pytest.mark.parametrize("paging", ["{}", '{"cursors": [1], "next": "x"}', '{"cursors": null, "next": "x"}'])
async def test_page_without_a_cursor_is_the_last(paging: str) -> None:
    body = f'{{"data": [{json.dumps(variant(1))}], "paging": {paging}}}'.encode()
    async with raw_server(answering("200 OK", body)) as server, client(server.url) as api:
        assert len(await api.list_templates()) == 1


@pytest.mark.anyio
async def test_metas_own_address_is_not_doubted() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    async with client(METAS_OWN, transport=httpx.MockTransport(down)) as api:
        with pytest.raises(ProviderUnreachable) as told:
            await api.list_templates()
    assert told.value.todo == "Check the internet connection, then try again."


@pytest.mark.anyio
async def test_no_connection_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        api: CloudApi = client(f"http://127.0.0.1:{closed.getsockname()[1]}")
        async with api:
            with pytest.raises(ProviderUnreachable) as told:
                await api.list_templates()
    assert "INVITE_GRAPH_URL" in told.value.todo
    assert "127.0.0.1" not in told.value.sentence
