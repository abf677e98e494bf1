"""The routes for whoever runs the stand-in: its log, its rest, its script, its postman. Not Meta's."""

import json
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph_simulator.killing import Moment
from graph_simulator.script import ScriptFault
from graph_simulator.simulator import Simulator
from graph_simulator.webhook_bodies import encode, single


async def log(request: Request) -> Response:
    """`GET /_simulator/log[?kind=…]`: the entries; webhook posts only with `kind=webhook`."""
    return JSONResponse(_simulator(request).log.entries(request.query_params.get("kind")))


async def idle(request: Request) -> Response:
    """`GET /_simulator/idle`: how many updates are still to be acknowledged."""
    return JSONResponse({"pending": _simulator(request).pending})


async def script(request: Request) -> Response:
    """`POST /_simulator/script`: merge a script into the one in force."""
    try:
        _simulator(request).script.merge(json.loads(await request.body()))
    except (ScriptFault, json.JSONDecodeError, UnicodeDecodeError) as error:
        return JSONResponse({"fault": str(error)}, status_code=400)
    return JSONResponse({"success": True})


async def webhook(request: Request) -> Response:
    """`POST /_simulator/webhook`: sign and post once; `{"status": …}` is the listener's, null if unreached.

    A body with `field` and `value` is wrapped as Meta wraps it; any other is posted byte by byte.
    """
    simulator = _simulator(request)
    content = await request.body()
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if isinstance(document, dict) and set(document) == {"field", "value"}:
        sender = simulator.account.sender
        content = encode(single(sender, str(document["field"]), document["value"], int(time.time())))
    return JSONResponse({"status": await simulator.deliverer.post(content)})


async def standing(request: Request) -> Response:
    """`POST /_simulator/standing`: change how account, token and app stand; `GET`: how they do."""
    account = _simulator(request).account
    if request.method == "POST":
        try:
            account.standing = account.standing.merged(json.loads(await request.body()))
        except ValueError as error:
            return JSONResponse({"fault": str(error)}, status_code=400)
    return JSONResponse(account.standing.model_dump())


async def pause(request: Request) -> Response:
    """`POST /_simulator/pause`: let webhooks pile up."""
    _simulator(request).deliverer.pause()
    return JSONResponse({"success": True})


async def resume(request: Request) -> Response:
    """`POST /_simulator/resume`: deliver again."""
    _simulator(request).deliverer.resume()
    return JSONResponse({"success": True})


async def kill(request: Request) -> Response:
    """`POST /_simulator/kill`: `{"pid", "moment", "nth"}` kills the client at that moment of its nth POST
    from now on; `{}` takes it back."""
    killing = _simulator(request).killing
    try:
        asked = json.loads(await request.body())
        if asked:
            killing.arm(pid=int(asked["pid"]), moment=Moment(asked["moment"]), nth=int(asked["nth"]))
        else:
            killing.disarm()
    except (ValueError, KeyError, TypeError) as error:
        return JSONResponse({"fault": str(error)}, status_code=400)
    return JSONResponse({"success": True})


ROUTES = (
    Route("/_simulator/log", log, methods=["GET"]),
    Route("/_simulator/idle", idle, methods=["GET"]),
    Route("/_simulator/script", script, methods=["POST"]),
    Route("/_simulator/standing", standing, methods=["GET", "POST"]),
    Route("/_simulator/webhook", webhook, methods=["POST"]),
    Route("/_simulator/pause", pause, methods=["POST"]),
    Route("/_simulator/resume", resume, methods=["POST"]),
    Route("/_simulator/kill", kill, methods=["POST"]),
)


def _simulator(request: Request) -> Simulator:
    simulator: Simulator = request.app.state.simulator
    return simulator
