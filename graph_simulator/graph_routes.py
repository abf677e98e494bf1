"""The routes of the Graph API that the product uses, answered as Meta does."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from graph_simulator import media_routes, subscription_routes
from graph_simulator.asking import bearer_of, json_of, require_object, simulator_of
from graph_simulator.fate import Fate
from graph_simulator.graph_error import GraphError, unknown_object
from graph_simulator.killing import Killing, Moment
from graph_simulator.simulator import CutConnection
from graph_simulator.standing import MESSAGING


async def send_message(request: Request) -> Response:
    """`POST /{version}/{phone number id}/messages`."""
    simulator = simulator_of(request)
    require_object(request, simulator.account.sender.phone_number_id, scope=MESSAGING)
    dies = simulator.killing.next_post()
    if dies in (Moment.BEFORE_READING, Moment.MID_BODY):
        simulator.killing.kill()
    if dies is Moment.MID_BODY:
        return await _never_answer(request)
    body = await json_of(request)
    media_routes.require_uploaded(request, body)
    ending = simulator.intake.take(body, time.monotonic())
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
    account = simulator_of(request).account
    require_object(request, account.sender.waba_id, edge="message_templates")
    address = str(request.url.replace(query=""))
    return JSONResponse(account.template_page(dict(request.query_params), address))


async def node(request: Request) -> Response:
    """`GET /{version}/{id}` of the phone number or the account."""
    account = simulator_of(request).account
    fields = request.query_params.get("fields")
    if request.path_params["object_id"] == account.sender.waba_id:
        require_object(request, account.sender.waba_id)
        return JSONResponse(account.waba_node(fields))
    require_object(request, account.sender.phone_number_id)
    return JSONResponse(account.number_node(fields))


async def unknown_path(request: Request) -> Response:
    """Anything else: the token is looked at first, as everywhere."""
    bearer_of(request)
    raise unknown_object(request.method, request.url.path.strip("/"))


async def refuse(request: Request, error: Exception) -> Response:
    """`GraphError` as an answer."""
    if not isinstance(error, GraphError):
        raise error
    return JSONResponse(error.body("A" + secrets.token_urlsafe(16)), status_code=error.http_status)


ROUTES = (
    Route("/{version}/{object_id}/messages", send_message, methods=["POST"]),
    Route("/{version}/{object_id}/message_templates", list_templates, methods=["GET"]),
    *media_routes.ROUTES,
    *subscription_routes.ROUTES,
    Route("/{version}/{object_id}", node, methods=["GET"]),
    Route("/{path:path}", unknown_path, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
)


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
