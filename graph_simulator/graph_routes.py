"""The routes of the Graph API that the product uses, answered as Meta does."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from graph_simulator.fate import Fate
from graph_simulator.graph_error import GraphError, unknown_object
from graph_simulator.handshake import check_callback
from graph_simulator.killing import Killing, Moment
from graph_simulator.simulator import CutConnection, Simulator

VERSIONS = re.compile(r"v2[1-6]\.0")
"""The versions that are in force in November 2026 (Meta, docs/graph-api/changelog)."""
MAX_CALLBACK_URI = 200


async def send_message(request: Request) -> Response:
    """`POST /{version}/{phone number id}/messages`."""
    simulator = _simulator(request)
    _require_object(request, simulator.account.sender.phone_number_id)
    dies = simulator.killing.next_post()
    if dies in (Moment.BEFORE_READING, Moment.MID_BODY):
        simulator.killing.kill()
    if dies is Moment.MID_BODY:
        return await _never_answer(request)
    ending = simulator.intake.take(await _json(request), time.monotonic())
    if simulator.round_trip_s:
        await asyncio.sleep(simulator.round_trip_s)
    if dies is Moment.BEFORE_ANSWER:
        simulator.killing.kill()
    match ending.fate:
        case Fate.NO_ANSWER:
            return await _never_answer(request)
        case Fate.CLOSED:
            _cut(request)
            return await _never_answer(request)
        case Fate.SERVER_ERROR:
            return PlainTextResponse("Internal Server Error", status_code=500)
        case _ if dies is Moment.MID_ANSWER:
            return _half_answer(ending.answer, simulator.killing)
        case _:
            return JSONResponse(ending.answer)


async def list_templates(request: Request) -> Response:
    """`GET /{version}/{waba}/message_templates`, in pages."""
    account = _simulator(request).account
    _require_object(request, account.sender.waba_id)
    address = str(request.url.replace(query=""))
    return JSONResponse(account.template_page(dict(request.query_params), address))


async def node(request: Request) -> Response:
    """`GET /{version}/{id}` of the phone number or the account."""
    account = _simulator(request).account
    fields = request.query_params.get("fields")
    if request.path_params["object_id"] == account.sender.waba_id:
        _require_object(request, account.sender.waba_id)
        return JSONResponse(account.waba_node(fields))
    _require_object(request, account.sender.phone_number_id)
    return JSONResponse(account.number_node(fields))


async def subscribed_apps(request: Request) -> Response:
    """`GET|POST|DELETE /{version}/{waba}/subscribed_apps`; an override's callback is asked at once."""
    account = _simulator(request).account
    _require_object(request, account.sender.waba_id)
    if request.method == "GET":
        return JSONResponse({"data": account.subscriptions()})
    if request.method == "DELETE":
        account.unsubscribe()
        return JSONResponse({"success": True})
    body = await _json(request)
    asked: Mapping[str, Any] = {**request.query_params, **(body if isinstance(body, dict) else {})}
    override = asked.get("override_callback_uri")
    if override is not None:
        await check_callback(_callback_uri(override), _verify_token(asked.get("verify_token")))
    account.subscribe(override)
    return JSONResponse({"success": True})


async def unknown_path(request: Request) -> Response:
    """Anything else: the token is looked at first, as everywhere."""
    _require_token(request)
    raise unknown_object(request.method, request.url.path.strip("/"))


async def refuse(request: Request, error: Exception) -> Response:
    """`GraphError` as an answer."""
    if not isinstance(error, GraphError):
        raise error
    return JSONResponse(error.body("A" + secrets.token_urlsafe(16)), status_code=error.http_status)


ROUTES = (
    Route("/{version}/{object_id}/messages", send_message, methods=["POST"]),
    Route("/{version}/{object_id}/message_templates", list_templates, methods=["GET"]),
    Route("/{version}/{object_id}/subscribed_apps", subscribed_apps, methods=["GET", "POST", "DELETE"]),
    Route("/{version}/{object_id}", node, methods=["GET"]),
    Route("/{path:path}", unknown_path, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
)


def _simulator(request: Request) -> Simulator:
    simulator: Simulator = request.app.state.simulator
    return simulator


def _require_object(request: Request, object_id: str) -> None:
    _require_token(request)
    named = request.path_params["object_id"]
    if not VERSIONS.fullmatch(request.path_params["version"]) or named != object_id:
        raise unknown_object(request.method, named)


def _require_token(request: Request) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GraphError(104)
    if token != _simulator(request).account.access_token:
        raise GraphError(190)


async def _json(request: Request) -> object:
    """The body as JSON; what is no JSON counts as no parameters, as with Meta."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None


async def _never_answer(request: Request) -> Response:
    """Wait until the client has gone; what is returned then reaches nobody."""
    try:
        while (await request.receive())["type"] != "http.disconnect":
            continue
    except asyncio.CancelledError:
        # The server is ending, and would answer 500 to whoever still waits.
        _cut(request)
        raise
    return Response(status_code=500)


def _half_answer(answer: Mapping[str, Any], killing: Killing) -> Response:
    """An answer whose reader dies when half of it has left."""
    content = json.dumps(answer).encode()
    half = len(content) // 2

    async def halves() -> AsyncIterator[bytes]:
        yield content[:half]
        killing.kill()
        yield content[half:]

    return StreamingResponse(
        halves(), media_type="application/json", headers={"content-length": str(len(content))}
    )


def _cut(request: Request) -> None:
    cut: CutConnection | None = request.app.state.cut_connection
    if cut is not None and request.client is not None:
        cut((request.client.host, request.client.port))


def _callback_uri(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CALLBACK_URI:
        raise GraphError(100, f"Param override_callback_uri must have 1 to {MAX_CALLBACK_URI} characters")
    return value


def _verify_token(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise GraphError(100, sentence="The parameter verify_token is required.")
    return value
