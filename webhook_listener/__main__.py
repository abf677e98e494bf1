"""Where `webhook-listener` and `python -m webhook_listener` begin."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from invite_core.errors import InviteError
from invite_core.settings import Settings
from webhook_listener.log import start_logging
from webhook_listener.server import serve


def run(arguments: Sequence[str]) -> int:
    """Run the listener with these arguments; the exit code: 0 ended, 1 refused, 2 wrong usage, 130 interrupted."""
    chosen = parser().parse_args(arguments)
    start_logging()
    try:
        settings = Settings.load()
        given = {"db": chosen.db, "listen_host": chosen.host, "listen_port": chosen.port}
        return serve(settings.model_copy(update={k: v for k, v in given.items() if v is not None}))
    except InviteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """What the program may be told when it is started."""
    known = argparse.ArgumentParser(
        prog="webhook-listener",
        description="Hears what Meta says about the messages that were sent, and what people answer.",
        epilog="Everything else is set by INVITE_ variables, in the environment or in .env; see the README.",
    )
    known.add_argument("--db", type=Path, metavar="PATH", help="the database (INVITE_DB)")
    known.add_argument("--host", metavar="H", help="where to bind (INVITE_LISTEN_HOST)")
    known.add_argument("--port", type=_port, metavar="P", help="the port (INVITE_LISTEN_PORT)")
    return known


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is no port")


def main() -> None:
    """Run the program with this process's arguments and end it with the exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
