"""`invite-tui messages RUN` and `invite-tui timeline MESSAGE`."""

from collections.abc import Mapping
from typing import Any

import click

from invite_core import instants
from invite_core.lifecycle.states import State
from invite_core.views import message_timeline, run_messages
from invite_core.views.unconfirmed import explained, explained_timeline
from invite_tui.command_line.root import ROW_ID, Command
from invite_tui.command_line.session import session
from invite_tui.reasons import blocked_because


@click.command("messages", cls=Command)
@click.argument("run", type=ROW_ID)
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
def messages(run: int, state: str | None) -> None:
    """List the messages of a run, blocked ones included."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            explained(store, run_messages.messages(store, run, state=state), now=instants.now()),
            ("message", "name", "phone", "language", "state", "block_reasons", "error_code", "error_detail"),
            "No messages.",
            _in_words,
        )


def _in_words(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**document, "block_reasons": [blocked_because(each) for each in document["block_reasons"]]}


@click.command("timeline", cls=Command)
@click.argument("message", type=ROW_ID)
def timeline(message: int) -> None:
    """Show everything that happened to one message."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            explained_timeline(store, message, message_timeline.timeline(store, message), now=instants.now()),
            ("at", "provider_at", "from", "to", "outcome", "cause"),
            "Nothing has happened yet.",
        )
