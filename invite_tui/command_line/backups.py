"""`invite-tui backup` and `invite-tui restore`."""

import asyncio
import os
import re
from pathlib import Path

import click

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.operations import backup as core
from invite_core.operations.sealed_file import SealFault, is_sealed
from invite_tui.command_line.exit_codes import REFUSED
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session
from invite_tui.command_line.stopping import heeding_signals
from invite_tui.inert_text import inert


class NotConfirmed(InviteError):
    """The organiser was asked and said no."""


_FILE = click.Path(path_type=Path, dir_okay=False, readable=False)


class Every(click.ParamType[float]):
    """A length of time such as 30m, 6h or 1d, in seconds."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds. Fails as wrong usage for anything else."""
        found = _TIME.fullmatch(str(value))
        if found is None:
            self.fail("write a time such as 90s, 30m, 6h or 1d", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIME = re.compile(r"([1-9][0-9]{0,5})([smhd])")


@click.command("backup", cls=Command)
@click.argument("file", type=_FILE)
@click.option(
    "--every", type=Every(), metavar="TIME", help="Again and again, e.g. 30m, 6h or 1d, until stopped."
)
def backup(file: Path, every: float | None) -> None:
    """Write a checked copy of the database to FILE; sending and listening go on.

    A FILE that is an older backup of ours is replaced; any other file is left alone. {date} in its name
    becomes the day, so that --every keeps a copy of each.
    """
    shared = session()
    _back_up(shared, file)
    if every is None:
        return
    stop = asyncio.Event()
    asyncio.run(heeding_signals(stop, _again_and_again(shared, file, every, stop), "Stopped."))


async def _again_and_again(shared: Session, file: Path, seconds: float, stop: asyncio.Event) -> None:
    """A copy every so many seconds. One that fails is told, and the next is tried all the same; whoever
    stops it then gets exit code 1."""
    failed: InviteError | None = None
    while not await _stopped_within(seconds, stop):
        try:
            _back_up(shared, file)
            failed = None
        except InviteError as fault:
            failed = fault
            shared.document({"error": fault.sentence, "todo": fault.todo}, [])
            shared.note(f"{fault.sentence} {fault.todo} The next copy is tried all the same.")
    if failed is not None:
        raise click.exceptions.Exit(REFUSED)


async def _stopped_within(seconds: float, stop: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


def _back_up(shared: Session, file: Path) -> None:
    now = instants.now()
    target = file.with_name(file.name.replace("{date}", instants.stored(now)[:10]))
    replaced = os.path.lexists(target)
    made = core.back_up(shared.settings.db, target, by=shared.operator, now=now)
    shared.document(
        {
            "backup": str(made.file),
            "guard": str(made.guard) if made.guard else None,
            "at": made.at,
            "rows": made.rows,
            "replaced": replaced,
        },
        [
            f"{made.file} holds everything up to {instants.spoken(made.at)} ({made.rows} rows).",
            *([f"Keep {made.guard} with it."] if made.guard else []),
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
    if is_sealed(file):
        raise SealFault(f"{file} is a handover.", f"Say `invite-tui handover --open {file}`.")
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
            done.found,
            "Blocks that the copy did not know and the guard file did were put back; every run is paused.",
            "Look at the runs and the unconfirmed messages, then say `invite-tui restore --reviewed`.",
        ],
    )


def _ask(database: Path, file: Path) -> None:
    if not is_interactive():
        raise click.UsageError("Restoring takes the place of the database: say --yes.")
    question = f"Put {file} in the place of {database}? What is there now is kept beside it."
    if not click.confirm(inert(question), default=False, err=True):
        raise NotConfirmed("Nothing was restored.", "The database is as it was.")
