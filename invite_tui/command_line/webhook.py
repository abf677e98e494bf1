"""`invite-tui webhook`: telling Meta where the listener is, without the dashboard."""

import asyncio
from collections.abc import Iterator

import click

from invite_core.operations.subscription import WhoHears, subscribe, who_hears
from invite_tui.command_line.exit_codes import REFUSED
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def webhook() -> None:
    """Tell Meta where the listener is, and see what Meta has."""


@webhook.command("subscribe")
@click.argument("address", required=False)
def subscribe_(address: str | None) -> None:
    """Let Meta call ADDRESS (https://…/webhook, the tunnel's), for all that the listener acts on.

    The listener and the tunnel have to run: Meta calls at once. Without ADDRESS the one that Meta has now is kept
    and the fields are completed.
    """
    shared = session()
    _show(asyncio.run(subscribe(shared.settings, address, by=shared.operator)))


@webhook.command("status")
def status() -> None:
    """Show which app hears of the account, where and what; exit code 1 if no message would be heard of."""
    heard = asyncio.run(who_hears(session().settings))
    _show(heard)
    if not (heard.subscribed and heard.active and heard.callback and "messages" in heard.fields):
        raise click.exceptions.Exit(REFUSED)


def _show(heard: WhoHears) -> None:
    session().document(heard.as_json(), _lines(heard))


def _lines(heard: WhoHears) -> Iterator[str]:
    if not heard.subscribed:
        yield f"The app “{heard.app}” does not hear of the account: invite-tui webhook subscribe ADDRESS"
        return
    yield f"The app “{heard.app}” hears of the account at {heard.callback or 'no address yet'}."
    if heard.app_callback and heard.app_callback != heard.callback:
        yield f"News of templates and of the account go to {heard.app_callback}."
    if heard.app_callback and not heard.active:
        yield "Meta has turned the app's webhook off: invite-tui webhook subscribe"
    yield f"Fields: {', '.join(heard.fields) or 'none'}."
    if heard.missing:
        yield f"Not heard: {', '.join(heard.missing)}."
