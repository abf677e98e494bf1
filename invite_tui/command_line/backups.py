"""`invite-tui backup` and `invite-tui restore`."""

import os
from pathlib import Path

import click

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.operations import backup as core
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import is_interactive, session
from invite_tui.inert_text import inert


class NotConfirmed(InviteError):
    """The organiser was asked and said no."""


_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)


@click.command("backup", cls=Command)
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write a checked copy of the database to FILE; sending and listening go on.

    A FILE that is an older backup of ours is replaced; any other file is left alone.
    """
    shared = session()
    replaced = os.path.lexists(file)
    made = core.back_up(shared.settings.db, file, by=shared.operator, now=instants.now())
    shared.document(
        {"backup": str(made.file), "at": made.at, "rows": made.rows, "replaced": replaced},
        [
            f"{made.file} holds everything up to {instants.spoken(made.at)} ({made.rows} rows).",
            *(["The backup that was there before is replaced."] if replaced else []),
        ],
    )


@click.command("restore", cls=Command)
@click.argument("file", type=_FILE, required=False)
@click.option("--reviewed", is_flag=True, help="You have looked at what was restored; runs may go on.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path | None, reviewed: bool, yes: bool) -> None:
    """Put FILE in the place of the database, or say that you have looked at what was restored."""
    if (file is None) is not reviewed:
        raise click.UsageError("Name a FILE, or say --reviewed.")
    shared = session()
    database, now = shared.settings.db, instants.now()
    if file is None:
        was_needed = core.reviewed(database, by=shared.operator, now=now)
        shared.document(
            {"reviewed": True, "was_needed": was_needed},
            [
                "Runs may be resumed now, each with `invite-tui runs resume RUN`."
                if was_needed
                else "Nothing was waiting for a review."
            ],
        )
        return
    shared.operator.may_act("restore a backup")
    core.require_restorable(database, file)
    if not yes:
        _ask(database, file)
    done = core.restore(database, file, by=shared.operator, now=now)
    shared.document(
        {"restored": str(file), "kept": str(done.kept) if done.kept else None, "found": done.found},
        [
            f"{database} holds what {file} held.",
            *([f"What it held before is kept as {done.kept}."] if done.kept else []),
            "Blocks that the copy did not know were put back from the guard file; every run is paused.",
            "Look at the runs and the unconfirmed messages, then say `invite-tui restore --reviewed`.",
        ],
    )


def _ask(database: Path, file: Path) -> None:
    if not is_interactive():
        raise click.UsageError("Restoring takes the place of the database: say --yes.")
    question = f"Put {file} in the place of {database}? What is there now is kept beside it."
    if not click.confirm(inert(question), default=False, err=True):
        raise NotConfirmed("Nothing was restored.", "The database is as it was.")
