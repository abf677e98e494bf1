"""What every route of the Graph API looks at first: who asks, for which object, with which parameters."""

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from graph_simulator import tokens
from graph_simulator.account import ACCOUNT_KIND, NUMBER_KIND
from graph_simulator.graph_error import GraphError, nonexisting_field, unknown_object
from graph_simulator.simulator import Simulator
from graph_simulator.standing import MANAGEMENT
from graph_simulator.tokens import Bearer

VERSIONS = re.compile(r"v2[1-6]\.0")
"""The versions that are in force in November 2026 (Meta, docs/graph-api/changelog)."""


def simulator_of(request: Request) -> Simulator:
    """The stand-in that is asked."""
    simulator: Simulator = request.app.state.simulator
    return simulator


def bearer_of(request: Request) -> Bearer:
    """Who asks. Raises `GraphError`."""
    return tokens.bearer(simulator_of(request).account, request.headers.get("Authorization", ""))


def require_object(request: Request, object_id: str, *, edge: str = "", scope: str = MANAGEMENT) -> None:
    """Raise `GraphError` unless the account's token, with the permission `scope`, asks for this very object.

    `edge` is what is read of it; another kind of node has none of that name.
    """
    account = simulator_of(request).account
    asks = bearer_of(request)
    named = request.path_params["object_id"]
    if not VERSIONS.fullmatch(request.path_params["version"]) or asks is not Bearer.ACCOUNT:
        raise unknown_object(request.method, named)
    kinds = {account.sender.waba_id: ACCOUNT_KIND, account.sender.phone_number_id: NUMBER_KIND}
    if named != object_id and named in kinds and edge and request.method == "GET":
        raise nonexisting_field(edge, kinds[named])
    targets = account.standing.token.targets
    if named != object_id or (targets is not None and account.sender.waba_id not in targets):
        raise unknown_object(request.method, named)
    tokens.require_scope(account, scope)


def require_app(request: Request) -> None:
    """Raise `GraphError` unless the app itself asks for itself, with its secret."""
    asks = bearer_of(request)
    named = request.path_params["object_id"]
    if named != simulator_of(request).account.hearing.app_id:
        raise unknown_object(request.method, named)
    if asks is not Bearer.APP:
        raise GraphError(15, sentence="This method must be called with an app access_token.")


async def json_of(request: Request) -> object:
    """The body as JSON; what is no JSON counts as no parameters, as with Meta."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return None
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None


async def parameters_of(request: Request) -> Mapping[str, Any]:
    """The parameters of the address and of a JSON body."""
    body = await json_of(request)
    return {**request.query_params, **(body if isinstance(body, dict) else {})}
