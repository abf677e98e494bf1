"""`invite-tui resolve` and `invite-tui resend`: what to do about an unconfirmed message."""

import click

from invite_core import instants
from invite_core.lifecycle import settling
from invite_core.lifecycle.settling import SettlingFault, Verdict
from invite_tui.command_line.root import ROW_ID, Command
from invite_tui.command_line.session import is_interactive, session

WORDS = "may arrive twice"
"""What has to be typed before a message that may have been sent is sent again."""


@click.command("resolve", cls=Command)
@click.argument("message", type=ROW_ID)
@click.option(
    "--as",
    "as_",
    type=click.Choice([each.value for each in Verdict]),
    required=True,
    help="What became of it.",
)
@click.option("--reason", required=True, help="How you know, for the record.")
def resolve(message: int, as_: str, reason: str) -> None:
    """Say what became of an unconfirmed message."""
    shared = session()
    with shared.store() as store:
        state = settling.resolve(
            store, message, Verdict(as_), reason=reason, by=shared.operator, now=instants.now()
        )
    shared.document(
        {"message": message, "resolved": as_, "state": state, "reason": reason},
        [f"Message {message} is {state} now. What Meta may still say of it counts more."],
    )


@click.command("resend", cls=Command)
@click.argument("message", type=ROW_ID)
@click.option("--may-arrive-twice", is_flag=True, help="You know that the person may get it twice.")
@click.option("--reason", required=True, help="Why, for the record.")
def resend(message: int, may_arrive_twice: bool, reason: str) -> None:
    """Queue an unconfirmed message again, although it may have been sent."""
    shared = session()
    with shared.store() as store:
        run = settling.resend(
            store,
            message,
            may_arrive_twice=may_arrive_twice or _typed(message),
            reason=reason,
            by=shared.operator,
            now=instants.now(),
        )
    shared.document(
        {"message": message, "run": run.id, "status": run.status, "reason": reason},
        [f"Message {message} waits again; `invite-tui runs resume {run.id} --wait` sends it."],
    )


def _typed(message: int) -> bool:
    if not is_interactive():
        return False
    typed = click.prompt(
        f"Message {message} may have been sent. Type “{WORDS}” to send it again", err=True, default=""
    )
    if " ".join(typed.casefold().split()) != WORDS:
        raise SettlingFault("Nothing was queued: the words were not typed.", f"They are “{WORDS}”.")
    return True
