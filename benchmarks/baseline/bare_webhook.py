"""The least that a webhook on Starlette can do: read the body and answer 200. Frozen; a process of its own.

uvicorn with httptools and uvloop. No signature, nothing parsed, nothing stored.
"""

import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def hook(request: Request) -> Response:
    """Read and answer."""
    await request.body()
    return Response()


def main() -> None:
    """Say the port, then serve."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    application = Starlette(routes=[Route("/webhook", hook, methods=["POST"])])
    config = uvicorn.Config(application, http="httptools", loop="uvloop", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
