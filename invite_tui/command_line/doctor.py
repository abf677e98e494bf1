"""`invite-tui doctor`: the check-up for a terminal without the screen, and for scripts."""

import asyncio
from collections.abc import Iterator

import click

from invite_core import instants
from invite_core.operations.check_account import ask_meta
from invite_core.operations.check_up import look_closely, look_here
from invite_core.operations.finding import Finding, faulty, may_send
from invite_core.settings import SettingsFault
from invite_tui.check_up_words import LOOKS, tally
from invite_tui.command_line.exit_codes import REFUSED
from invite_tui.command_line.output import json_line, put
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, session
from invite_tui.inert_text import inert


@click.command("doctor", cls=Command)
def doctor() -> None:
    """Check whether everything is there that sending needs.

    Looks at this computer, asks Meta, and sends a signed test through the public address. Exit code 1 if something
    would stop a send.
    """
    shared = session()
    findings = list(_findings(shared))
    for line in _documents(findings) if shared.json else _lines(findings):
        if not put(line):
            break
    if not may_send(findings):
        raise click.exceptions.Exit(REFUSED)


def _findings(shared: Session) -> Iterator[Finding]:
    try:
        settings = shared.settings
    except SettingsFault as fault:
        yield faulty("settings", fault)
        return
    yield from look_here(settings, now=instants.now())
    yield from look_closely(settings)
    yield from asyncio.run(ask_meta(settings))


def _documents(findings: list[Finding]) -> Iterator[str]:
    return (json_line(finding.as_json()) for finding in findings)


def _lines(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        look = LOOKS[finding.state]
        yield inert(f"{look.text:<10} {finding.check:<13} {finding.fact}")
        if finding.todo:
            yield inert(f"{'':<24} {finding.todo}")
    yield ""
    yield f"{tally(findings)}."
