"""The two applications: the webhook, which the world reaches, and the health of the process, which it does not."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from webhook_listener.answers import Answer, bare
from webhook_listener.endpoint import Webhook
from webhook_listener.health import Health
from webhook_listener.writer import Writer

WEBHOOK_PATH = "/webhook"


class PublicApp:
    """The public application: one path, and 404 for every other.

    Without a router: it would cost more than the rest of an answer does.
    """

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] == WEBHOOK_PATH:
            await self._webhook(scope, receive, send)
        else:
            await bare(404).send(send)

    def take_whole(self, scope: Scope, body: bytes, answer: Callable[[Answer], None]) -> bool:
        """Take a request that came whole, if it is one for `Webhook.take`, and say so."""
        if scope["path"] != WEBHOOK_PATH or scope["method"] != "POST":
            return False
        self._webhook.take(scope["headers"], body, answer)
        return True


def health_app(writer: Writer) -> Starlette:
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
