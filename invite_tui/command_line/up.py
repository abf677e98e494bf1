"""`invite-tui up`: the one thing to start. The listener and a tunnel, kept running, and the screen over them."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from invite_core.errors import InviteError
from invite_core.settings import APPLICATION, Settings
from invite_tui.command_line.output import say
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session
from invite_tui.command_line.stopping import heeding_signals
from invite_tui.up.keeper import Keeper
from invite_tui.up.tunnels import TUNNELS, Tunnel

if TYPE_CHECKING:
    from invite_tui.app import InviteApp

_LARGEST_LOG = 1 << 20


class CannotKeepUp(InviteError):
    """Something is missing without which nothing can be kept up."""


@click.command("up", cls=Command)
@click.option(
    "--tunnel",
    type=click.Choice(["none", *(each.name for each in TUNNELS)]),
    help="The tunnel to start. Left out: none where Meta reaches the listener already, else the first that is found.",
)
@click.option("--no-screen", is_flag=True, help="Keep everything running without the screen, until stopped.")
def up(tunnel: str | None, no_screen: bool) -> None:
    """Start the listener and a tunnel, keep both running, and open the screen.

    Meta is told the tunnel's address whenever it changes. Quitting the screen ends everything again.
    """
    shared = session()
    settings = shared.settings
    shared.operator.may_act("start the listener")
    settings.require("phone_number_id", "waba_id", "access_token", "app_secret", "verify_token")
    if not settings.listen_port:
        raise CannotKeepUp(
            "INVITE_LISTEN_PORT is 0, and a tunnel has to know the port.", "Set it to 8080, say."
        )
    chosen = _chosen(tunnel, settings.listen_port)
    without_screen = no_screen or shared.json
    if not (without_screen or is_interactive()):
        raise click.UsageError("The screen needs a terminal; say --no-screen to go without it.")
    with shared.store():
        pass  # what is wrong with the file is said here, not by the listener
    if without_screen:
        _keep_up_alone(shared, chosen, choose=tunnel is None)
        return
    from invite_tui.running import run_app

    run_app(settings, beside=partial(_beside, settings, chosen, tunnel is None))


def _chosen(name: str | None, port: int) -> Tunnel | None:
    tunnel = next((each for each in TUNNELS if each.name == name), None)
    if tunnel is not None and tunnel.command(port) is None:
        raise CannotKeepUp(
            f"{tunnel.name} is not installed, or not on the PATH.",
            "Install it, or choose another with --tunnel (docs/listener.md compares them).",
        )
    return tunnel


def _keep_up_alone(shared: Session, tunnel: Tunnel | None, *, choose: bool) -> None:
    told: list[str | None] = []

    def ready(address: str | None) -> None:
        if shared.json and not told:
            shared.document({"address": address}, [])
        told.append(address)

    keeper = Keeper(shared.settings, tunnel, choose=choose, tell=say, log=say, ready=ready)
    stop = asyncio.Event()
    asyncio.run(heeding_signals(stop, keeper.keep_up(stop), lambda: f"Ending {keeper.kept()}."))


def _beside(
    settings: Settings, tunnel: Tunnel | None, choose: bool, app: "InviteApp"
) -> AbstractContextManager[None]:
    from invite_tui.up.beside import beside, show

    @contextmanager
    def around() -> Iterator[None]:
        with _log() as write:

            def tell(sentence: str) -> None:
                write(sentence)
                show(app, sentence)

            keeper = Keeper(settings, tunnel, choose=choose, tell=tell, log=write, ready=lambda _: None)
            with beside(app, keeper.keep_up):
                yield
            say(f"Ended: {keeper.kept()}.")

    return around()


def log_file() -> Path:
    """Where the listener's log and what was told go while the screen is open, in the platform's folder for logs."""
    return platformdirs.user_log_path(APPLICATION) / "up.log"


@contextmanager
def _log() -> Iterator[Callable[[str], object]]:
    """The log, open for writing lines; begun anew once it is large. Without a place for it, nothing is kept."""
    place = log_file()
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(place, flags, 0o600)
    except OSError:
        yield lambda line: None
        return
    with open(descriptor, "a", encoding="utf-8", errors="backslashreplace", buffering=1) as log:
        if os.fstat(descriptor).st_size > _LARGEST_LOG:
            log.truncate(0)
        yield lambda line: log.write(f"{line}\n")
