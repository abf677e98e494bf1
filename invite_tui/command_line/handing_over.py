"""`invite-tui handover`: everything to a new computer, in one file under a passphrase."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.operations import handover as core
from invite_core.operations.sealed_file import LEAST_CHARACTERS
from invite_core.settings import CONFIG_FILE
from invite_tui.command_line.backups import NotConfirmed
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session
from invite_tui.inert_text import inert


@click.command("handover", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, readable=False))
@click.option("--open", "opening", is_flag=True, help="On the new computer: take up what FILE holds.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read the passphrase, 12 characters or more, from the first line of this file instead of asking.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def handover(file: Path, opening: bool, passphrase_file: Path | None, yes: bool) -> None:
    """Move everything to another computer in one sealed FILE.

    The FILE holds the database, its guard and your settings, under a passphrase, and no token. The database here is
    retired: nothing is sent from it or changed in it any more. On the other computer say
    `invite-tui handover --open FILE`.
    """
    shared = session()
    if opening:
        _open(shared, file, passphrase_file, yes)
    else:
        _make(shared, file, passphrase_file, yes)


def _make(shared: Session, file: Path, passphrase_file: Path | None, yes: bool) -> None:
    database = shared.settings.db
    shared.operator.may_act("hand the database over")
    if not yes:
        _ask(
            f"Retire {database}? Nothing is sent from it or changed in it after this.",
            without_terminal="This retires the database here: say --yes.",
            otherwise="Nothing was handed over.",
        )
    made = core.hand_over(
        database,
        file,
        _passphrase(shared, passphrase_file, is_new=True),
        settings=shared.settings,
        by=shared.operator,
        now=instants.now(),
    )
    shared.document(
        {"handover": str(made.file), "at": made.at, "rows": made.rows},
        [
            f"{made.file} holds everything ({made.rows} rows), opened and checked. {database} is retired.",
            f"On the new computer, and on one only: `invite-tui handover --open {made.file.name}`.",
            "The token and the other secrets are not in it; enter them there.",
            "Start the listener there, and stop it here.",
        ],
    )


def _open(shared: Session, file: Path, passphrase_file: Path | None, yes: bool) -> None:
    database = shared.settings.db
    shared.operator.may_act("take up a handover")
    if not yes:
        _ask(
            f"Put what {file} holds in the place of {database}? What is there now is kept beside it.",
            without_terminal="This takes the place of a database: say --yes.",
            otherwise="Nothing was taken up.",
        )
    done = core.take_up(
        database,
        file,
        _passphrase(shared, passphrase_file, is_new=False),
        by=shared.operator,
        now=instants.now(),
    )
    wrote = core.write_settings(CONFIG_FILE, done.settings)
    shared.document(
        {
            "opened": str(file),
            "database": str(database),
            "kept": str(done.kept) if done.kept else None,
            "found": done.found,
            "settings": str(CONFIG_FILE) if wrote else None,
        },
        [
            f"{database} holds what {file} held.",
            *([f"What it held before is kept as {done.kept}."] if done.kept else []),
            f"The settings are in {CONFIG_FILE}."
            if wrote
            else "The settings of this computer are as they were.",
            "Enter the token and the other secrets, and start the listener.",
            "Look at the runs and the unconfirmed messages, then say `invite-tui restore --reviewed`.",
        ],
    )


def _passphrase(shared: Session, file: Path | None, *, is_new: bool) -> str:
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].strip("\r")
    if not is_interactive():
        raise click.UsageError("A passphrase is needed: say --passphrase-file.")
    return _chosen(shared) if is_new else _typed("Passphrase")


def _chosen(shared: Session) -> str:
    """A new passphrase, asked for until it is long enough and was typed twice alike."""
    shared.note(f"Choose a passphrase of {LEAST_CHARACTERS} characters or more: four or five words, say.")
    shared.note("Whoever opens the file needs it. Nothing you type is shown.")
    while True:
        chosen = _typed("Passphrase")
        if len(chosen) < LEAST_CHARACTERS:
            shared.note(f"It has fewer than {LEAST_CHARACTERS} characters. Take a longer one.")
        elif _typed("The same once more") != chosen:
            shared.note("The two differ. Type it again.")
        else:
            return chosen


def _typed(asked: str) -> str:
    typed: str = click.prompt(asked, hide_input=True, err=True)
    return typed


def _ask(question: str, *, without_terminal: str, otherwise: str) -> None:
    if not is_interactive():
        raise click.UsageError(without_terminal)
    if not click.confirm(inert(question), default=False, err=True):
        raise NotConfirmed(otherwise, "The database is as it was.")
