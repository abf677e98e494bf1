import json

import httpx
import pytest

from tests.graph_simulator.conftest import StartBench
from tests.graph_simulator.listening import Bench
from tests.graph_simulator.payloads import MESSAGES, SUBSCRIPTION, TEMPLATE_LIST, TEMPLATES, party, plain

pytestmark = pytest.mark.anyio

NUMBER = "/v26.0/106540352242922"


def error(answer: httpx.Response) -> tuple[int, int, int | None]:
    """HTTP status, code and subcode of a refusal of Meta's."""
    body = answer.json()["error"]
    assert body["fbtrace_id"]
    return answer.status_code, body["code"], body.get("error_subcode")


@pytest.mark.parametrize(
    "authorization, code", [("", 104), ("Bearer ", 104), ("Basic abc", 104), ("Bearer wrong", 190)]
)
@pytest.mark.parametrize("path", [MESSAGES, "/v1.0/0/messages", "/nowhere/at/all"])
async def test_token_is_looked_at_before_everything_else(
    stand_in: Bench, authorization: str, code: int, path: str
) -> None:
    answer = await stand_in.post(path, plain(), headers={"Authorization": authorization})
    assert error(answer)[:2] == (401, code)
    assert await stand_in.log("accepted") == []


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/v26.0/999/messages"),
        ("POST", "/v20.0/106540352242922/messages"),
        ("POST", "/106540352242922/messages"),
        ("GET", MESSAGES),
        ("GET", "/v26.0/999/message_templates"),
        ("GET", "/v26.0/999"),
        ("GET", "/v26.0/102290129340398/phone_trees"),
    ],
)
async def test_unknown_version_object_or_path(stand_in: Bench, method: str, path: str) -> None:
    answer = await stand_in.client.request(method, path, json=plain())
    assert error(answer) == (400, 100, 33)


async def test_accepted_message_has_metas_answer(stand_in: Bench) -> None:
    answer = await stand_in.post(MESSAGES, party("+44 7700 900001"))
    body = answer.json()
    assert answer.status_code == 200
    assert body["contacts"] == [{"input": "+44 7700 900001", "wa_id": "447700900001"}]
    (message,) = body["messages"]
    assert message["message_status"] == "accepted"
    (entry,) = await stand_in.log("accepted")
    assert (entry["wamid"], entry["to"], entry["attempt"]) == (message["id"], "+44 7700 900001", "attempt-1")


async def test_message_to_a_user_id_is_answered_without_number(stand_in: Bench) -> None:
    body = plain()
    del body["to"]
    answer = await stand_in.post(MESSAGES, {**body, "recipient": "GB.13491208655302741918"})
    assert answer.json()["contacts"] == [
        {"input": "GB.13491208655302741918", "user_id": "GB.13491208655302741918"}
    ]


async def test_same_message_twice_is_two_messages(stand_in: Bench) -> None:
    ids = [(await stand_in.post(MESSAGES, plain())).json()["messages"][0]["id"] for _ in range(50)]
    assert len(set(ids)) == 50
    assert len(await stand_in.log("accepted")) == 50


@pytest.mark.parametrize("content, kind", [(b"{", "application/json"), (b"{}", "text/plain"), (b"", "")])
async def test_body_that_is_no_json_has_no_parameters(stand_in: Bench, content: bytes, kind: str) -> None:
    answer = await stand_in.client.post(MESSAGES, content=content, headers={"Content-Type": kind})
    assert error(answer)[:2] == (400, 100)


async def test_refused_message_is_logged_as_refused_and_never_called_back(stand_in: Bench) -> None:
    answer = await stand_in.post(MESSAGES, plain("+447700900001", "a\nb", "c"))
    assert error(answer)[:2] == (400, 132018)
    await stand_in.rest()
    (entry,) = await stand_in.log("refused")
    assert (entry["to"], entry["code"]) == ("+447700900001", 132018)
    assert stand_in.listener.posts == []


async def test_throughput_over_the_limit(start: StartBench) -> None:
    async with start(limit=3) as stand_in:
        codes = [(await stand_in.post(MESSAGES, plain())).status_code for _ in range(4)]
        refused = await stand_in.post(MESSAGES, plain())
    assert codes == [200, 200, 200, 400]
    assert error(refused)[1] == 130429


