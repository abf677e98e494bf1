"""Where the command line writes, whatever reads it: a person's terminal, a script, or nobody any more."""

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from invite_core.errors import InviteError
from invite_tui.inert_text import inert


class OutputFault(InviteError):
    """What was to be printed could not be written."""


def json_line(document: Mapping[str, Any]) -> str:
    """`document` on one line of ASCII: it survives every encoding, and no name in it can act on a
    terminal or look like the end of a line."""
    return json.dumps(document)


def put(line: str) -> bool:
    """Write a line to stdout; whether anybody still reads it.

    A reader that has gone (`| head`) is no fault: the rest is written nowhere and the command ends
    with its own exit code. Raises `OutputFault` where the line cannot be written, on a full disk say.
    """
    try:
        click.echo(line)
    except BrokenPipeError:
        _write_nowhere()
        return False
    except OSError as error:
        _write_nowhere()
        raise OutputFault(
            f"The answer cannot be written ({error.strerror}).",
            "The command itself was carried out; mind where its output goes, and look at the result.",
        ) from error
    return True


def say(sentence: str) -> None:
    """Tell a person something on stderr. A terminal that has gone is no fault."""
    try:
        click.echo(inert(sentence), err=True)
    except OSError:
        return


def accept_every_character() -> None:
    """Let this process print names that the terminal's encoding lacks, as escapes instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _write_nowhere() -> None:
    # Python flushes stdout once more when it ends, and would complain there.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
