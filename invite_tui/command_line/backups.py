"""`invite-tui backup` and `invite-tui restore`."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.operations import backup as core
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import session

_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)


@click.command("backup", cls=Command)
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write a checked copy of the database to FILE; sending and listening go on."""
    shared = session()
    made = core.back_up(shared.settings.db, file, by=shared.operator, now=instants.now())
    shared.document(
        {"backup": str(made.file), "at": made.at, "rows": made.rows},
        [f"{made.file} holds everything up to {instants.spoken(made.at)} ({made.rows} rows)."],
    )


@click.command("restore", cls=Command)
@click.argument("file", type=_FILE, required=False)
@click.option("--reviewed", is_flag=True, help="You have looked at what was restored; runs may go on.")
def restore(file: Path | None, reviewed: bool) -> None:
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
