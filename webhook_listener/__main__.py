"""Where `webhook-listener` and `python -m webhook_listener` begin."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from invite_core.errors import InviteError
from invite_core.settings import Settings
from webhook_listener.log import start_logging
from webhook_listener.server import serve

_VARIABLES = """It reads these variables, from the environment, .env or the file that `invite-tui init` writes:
  INVITE_DB, INVITE_LISTEN_HOST, INVITE_LISTEN_PORT   where the options above are not given
  INVITE_APP_SECRET            the app's secret, with which Meta signs; needed
  INVITE_APP_SECRET_PREVIOUS   the secret before, while it is changed
  INVITE_VERIFY_TOKEN          the word that Meta repeats in its handshake; needed
  INVITE_HEALTH_PORT           the port of /healthz and /readyz (8081; 0 for none)
  INVITE_PHONE_NUMBER_ID       the id of the number that you write from; needed
  INVITE_WABA_ID               the account's id; where set, what is told of another is kept aside
  INVITE_KEYRING               whether the secrets are in the system's keyring"""


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
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_VARIABLES,
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
