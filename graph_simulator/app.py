"""The Starlette application: Meta's routes and the control routes over one running stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from graph_simulator import control_routes, graph_routes
from graph_simulator.clock import Clock
from graph_simulator.graph_error import GraphError
from graph_simulator.simulator import CutConnection, Setup, running


def build_app(setup: Setup, *, cut_connection: CutConnection | None = None) -> Starlette:
    """The application; the stand-in lives as long as the application's lifespan.

    `cut_connection` ends the connection of a client, given by address; only a server can do that.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(setup) as simulator:
            app.state.simulator = simulator
            yield

    app: Starlette = Starlette(
        routes=[*control_routes.ROUTES, *graph_routes.ROUTES],
        exception_handlers={GraphError: graph_routes.refuse},
        lifespan=lifespan,
        middleware=[Middleware(Clock, ahead_s=lambda: app.state.simulator.account.standing.clock_ahead_s)],
    )
    app.state.cut_connection = cut_connection
    return app
