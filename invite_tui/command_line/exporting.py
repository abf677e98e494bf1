"""`invite-tui export`, and what every command that writes a list shares."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from invite_core import instants
from invite_core.invitations import events
from invite_core.operations.exporting import lists
from invite_core.operations.exporting.files import FileKind, kind_of, write
from invite_core.operations.exporting.listing import Listing
from invite_core.store import Store
from invite_core.views.not_reached import not_reached
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, session
from invite_tui.reach_words import in_words

_TO_FILE = (
    click.option(
        "-o", "--output", "output", required=True, type=click.Path(path_type=Path, readable=False),
        help="The file to write; only you can read it.",
    ),
    click.option(
        "--format", "kind", type=click.Choice([kind.value for kind in FileKind]),
        help="The kind of file; without it, what the ending of its name says.",
    ),
    click.option("--force", is_flag=True, help="Replace a file that is there already."),
)  # fmt: skip


def to_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command -o, --format and --force, as `output`, `kind` and `force`."""
    for option in reversed(_TO_FILE):
        command = option(command)
    return command


def the_kind(output: Path, kind: str | None) -> FileKind:
    """The kind of file that is meant. Raises `click.UsageError` where nothing says it."""
    chosen = FileKind(kind) if kind else kind_of(output)
    if chosen is None:
        raise click.UsageError("Say --format, or end the name of the file in .csv, .xlsx, .json or .html.")
    return chosen


def write_listing(shared: Session, listing: Listing, output: Path, kind: FileKind, *, force: bool) -> None:
    """Write the list and tell what was written. Raises `ExportFault`."""
    rows = write(listing, output, kind, force=force)
    shared.document(
        {"file": str(output), "format": kind.value, "rows": rows},
        [f"{rows} {'row' if rows == 1 else 'rows'} written to {output}."],
    )


@click.command("export", cls=Command)
@click.argument("subject", metavar="RUN|EVENT")
@click.option(
    "--preset",
    type=click.Choice(["messages", "answers", "not-reached", "door"]),
    help="What to write: messages of a RUN, or of an EVENT the answers, whom it has not reached, or a list for the "
    "door with names, places and a box to tick. Without it, a number is a run, and a name an event's answers.",
)
@to_file
def export(subject: str, preset: str | None, output: Path, kind: str | None, force: bool) -> None:
    """Write a run or an event to a file.

    It is CSV, XLSX, JSON or an HTML page to print; only you can read it, and a spreadsheet opens it safely, whatever
    the people are called.
    """
    shared, file_kind = session(), the_kind(output, kind)
    is_number = subject.isascii() and subject.isdecimal() and len(subject) < 19
    chosen = preset or ("messages" if is_number else "answers")
    if chosen == "messages" and not is_number:
        raise click.UsageError("--preset messages is of a run: give its number (`invite-tui runs list`).")
    with shared.looking() as store:
        listing = _listing(store, chosen, subject, now=instants.now())
        write_listing(shared, listing, output, file_kind, force=force)


def _listing(store: Store, preset: str, subject: str, *, now: datetime) -> Listing:
    if preset == "messages":
        return lists.messages_of_run(store, int(subject))
    event = events.find(store, subject)
    if preset == "door":
        return lists.door(store, event)
    if preset == "not-reached":
        return lists.not_reached(event.name, map(in_words, not_reached(store, event, now=now)))
    return lists.answers(store, event)
