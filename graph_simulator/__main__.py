"""`python -m graph_simulator`: serve the stand-in on loopback until SIGTERM.

Prints one line, `{"port": n}`, once it accepts connections.
"""

import argparse
import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from graph_simulator.app import build_app
from graph_simulator.arrival import Travel
from graph_simulator.script import Script
from graph_simulator.simulator import Setup
from graph_simulator.standing import Standing
from graph_simulator.webhook_bodies import MAX_UPDATES, Sender

LOOPBACK = "127.0.0.1"


class Server(uvicorn.Server):
    """Says on which port it listens, and can cut a client off."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the port."""
        await super().startup(sockets)
        if sockets and self.started:
            sys.stdout.write(json.dumps({"port": sockets[0].getsockname()[1]}) + "\n")
            sys.stdout.flush()

    def cut(self, client: tuple[str, int]) -> None:
        """Close the connection of `client` without an answer."""
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport | None = getattr(connection, "transport", None)
            if transport is not None and getattr(connection, "client", None) == client:
                transport.close()


def main(arguments: list[str] | None = None) -> None:
    """Parse `arguments` (the process's own by default) and serve."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        setup = _setup(options)
    except (OSError, ValueError, KeyError) as error:
        parser.error(str(error))
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, options.port))
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    with listening:
        _server(setup).run([listening])


def _server(setup: Setup) -> Server:
    late: list[Server] = []
    app: ASGIApp = build_app(setup, cut_connection=lambda client: late[0].cut(client))
    # A message that must never be answered keeps its connection; one second is enough to end the others.
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="on",
        ws="none",
        date_header=False,  # the stand-in writes the time itself
        timeout_graceful_shutdown=1,
    )
    late.append(Server(config))
    return late[0]


def _end(number: int, frame: FrameType | None) -> None:
    """A signal before the server is up, or after it has shut down: a clean end."""
    raise SystemExit(0)


def _setup(options: argparse.Namespace) -> Setup:
    script = _read(options.script) if options.script else None
    Script(seed=options.seed).merge(script or {})
    return Setup(
        access_token=options.access_token,
        app_secret=options.app_secret,
        sender=Sender(options.waba_id, options.phone_number_id, options.own_number.lstrip("+")),
        templates=_read(options.templates)["data"] if options.templates else (),
        app_id=options.app_id,
        callback_url=options.callback_url,
        standing=Standing().merged(_read(options.standing)) if options.standing else Standing(),
        log=options.log,
        seed=options.seed,
        script=script,
        travel=Travel(disorder=options.disorder, repeat=options.repeat, pace=options.pace),
        batch=options.batch,
        round_trip_s=options.round_trip_ms / 1000,
        limit=options.limit,
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="graph_simulator", description="A stand-in for Meta's WhatsApp Cloud API on loopback."
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 for any free port")
    add("--access-token", required=True)
    add("--app-secret", required=True)
    add("--phone-number-id", required=True)
    add("--waba-id", required=True)
    add("--own-number", default="15550783881", help="the business's number, which nobody else may have")
    add("--app-id", default="670843887433847", help="the app that the secret belongs to")
    add("--callback-url", help="where webhooks go; without it nobody is subscribed")
    add("--standing", type=Path, help="JSON: what is wrong with the account, its token or its app")
    add("--templates", type=Path, help="JSON like Meta's list of templates")
    add("--log", type=Path, help="append-only file of what really happened, one JSON object a line")
    add("--seed", type=int, default=1, help="decides what becomes of everybody's messages")
    add("--pace", type=_not_negative, default=1.0, help="scales all delays; 0 for none")
    add("--script", type=Path, help="JSON: chosen recipients and what becomes of their messages")
    add("--disorder", action="store_true", help="webhooks overtake each other")
    add("--repeat", type=_not_negative, default=0.0, help="further copies of each update, or a probability")
    add("--batch", type=_batch, default=MAX_UPDATES, help="most updates in one webhook")
    add("--round-trip-ms", type=_not_negative, default=0.0, help="how long an answer takes")
    add("--limit", type=int, help="messages a second above which Meta refuses (130429)")
    return parser


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError
    return value


def _batch(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MAX_UPDATES:
        raise ValueError
    return value


if __name__ == "__main__":
    main()
