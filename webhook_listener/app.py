"""The two applications: the webhook, which the world reaches, and the health of the process, which it does not."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from webhook_listener.answers import bare
from webhook_listener.endpoint import Webhook
from webhook_listener.health import Health
from webhook_listener.writer import Writer

WEBHOOK_PATH = "/webhook"


def webhook_app(webhook: Webhook) -> ASGIApp:
    """The public application: one path, and 404 for every other.

    Without a router: it would cost more than the rest of an answer does.
    """

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == WEBHOOK_PATH:
            await webhook(scope, receive, send)
        else:
            await bare(404).send(send)

    return application


def health_app(writer: Writer) -> ASGIApp:
    """The application on the second port: `/healthz` and `/readyz`."""
    health = Health(writer)
    application = Starlette(
        routes=[Route("/healthz", health.healthz), Route("/readyz", health.readyz)],
        exception_handlers={HTTPException: _refused},
    )
    application.router.redirect_slashes = False
    return application


async def _refused(_: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return Response(status_code=error.status_code, headers=error.headers)
    return Response(status_code=500)
