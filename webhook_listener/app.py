"""The two applications: the webhook, which the world reaches, and the health of the process, which it does not."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from webhook_listener.endpoint import Webhook, answered
from webhook_listener.health import Health
from webhook_listener.writer import Writer

WEBHOOK_PATH = "/webhook"


def webhook_app(webhook: Webhook) -> Starlette:
    """The public application: one path, and 404 for every other."""
    return _application(Route(WEBHOOK_PATH, webhook))


def health_app(writer: Writer) -> Starlette:
    """The application on the second port: `/healthz` and `/readyz`."""
    health = Health(writer)
    return _application(Route("/healthz", health.healthz), Route("/readyz", health.readyz))


def _application(*routes: Route) -> Starlette:
    application = Starlette(routes=list(routes), exception_handlers={HTTPException: _refused})
    application.router.redirect_slashes = False
    return application


async def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return answered(status, headers={"allow": "GET"} if status == 405 else None)
