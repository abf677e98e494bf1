"""The token, the app and the account as they can stand, and who hears of the account."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.graph_simulator.conftest import StartBench
from tests.graph_simulator.listening import Bench
from tests.graph_simulator.payloads import APP_SECRET, MESSAGES, SENDER, SUBSCRIPTION, TOKEN, plain

APP = "670843887433847"
AS_APP = {"Authorization": f"Bearer {APP}|{APP_SECRET}"}
HEARD = f"/v26.0/{APP}/subscriptions"


def error(answer: httpx.Response) -> tuple[int, int, str]:
    """HTTP status, code and words of a refusal."""
    told = answer.json()["error"]
    return answer.status_code, told["code"], told["message"]


async def stands(bench: Bench, **changes: Any) -> None:
    """Let something stand otherwise."""
    assert (await bench.client.post("/_simulator/standing", json=changes)).status_code == 200


async def test_a_token_is_told_by_itself_and_by_its_app(stand_in: Bench) -> None:
    for headers in ({}, AS_APP):
        told = await stand_in.client.get(f"/v26.0/debug_token?input_token={TOKEN}", headers=headers)
        token = told.json()["data"]
        assert (token["is_valid"], token["app_id"], token["type"]) == (True, APP, "SYSTEM_USER")
        assert {"whatsapp_business_messaging", "whatsapp_business_management"} < set(token["scopes"])
    strange = (await stand_in.client.get("/v26.0/debug_token?input_token=EAAx")).json()["data"]
    assert (strange["is_valid"], strange["error"]["code"]) == (False, 190)
    wrong = {"Authorization": f"Bearer {APP}|wrong"}
    assert error(await stand_in.client.get(HEARD, headers=wrong))[:2] == (401, 190)


@pytest.mark.parametrize("token, subcode", [({"expires_at": 99}, 463), ({"revoked": True}, 467)])
async def test_a_token_that_has_ended_is_refused_everywhere(
    stand_in: Bench, token: dict[str, object], subcode: int
) -> None:
    await stands(stand_in, token=token)
    refused = (await stand_in.post(MESSAGES, plain())).json()["error"]
    assert (refused["code"], refused["error_subcode"]) == (190, subcode)
    told = await stand_in.client.get(f"/v26.0/debug_token?input_token={TOKEN}", headers=AS_APP)
    assert (told.json()["data"]["is_valid"], told.json()["data"]["error"]["subcode"]) == (False, subcode)


async def test_a_token_without_the_permission_or_the_account(stand_in: Bench) -> None:
    await stands(stand_in, token={"scopes": ["whatsapp_business_management"]})
    assert error(await stand_in.post(MESSAGES, plain()))[:2] == (403, 200)
    assert (await stand_in.client.get(SUBSCRIPTION)).status_code == 200
    await stands(stand_in, token={"targets": ["1"]})
    assert error(await stand_in.client.get(SUBSCRIPTION))[:2] == (400, 100)
    assert (await stand_in.client.post("/_simulator/standing", json={"tokens": 1})).status_code == 400


async def test_an_id_of_the_other_kind_is_named_as_what_it_is(stand_in: Bench) -> None:
    number = await stand_in.client.get(f"/v26.0/{SENDER.waba_id}?fields=display_phone_number")
    assert "node type (WhatsAppBusinessAccount)" in error(number)[2]
    account = await stand_in.client.get(f"/v26.0/{SENDER.phone_number_id}/phone_numbers")
    assert "node type (WhatsAppBusinessPhoneNumber)" in error(account)[2]
    listed = await stand_in.client.get(f"/v26.0/{SENDER.waba_id}/phone_numbers?fields=id")
    assert listed.json() == {"data": [{"id": SENDER.phone_number_id}]}


async def test_only_the_app_itself_is_told_what_it_hears(stand_in: Bench) -> None:
    assert error(await stand_in.client.get(HEARD))[1] == 15
    (heard,) = (await stand_in.client.get(HEARD, headers=AS_APP)).json()["data"]
    assert (heard["object"], heard["active"]) == ("whatsapp_business_account", True)
    assert {"name": "messages", "version": "v26.0"} in heard["fields"]
    wish = {"object": heard["object"], "callback_url": "http://127.0.0.1:9/", "verify_token": "v"}
    odd = await stand_in.post(HEARD, {**wish, "fields": "messages,shoe_size"}, headers=AS_APP)
    assert "fields[1]" in error(odd)[2]
    unreached = await stand_in.post(HEARD, {**wish, "fields": "messages"}, headers=AS_APP)
    assert error(unreached)[:2] == (400, 2200)
    assert (await stand_in.client.get(HEARD, headers=AS_APP)).json()["data"] == [heard]


async def test_who_is_not_published_or_has_not_ticked_the_field_hears_nothing(start: StartBench) -> None:
    async with start() as bench:
        await stands(bench, live=False)
        await bench.post(MESSAGES, plain("+447700900001"))
        await bench.rest()
        await stands(bench, live=True)
        bench.simulator.account.hearing.set_callback("http://127.0.0.1:9/webhook", ("account_update",))
        await bench.post(MESSAGES, plain("+447700900002"))
        await bench.rest()
        assert bench.listener.posts == []
        bench.simulator.account.hearing.set_callback("http://127.0.0.1:9/webhook", ("messages",))
        await bench.post(MESSAGES, plain("+447700900003"))
        await bench.rest()
        assert bench.listener.posts


async def test_its_clock_may_be_off(stand_in: Bench) -> None:
    async def ahead() -> float:
        told = (await stand_in.client.get(SUBSCRIPTION)).headers["Date"]
        return parsedate_to_datetime(told).timestamp() - time.time()

    assert abs(await ahead()) < 5
    await stands(stand_in, clock_ahead_s=600)
    assert 590 < await ahead() < 605
