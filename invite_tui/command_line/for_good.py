"""Acts that cannot be undone: a word is typed first."""

import click

from invite_core.errors import InviteError
from invite_tui.command_line.session import is_interactive
from invite_tui.inert_text import inert


class NotConfirmed(InviteError):
    """The word was not typed."""


def require_word(question: str, word: str, *, yes: bool) -> None:
    """Go on only where `word` is typed at the question, or `yes` says so.

    Raises `NotConfirmed` for another word, `click.UsageError` where nobody can be asked.
    """
    if yes:
        return
    if not is_interactive():
        raise click.UsageError("This cannot be undone. Say --yes, or run it on a terminal.")
    typed = click.prompt(inert(question), err=True, default="", show_default=False)
    if typed.strip().casefold() != word.casefold():
        raise NotConfirmed("Nothing was changed: the word was not typed.", f"It is “{word}”.")
