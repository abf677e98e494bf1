"""`invite-tui serve`: the screen in a browser, for whoever has the address with its token."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from socket import gethostname
from typing import TYPE_CHECKING

import click

from browser_server.admission import Admission, is_loopback, new_token
from invite_core.errors import InviteError
from invite_core.operators import Role
from invite_tui.command_line.defects import noted
from invite_tui.command_line.output import say
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, session
from invite_tui.command_line.stopping import heeding_signals

if TYPE_CHECKING:
    from browser_server.server import BrowserServer

PORT = 8082
"""The one after the listener's two."""

SESSIONS = 4
"""So many may be open at a time, where nothing else is said; each is a program of its own."""

OPEN_TO_OTHERS = (
    "Other computers can reach this address, and nothing on the way is encrypted: whoever can listen there reads "
    "along and learns the token. Leave out --host and come in by SSH or Tailscale instead (docs/browser.md)."
)


class ServingFault(InviteError):
    """The screen cannot be served."""


@click.command("serve", cls=Command)
@click.option("--read-only", is_flag=True, help="Visitors look and change nothing.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to answer.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: one that is free."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name that a proxy in front has; may be repeated.",
)
@click.option(
    "--sessions", type=click.IntRange(1, 64), default=SESSIONS, show_default=True, help="So many at a time."
)
def serve(read_only: bool, host: str, port: int, names: tuple[str, ...], sessions: int) -> None:
    """Show the screen in a browser, until stopped, to whoever has the address that is printed."""
    shared = session()
    shared.read_only = shared.read_only or read_only
    if find_spec("textual_serve") is None:
        raise ServingFault(
            "The screen in a browser needs textual-serve, which is not installed.",
            'Run `python -m pip install "textual-serve>=1.1.3"` where this program is installed.',
        )
    from browser_server.server import BrowserServer

    with shared.store():
        pass  # what is wrong with the file is said here, not to the first visitor
    admission = Admission.at(host, _called(host, names), new_token())
    server = BrowserServer(
        _program(shared),
        admission,
        most=sessions,
        title="Invitations",
        report=lambda error: say(str(noted(error))),
    )
    if not is_loopback(host):
        say(OPEN_TO_OTHERS)
    asyncio.run(_until_stopped(server, host, port, lambda bound: _announce(shared, host, bound, admission)))


def _program(shared: Session) -> Sequence[str]:
    """What each visitor gets: this program, over this file, in this role."""
    role = ["--read-only"] if shared.operator.role is Role.VIEWER else []
    return [sys.executable, "-m", "invite_tui", *role, "--db", str(shared.settings.db)]


async def _until_stopped(
    server: "BrowserServer", host: str, port: int, ready: Callable[[int], object]
) -> None:
    stop = asyncio.Event()
    try:
        await heeding_signals(stop, server.serve(host, port, stop, ready), "Closing the sessions.")
    except OSError as error:
        why = error.strerror or "no such address"
        raise ServingFault(
            f"Nothing can answer at {host}, port {port} ({why}).", "Choose another with --host or --port."
        ) from None


def _called(host: str, names: Sequence[str]) -> Sequence[str]:
    own = gethostname()
    return names if is_loopback(host) else [*names, own, f"{own}.local"]


def _announce(shared: Session, host: str, port: int, admission: Admission) -> None:
    address = f"http://{_shown(host)}:{port}/{admission.token}/"
    looking = shared.operator.role is Role.VIEWER
    shared.document(
        {"address": address, "read_only": looking},
        [
            f"Open this address in a browser: {address}",
            "Whoever has it sees everything in the file, and changes nothing."
            if looking
            else "Whoever has it can do everything that you can, sending included. With --read-only they only look.",
            "It holds until you stop this with Ctrl+C.",
        ],
    )


def _shown(host: str) -> str:
    """The host as it stands in an address; of a computer that answers everywhere, its name."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return gethostname()
    return f"[{host}]" if address.version == 6 else host
