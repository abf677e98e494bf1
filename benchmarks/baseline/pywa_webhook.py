"""pywa's webhook with its check of the signature and a handler that does nothing. Frozen; a process of its own.

Nothing is stored; pywa handles an update after it has answered. Under uvicorn with httptools and uvloop,
silent. The arguments are the app's secret, the id of the phone number, and `fastapi` for the application that
pywa's documentation shows, or `own` for pywa's own, on Starlette.
"""

import importlib
import logging
import socket
import sys
from typing import Any

import uvicorn

MADE_UP = "made-up"


async def _ignore(_: object, __: object) -> None:
    """The handler."""


def main() -> None:
    """Say the port, then serve."""
    pywa: Any = importlib.import_module("pywa_async")
    handlers: Any = importlib.import_module("pywa_async.handlers")
    secret, phone_number_id, kind = sys.argv[1:]
    server: Any = importlib.import_module("fastapi").FastAPI() if kind == "fastapi" else None
    client = pywa.WhatsApp(
        phone_id=phone_number_id, token=MADE_UP, verify_token=MADE_UP, app_secret=secret, server=server,
        webhook_endpoint="/webhook", validate_updates=True,
    )  # fmt: skip
    client.add_handlers(handlers.MessageStatusHandler(_ignore))
    application = server or client._setup_and_get_starlette_app()
    logging.disable(logging.CRITICAL)
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(application, http="httptools", loop="uvloop", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
