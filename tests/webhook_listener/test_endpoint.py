"""Every answer of the webhook (design, section 9)."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from invite_core.store import Store
from tests.delivery.rows import invite, message_row, payload
from tests.webhook_listener.conftest import LARGEST, PREVIOUS, TOKEN, signed
from webhook_listener.writer import Writer

pytestmark = pytest.mark.anyio

UNFITTING = (
    "An update was refused: its signature does not fit INVITE_APP_SECRET. "
    "Copy it again from App settings > Basic."
)


async def post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    """POST a signed body; further headers with underscores for dashes."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/webhook", content=body, headers={**signed(body), **more})


def receipts(store: Store) -> int:
    """How many receipts there are."""
    return int(store.value("SELECT count(*) FROM webhook_receipts"))


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    """A body without a declared length."""
    for piece in pieces:
        yield piece


async def never_ending() -> AsyncIterator[bytes]:
    """A body whose second half never comes."""
    yield b"{"
    await asyncio.Event().wait()


# ---------------------------------------------------------------- the handshake


async def shake(client: httpx.AsyncClient, **changed: str) -> httpx.Response:
    """Meta's handshake, with some values changed."""
    asked = {"mode": "subscribe", "challenge": "1158201444", "verify_token": TOKEN, **changed}
    return await client.get("/webhook", params={f"hub.{name}": value for name, value in asked.items()})


async def test_wrong_verify_token_is_logged_once_without_the_token(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        assert (await shake(client, verify_token="wrong")).status_code == 403
    assert (await client.get("/webhook")).status_code == 403
    assert [record.msg for record in caplog.records] == [
        "Meta's check was refused: the verify token in the dashboard is not INVITE_VERIFY_TOKEN."
    ]


async def test_handshake_gives_the_bare_challenge(client: httpx.AsyncClient) -> None:
    answer = await shake(client)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"verify_token": "wrong"}, 403),
        ({"verify_token": ""}, 403),
        ({"verify_token": TOKEN + "\u00e9"}, 403),
        ({"mode": "unsubscribe"}, 403),
        ({"challenge": "<script>"}, 400),
        ({"challenge": "1" * 257}, 400),
        ({"challenge": ""}, 400),
    ],
)
async def test_handshake_refuses_the_rest(
    client: httpx.AsyncClient, changed: dict[str, str], status: int
) -> None:
    answer = await shake(client, **changed)
    assert (answer.status_code, answer.text) == (status, "")


