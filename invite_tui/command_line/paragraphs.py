"""Longer texts on a person's terminal: broken between words, never inside one."""

import shutil
import sys
import textwrap

from invite_tui.command_line.output import say
from invite_tui.inert_text import inert

WIDEST = 100
"""Lines longer than so many characters are hard to read on however wide a terminal."""


def tell(text: str) -> None:
    """Tell a person a text on stderr, in lines as wide as the terminal; on one where nobody looks at one."""
    if not sys.stderr.isatty():
        say(text)
        return
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for line in textwrap.wrap(inert(text), width, break_long_words=False, break_on_hyphens=False):
        say(line)
