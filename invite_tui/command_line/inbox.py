"""`invite-tui inbox`: what guests wrote, and dealing with it."""

import click

from invite_core import instants
from invite_core.delivery import inbox as core
from invite_core.views.inbox import waiting
from invite_tui.command_line.root import ROW_ID, Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def inbox() -> None:
    """Read what guests wrote, and deal with it."""


@inbox.command("list")
def list_() -> None:
    """List what waits: texts, and what may mean stop."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            waiting(store),
            ("reply", "at", "status", "name", "profile_name", "phone", "event_name", "text"),
            "Nothing waits to be read.",
        )


@inbox.command("done")
@click.argument("reply", type=ROW_ID)
def done(reply: int) -> None:
    """Mark a text as dealt with; what may have meant stop holds nothing back any more."""
    shared = session()
    with shared.store() as store:
        core.done(store, reply, by=shared.operator, now=instants.now())
    shared.document({"reply": reply, "status": "done"}, [f"Reply {reply} is dealt with."])


@inbox.command("stop")
@click.argument("reply", type=ROW_ID)
def stop(reply: int) -> None:
    """Take a text for a stop: its sender is not messaged any more."""
    shared = session()
    with shared.store() as store:
        blocked = core.stop(store, reply, by=shared.operator, now=instants.now())
    shared.document(
        {"reply": reply, "status": "stop", "blocked": blocked},
        [f"Whoever wrote reply {reply} will not be messaged."],
    )