@pytest.mark.parametrize("query", ["", f"hub.verify_token={TOKEN}", "hub.mode=%ff", "a=1&" * 50])
async def test_handshake_refuses_odd_queries(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/webhook?{query}")).status_code == 403


async def test_handshake_refuses_a_doubled_token(client: httpx.AsyncClient) -> None:
    query = f"hub.mode=subscribe&hub.challenge=1&hub.verify_token={TOKEN}&hub.verify_token={TOKEN}"
    assert (await client.get(f"/webhook?{query}")).status_code == 403


# ---------------------------------------------------------------- what is taken in


async def test_update_is_committed_when_200_is_answered(client: httpx.AsyncClient, store: Store) -> None:
    invited = invite(store)
    answer = await post(client, payload("delivered"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert message_row(store, invited.message)["state"] == "delivered"
    counted = store.row("SELECT bodies, applied, last_update_at FROM listener_status")
    assert counted is not None
    assert (counted["bodies"], counted["applied"]) == (1, 1)
    assert counted["last_update_at"] is not None


async def test_signature_is_of_the_raw_bytes(client: httpx.AsyncClient, store: Store) -> None:
    assert (await post(client, payload("meta_escapes"))).status_code == 200
    assert store.value("SELECT body FROM replies") == "Das wäre schön / café @ 5% <3 🎉"


async def test_previous_secret_is_accepted(client: httpx.AsyncClient) -> None:
    body = payload("sent")
    answer = await client.post("/webhook", content=body, headers=signed(body, PREVIOUS))
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}'])
async def test_signed_but_not_understood_is_quarantined(
    client: httpx.AsyncClient, store: Store, body: bytes
) -> None:
    assert (await post(client, body)).status_code == 200
    assert store.value("SELECT outcome FROM webhook_receipts") == "quarantined"


async def test_another_number_is_ignored_with_200(client: httpx.AsyncClient, store: Store) -> None:
    assert (await post(client, payload("foreign"))).status_code == 200
    assert store.value("SELECT outcome FROM webhook_receipts") == "ignored"


async def test_body_in_pieces_is_taken_in(client: httpx.AsyncClient, store: Store) -> None:
    body = payload("text")
    answer = await client.post("/webhook", content=in_pieces(body[:99], body[99:]), headers=signed(body))
    assert answer.status_code == 200
    assert receipts(store) == 1


async def test_bodies_at_the_same_time_are_all_taken_in(client: httpx.AsyncClient, store: Store) -> None:
    text = payload("text")
    bodies = [text.replace(b"wamid.reply", b"wamid.%d" % number) for number in range(50)]
    answers = await asyncio.gather(*(post(client, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    assert store.value("SELECT count(*) FROM replies") == 50


# ---------------------------------------------------------------- what is refused


async def test_bad_missing_and_doubled_signatures_are_refused(
    client: httpx.AsyncClient, store: Store
) -> None:
    body = payload("sent")
    right = signed(body)["X-Hub-Signature-256"]
    for values in ([], ["sha256=" + "0" * 64], [right.upper()], [right, right], [right + ","]):
        headers = [("x-hub-signature-256", value) for value in values]
        answer = await client.post("/webhook", content=body, headers=headers)
        assert (answer.status_code, answer.content) == (401, b"")
    assert receipts(store) == 0


async def test_refused_signatures_are_counted_with_the_next_commit(
    client: httpx.AsyncClient, store: Store
) -> None:
    for _ in range(3):
        await client.post("/webhook", content=b"{}")
    assert store.value("SELECT refused_signatures FROM listener_status") == 0
    await post(client, b"{}")
    assert store.value("SELECT refused_signatures FROM listener_status") == 3


async def test_secret_that_does_not_fit_is_logged_once_and_reaches_the_file_with_the_next_beat(
    client: httpx.AsyncClient, store: Store, writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    body = payload("sent")
    for _ in range(3):
        answer = await client.post("/webhook", content=body, headers=signed(body, "another secret"))
        assert answer.status_code == 401
    assert [record.msg for record in caplog.records] == [UNFITTING]
    writer.stop()
    row = store.row("SELECT refused_in_a_row, last_refused_at, last_update_at FROM listener_status")
    assert row is not None
    assert (row["refused_in_a_row"], row["last_update_at"]) == (3, None)
    assert row["last_refused_at"] is not None


async def test_signature_that_fits_ends_the_row_of_those_that_do_not(
    client: httpx.AsyncClient, store: Store
) -> None:
    body = payload("sent")
    for _ in range(3):
        await client.post("/webhook", content=body, headers=signed(body, "another secret"))
    await post(client, body)
    row = store.row("SELECT refused_signatures, refused_in_a_row FROM listener_status")
    assert row is not None
    assert (row["refused_signatures"], row["refused_in_a_row"]) == (3, 0)


async def test_requests_that_nobody_signed_are_counted_but_no_sign_of_a_wrong_secret(
    client: httpx.AsyncClient, writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        await client.post("/webhook", content=b"{}")
    assert not writer.refuses_all()
    assert not caplog.records


async def test_slow_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/webhook", content=never_ending())
    assert answer.status_code == 408


async def test_body_that_is_too_large_is_refused_by_length_and_in_pieces(
    client: httpx.AsyncClient, store: Store
) -> None:
    large = b" " * (LARGEST + 1)
    assert (await post(client, large)).status_code == 413
    answer = await client.post(
        "/webhook", content=in_pieces(large[:LARGEST], large[LARGEST:]), headers=signed(large)
    )
    assert answer.status_code == 413
    assert (await post(client, b"{}", content_length=str(10**9))).status_code == 413
    assert (await post(client, b"{}", content_length="9" * 5000)).status_code == 413
    assert receipts(store) == 0


async def test_largest_body_is_taken_in(client: httpx.AsyncClient) -> None:
    assert (await post(client, b" " * LARGEST)).status_code == 200


async def test_encoded_body_is_refused(client: httpx.AsyncClient) -> None:
    assert (await post(client, b"{}", content_encoding="gzip")).status_code == 415
    assert (await post(client, b"{}", content_encoding="identity")).status_code == 200


async def test_length_with_transfer_encoding_is_refused(client: httpx.AsyncClient) -> None:
    answer = await post(client, b"{}", content_length="2", transfer_encoding="chunked")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/", "/webhook/", "/Webhook", "/healthz", "/readyz", "/webhook/x"])
async def test_other_paths_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        assert (await client.request(method, path)).status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_other_methods_are_not_allowed(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/webhook")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


async def test_no_answer_repeats_what_was_sent(client: httpx.AsyncClient) -> None:
    canary = b"canary-4711"
    for answer in (
        await client.post("/webhook", content=canary),
        await post(client, canary),
        await post(client, canary, content_encoding="canary-4711"),
        await client.get("/canary-4711"),
        await shake(client, verify_token="canary-4711"),
    ):
        assert canary not in answer.content
        assert "server" not in answer.headers


async def test_refusals_close_the_connection(client: httpx.AsyncClient) -> None:
    refused = await client.post("/webhook", content=b"{}")
    assert refused.headers["connection"] == "close"
    assert "connection" not in (await post(client, b"{}")).headers
