"""Acts that cannot be undone: a word is typed first, and the bytes on disk are spoken of."""

from collections.abc import Iterator

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


def not_yet_overwritten(overwritten: bool) -> Iterator[str]:
    """What is left to be done where another program held the old bytes back."""
    if not overwritten:
        yield (
            "Another program has the file open, so the old bytes are still beside it; "
            "they go when the last program closes it."
        )