async def test_templates_come_page_by_page_with_the_fields_asked_for(stand_in: Bench) -> None:
    query = {"fields": "name,status,quality_score", "limit": "3"}
    page = (await stand_in.client.get(TEMPLATE_LIST, params=query)).json()
    found = list(page["data"])
    while "next" in page["paging"]:
        assert page["paging"]["next"].startswith("http://graph.test/v26.0/102290129340398/message_templates?")
        page = (await stand_in.client.get(page["paging"]["next"])).json()
        found += page["data"]
    assert [node["id"] for node in found] == [node["id"] for node in TEMPLATES]
    assert set(found[0]) == {"id", "name", "status", "quality_score"}
    assert page["paging"]["cursors"]["after"]


async def test_templates_by_name_and_status(stand_in: Bench) -> None:
    by_status = (await stand_in.client.get(TEMPLATE_LIST, params={"status": "paused"})).json()
    by_name = (await stand_in.client.get(TEMPLATE_LIST, params={"name": "party"})).json()
    nothing = (await stand_in.client.get(TEMPLATE_LIST, params={"name": "party", "status": "PAUSED"})).json()
    assert [node["name"] for node in by_status["data"]] == ["is_paused"]
    assert [node["id"] for node in by_name["data"]] == ["1001"]
    assert nothing == {"data": []}


@pytest.mark.parametrize(
    "query, code",
    [
        ({"fields": "id,colour"}, 100),
        ({"limit": "0"}, 100),
        ({"limit": "x"}, 100),
        ({"after": "x"}, 131059),
        ({"after": "OTk6MQ=="}, 131059),
    ],
)
async def test_template_query_that_meta_refuses(stand_in: Bench, query: dict[str, str], code: int) -> None:
    assert error(await stand_in.client.get(TEMPLATE_LIST, params=query))[:2] == (400, code)


async def test_cursor_of_another_list_is_refused(stand_in: Bench) -> None:
    page = (await stand_in.client.get(TEMPLATE_LIST, params={"limit": "2"})).json()
    query = {"after": page["paging"]["cursors"]["after"], "status": "PAUSED"}
    assert error(await stand_in.client.get(TEMPLATE_LIST, params=query))[1] == 131059


async def test_number_node_has_the_fields_asked_for(stand_in: Bench) -> None:
    node = (await stand_in.client.get(NUMBER, params={"fields": "display_phone_number,throughput"})).json()
    assert node == {
        "id": "106540352242922",
        "display_phone_number": "+1 555-078-3881",
        "throughput": {"level": "STANDARD"},
    }
    assert "health_status" not in (await stand_in.client.get(NUMBER)).json()
    assert error(await stand_in.client.get(NUMBER, params={"fields": "shoe_size"}))[:2] == (400, 100)


async def test_account_node(stand_in: Bench) -> None:
    assert (await stand_in.client.get("/v26.0/102290129340398?fields=id")).json() == {"id": "102290129340398"}


async def test_nobody_subscribed_gets_no_webhooks(stand_in: Bench) -> None:
    assert len((await stand_in.client.get(SUBSCRIPTION)).json()["data"]) == 1
    assert (await stand_in.client.delete(SUBSCRIPTION)).json() == {"success": True}
    assert (await stand_in.client.get(SUBSCRIPTION)).json() == {"data": []}
    await stand_in.post(MESSAGES, plain())
    await stand_in.rest()
    assert stand_in.listener.posts == []
    assert (await stand_in.post(SUBSCRIPTION, {})).json() == {"success": True}
    await stand_in.post(MESSAGES, plain())
    await stand_in.rest()
    assert stand_in.listener.posts


@pytest.mark.parametrize(
    "body, code",
    [
        ({"override_callback_uri": "http://127.0.0.1:9/webhook"}, 100),
        ({"override_callback_uri": "http://127.0.0.1:9/" + "x" * 200, "verify_token": "v"}, 100),
        ({"override_callback_uri": "http://127.0.0.1:9/webhook", "verify_token": "v"}, 2200),
    ],
)
async def test_override_that_meta_refuses_changes_nothing(
    stand_in: Bench, body: dict[str, str], code: int
) -> None:
    assert error(await stand_in.post(SUBSCRIPTION, body))[:2] == (400, code)
    (app,) = (await stand_in.client.get(SUBSCRIPTION)).json()["data"]
    assert "override_callback_uri" not in json.dumps(app)
