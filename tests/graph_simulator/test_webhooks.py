"""What arrives at the listener."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from graph_simulator.arrival import Travel
from graph_simulator.deliverer import signature, wait_before
from tests.graph_simulator.conftest import StartBench
from tests.graph_simulator.listening import REFUSED, TORN, Bench
from tests.graph_simulator.payloads import APP_SECRET, MESSAGES, party

pytestmark = pytest.mark.anyio

TO = "+447700900001"
OPENSSL_HMAC = "449e6b810ec8266b7f5e69fc23c6ef26a0e333d667fbfc2b342182c86d8c4b83"
"""`openssl dgst -sha256 -hmac 5f1e0c7a9b3d4e6f8091a2b3c4d5e6f7 signed_body.json`"""


def script(**entry: Any) -> dict[str, Any]:
    return {"recipients": {TO: entry}}


async def send(stand_in: Bench, to: str = TO, attempt: str = "attempt-1") -> str:
    answer = await stand_in.post(MESSAGES, party(to, attempt))
    wamid: str = answer.json()["messages"][0]["id"]
    return wamid


def test_signature_is_what_openssl_makes_of_the_same_bytes() -> None:
    body = Path(__file__).with_name("signed_body.json").read_bytes()
    assert signature(APP_SECRET, body) == f"sha256={OPENSSL_HMAC}"


async def test_read_message_is_told_in_metas_shapes(start: StartBench) -> None:
    async with start(script=script(fate="read")) as stand_in:
        wamid = await send(stand_in)
        await stand_in.rest()
    sent, delivered, read = stand_in.listener.items("statuses")
    assert [sent["status"], delivered["status"], read["status"]] == ["sent", "delivered", "read"]
    assert sent["id"] == delivered["id"] == wamid
    assert sent["recipient_id"] == "447700900001"
    assert sent["biz_opaque_callback_data"] == read["biz_opaque_callback_data"] == "attempt-1"
    assert isinstance(sent["timestamp"], str)
    assert sent["pricing"]["category"] == "marketing"
    assert "pricing" in delivered
    assert "pricing" not in read
    change = next(stand_in.listener.changes())
    assert change["field"] == "messages"
    assert change["value"]["metadata"] == {
        "display_phone_number": "15550783881",
        "phone_number_id": "106540352242922",
    }
    (contact,) = change["value"]["contacts"]
    assert contact["wa_id"] == "447700900001"
    assert contact["user_id"] == sent["recipient_user_id"]
    for post in stand_in.listener.posts:
        digest = hmac.new(APP_SECRET.encode(), post.content, hashlib.sha256).hexdigest()
        assert post.headers["X-Hub-Signature-256"] == f"sha256={digest}"
        assert post.headers["Content-Type"] == "application/json"


async def test_failed_message_has_its_error_and_no_contact(start: StartBench) -> None:
    async with start(script=script(fate="failed", code=131049, after="sent")) as stand_in:
        await send(stand_in)
        await stand_in.rest()
        entries = await stand_in.log("failed")
    failed = stand_in.listener.items("statuses")[-1]
    (error,) = failed["errors"]
    assert (error["code"], error["title"]) == (131049, error["message"])
    assert error["error_data"]["details"]
    assert "recipient_user_id" not in failed
    assert entries[0]["code"] == 131049


async def test_message_to_a_user_id_withholds_the_number(start: StartBench) -> None:
    body = party(TO)
    del body["to"]
    user_id = "GB.13491208655302741918"
    async with start(script={"recipients": {user_id: {"fate": "read", "tap": 0}}}) as stand_in:
        await stand_in.post(MESSAGES, {**body, "recipient": user_id})
        await stand_in.rest()
    content = b"".join(post.content for post in stand_in.listener.posts)
    assert b"wa_id" not in content
    assert b'"recipient_id"' not in content
    (tap,) = stand_in.listener.items("messages")
    assert tap["from_user_id"] == user_id
    assert "from" not in tap


async def test_taps_name_the_message_and_bring_our_payload_back(start: StartBench) -> None:
    async with start(script=script(tap=[0, 2, 9])) as stand_in:
        wamid = await send(stand_in, attempt="a9")
        await stand_in.rest()
        logged = await stand_in.log("tap")
    first, second = stand_in.listener.items("messages")
    assert first["type"] == "button"
    assert first["button"] == {"payload": "yes:a9", "text": "Yes"}
    assert second["button"] == {"payload": "maybe:a9", "text": "Maybe"}
    assert first["context"] == {"from": "15550783881", "id": wamid}
    assert first["from"] == "447700900001"
    assert [entry["payload"] for entry in logged] == ["yes:a9", "maybe:a9"]
    assert len({first["id"], second["id"], wamid}) == 3


async def test_a_change_of_mind_is_told_with_a_later_time(start: StartBench) -> None:
    async with start(script=script(fate="read", tap=[0, 1])) as stand_in:
        await send(stand_in)
        await stand_in.rest()
    first, second = stand_in.listener.items("messages")
    assert int(first["timestamp"]) < int(second["timestamp"])


async def test_words_and_marketing_choice(start: StartBench) -> None:
    async with start(script=script(text="Parar, já!", marketing="stop")) as stand_in:
        await send(stand_in)
        await stand_in.rest()
    (words,) = stand_in.listener.items("messages")
    assert (words["type"], words["text"]) == ("text", {"body": "Parar, já!"})
    (choice,) = stand_in.listener.items("user_preferences")
    assert (choice["value"], choice["category"]) == ("stop", "marketing_messages")
    assert isinstance(choice["timestamp"], int)
    assert [change["field"] for change in stand_in.listener.changes()][-1] == "user_preferences"
    assert b"j\\u00e1" in b"".join(post.content for post in stand_in.listener.posts)


async def test_slashes_are_escaped_as_meta_does(start: StartBench) -> None:
    async with start(script=script(fate="failed")) as stand_in:
        await send(stand_in)
        await stand_in.rest()
    (post,) = stand_in.listener.posts
    assert b"https:\\/\\/developers" in post.content
    assert b"/" not in post.content.replace(b"\\/", b"")


async def test_held_message_says_so_and_is_released(start: StartBench) -> None:
    async with start(script=script(fate="held")) as stand_in:
        answer = (await stand_in.post(MESSAGES, party(TO))).json()
        await stand_in.rest()
        (entry,) = await stand_in.log("accepted")
    assert answer["messages"][0]["message_status"] == "held_for_quality_assessment"
    assert [one["status"] for one in stand_in.listener.items("statuses")] == ["sent", "delivered", "read"]
    assert entry["held"] is True


async def test_delivery_into_an_open_chat_is_logged_but_not_told(start: StartBench) -> None:
    async with start(script=script(fate="read_only")) as stand_in:
        await send(stand_in)
        await stand_in.rest()
        (entry,) = await stand_in.log("delivered")
    sent, read = stand_in.listener.items("statuses")
    assert (sent["status"], read["status"], entry["told"]) == ("sent", "read", False)
    assert "pricing" in read


@pytest.mark.parametrize("entry", [{"fate": "refused", "code": 131056}, {"fate": "server_error"}])
async def test_scripted_refusal_sends_nothing(start: StartBench, entry: dict[str, Any]) -> None:
    async with start(script=script(**entry, times=1)) as stand_in:
        refused = await stand_in.post(MESSAGES, party(TO))
        await stand_in.rest()
        assert stand_in.listener.posts == []
        assert await stand_in.log("accepted") == []
        assert refused.status_code in (400, 500)
        await send(stand_in)
        assert len(await stand_in.log("accepted")) == 1


async def test_server_error_may_have_taken_the_message(start: StartBench) -> None:
    async with start(script=script(fate="server_error", accepted=True, then="delivered")) as stand_in:
        answer = await stand_in.post(MESSAGES, party(TO))
        await stand_in.rest()
        (entry,) = await stand_in.log("accepted")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert entry["answer"] == "lost"
    assert [one["status"] for one in stand_in.listener.items("statuses")] == ["sent", "delivered"]


async def test_redelivered_unchanged_until_acknowledged(start: StartBench) -> None:
    async with start(script=script(fate="sent")) as stand_in:
        stand_in.listener.statuses[:] = [500, REFUSED, 403, TORN, 204, 200]
        await send(stand_in)
        await stand_in.rest()
        log = (await stand_in.client.get("/_simulator/log?kind=webhook")).json()
    assert [entry["status"] for entry in log] == [500, 0, 403, 0, 204, 200]
    assert len({post.content for post in stand_in.listener.posts}) == 1
    assert stand_in.simulator.pending == 0


def test_waits_between_redeliveries_grow_and_are_bounded() -> None:
    waits = [wait_before(attempt, 1.0) for attempt in range(1, 20)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    assert waits[-1] == 60
    assert wait_before(50, 0.0) == 1


@pytest.mark.parametrize("batch", [1, 7, 1000])
async def test_batches_hold_every_update_once_and_in_order(start: StartBench, batch: int) -> None:
    async with start(script={"everyone": {"fate": "read"}}, batch=batch) as stand_in:
        await stand_in.client.post("/_simulator/pause")
        wamids = [await send(stand_in, f"+4477009{number:05}") for number in range(40)]
        assert stand_in.simulator.pending == 120
        await stand_in.client.post("/_simulator/resume")
        await stand_in.rest()
    by_message: dict[str, list[str]] = {wamid: [] for wamid in wamids}
    for item in stand_in.listener.items("statuses"):
        by_message[item["id"]].append(item["status"])
    assert set(map(tuple, by_message.values())) == {("sent", "delivered", "read")}
    sizes = [
        sum(len(change["value"]["statuses"]) for entry in json.loads(post.content)["entry"]
            for change in entry["changes"])
        for post in stand_in.listener.posts
    ]  # fmt: skip
    assert max(sizes) == (batch if batch < 8 else max(sizes)) <= batch


async def test_disorder_and_repeats_lose_nothing(start: StartBench) -> None:
    travel = Travel(disorder=True, repeat=0.5, pace=0)
    async with start(script={"everyone": {"fate": "read"}}, travel=travel, batch=5) as stand_in:
        wamids = [await send(stand_in, f"+4477009{number:05}") for number in range(60)]
        await stand_in.rest()
        delivered = await stand_in.log("delivered")
    seen = [(item["id"], item["status"]) for item in stand_in.listener.items("statuses")]
    assert set(seen) == {(wamid, status) for wamid in wamids for status in ("sent", "delivered", "read")}
    assert len(seen) > len(set(seen))
    assert any(seen.index((wamid, "read")) < seen.index((wamid, "sent")) for wamid in wamids)
    assert len(delivered) == 60


async def test_script_is_merged_at_run_time(stand_in: Bench) -> None:
    merged = await stand_in.post("/_simulator/script", script(fate="failed", code=131026))
    assert merged.json() == {"success": True}
    await send(stand_in)
    await stand_in.rest()
    assert [one["status"] for one in stand_in.listener.items("statuses")] == ["failed"]
    refused = await stand_in.post("/_simulator/script", script(fate="lost"))
    assert refused.status_code == 400
    assert "fate" in refused.json()["fault"]


async def test_any_webhook_can_be_posted(stand_in: Bench) -> None:
    stand_in.listener.statuses[:] = [200, 401, 0]
    change = {"field": "account_update", "value": {"event": "ACCOUNT_RESTRICTION"}}
    assert (await stand_in.post("/_simulator/webhook", change)).json() == {"status": 200}
    raw = b'{ "entry": "odd",\n "caf\xc3\xa9": 1 }'
    assert (await stand_in.client.post("/_simulator/webhook", content=raw)).json() == {"status": 401}
    assert (await stand_in.client.post("/_simulator/webhook", content=b"no JSON")).json() == {"status": None}
    wrapped, untouched = stand_in.listener.posts
    (entry,) = json.loads(wrapped.content)["entry"]
    assert entry["id"] == "102290129340398"
    assert entry["changes"] == [change]
    assert untouched.content == raw
    assert untouched.headers["X-Hub-Signature-256"] == signature(APP_SECRET, raw)
