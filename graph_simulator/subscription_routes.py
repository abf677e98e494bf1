"""The routes about who hears of the account, and about the token: what a client sets up before it sends."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph_simulator import tokens
from graph_simulator.asking import (
    bearer_of,
    parameters_of,
    require_app,
    require_object,
    simulator_of,
)
from graph_simulator.graph_error import GraphError
from graph_simulator.handshake import check_callback
from graph_simulator.hearing import OBJECT, read_fields

MAX_CALLBACK_URI = 200


async def debug_token(request: Request) -> Response:
    """`GET /{version}/debug_token?input_token=…`, asked by a token of the same app or by the app itself."""
    bearer_of(request)
    input_token = request.query_params.get("input_token")
    if not input_token:
        raise GraphError(100, sentence="The parameter input_token is required")
    return JSONResponse(tokens.debugged(simulator_of(request).account, input_token))


async def phone_numbers(request: Request) -> Response:
    """`GET /{version}/{waba}/phone_numbers`."""
    account = simulator_of(request).account
    require_object(request, account.sender.waba_id, edge="phone_numbers")
    return JSONResponse({"data": account.number_list(request.query_params.get("fields"))})


async def subscribed_apps(request: Request) -> Response:
    """`GET|POST|DELETE /{version}/{waba}/subscribed_apps`; an override's callback is asked at once."""
    account = simulator_of(request).account
    require_object(request, account.sender.waba_id, edge="subscribed_apps")
    if request.method == "GET":
        return JSONResponse({"data": account.hearing.subscribed_apps()})
    if request.method == "DELETE":
        account.hearing.unsubscribe()
        return JSONResponse({"success": True})
    asked = await parameters_of(request)
    override = asked.get("override_callback_uri")
    if override is not None:
        await check_callback(
            _callback("override_callback_uri", override), _verify_token(asked.get("verify_token"))
        )
    account.hearing.subscribe(override)
    return JSONResponse({"success": True})


async def subscriptions(request: Request) -> Response:
    """`GET|POST /{version}/{app}/subscriptions`, asked by the app itself; the callback is asked at once."""
    require_app(request)
    account = simulator_of(request).account
    hearing = account.hearing
    if request.method == "GET":
        return JSONResponse({"data": hearing.subscriptions(request.path_params["version"])})
    asked = await parameters_of(request)
    if asked.get("object") != OBJECT:
        raise GraphError(100, sentence=f"Param object must be one of {{{OBJECT}}}")
    fields = read_fields(asked.get("fields"), account.standing.unknown_webhook_fields)
    callback = _callback("callback_url", asked.get("callback_url"))
    await check_callback(callback, _verify_token(asked.get("verify_token")))
    hearing.set_callback(callback, fields)
    return JSONResponse({"success": True})


ROUTES = (
    Route("/{version}/debug_token", debug_token, methods=["GET"]),
    Route("/{version}/{object_id}/phone_numbers", phone_numbers, methods=["GET"]),
    Route("/{version}/{object_id}/subscribed_apps", subscribed_apps, methods=["GET", "POST", "DELETE"]),
    Route("/{version}/{object_id}/subscriptions", subscriptions, methods=["GET", "POST"]),
)


def _callback(name: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CALLBACK_URI:
        raise GraphError(100, f"Param {name} must have 1 to {MAX_CALLBACK_URI} characters")
    return value


def _verify_token(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise GraphError(100, sentence="The parameter verify_token is required.")
    return value
