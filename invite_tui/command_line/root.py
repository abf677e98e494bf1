"""The root command: options that every command has, commands loaded when they are called, and the
one place where an error becomes a sentence and an exit code."""

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from invite_core import __version__
from invite_core.errors import InviteError
from invite_tui.command_line.session import Session, session
from invite_tui.inert_text import inert

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes (design, section 8)."""


def _remember_db(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Session).db = value


def _remember_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Session).json = True


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--db"],
            type=click.Path(path_type=Path, dir_okay=False),
            callback=_remember_db,
            expose_value=False,
            help="The database file (else INVITE_DB).",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            callback=_remember_json,
            expose_value=False,
            help="Print JSON: one document, or one object a line.",
        ),
    ]


class Command(click.Command):
    """A command that takes `--db` and `--json`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()


class Group(click.Group):
    """A group whose commands take `--db` and `--json`, as it does itself."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()


_COMMANDS = {
    "audience": "audiences:audience",
    "consent": "consents:consent",
    "contacts": "contacts:contacts",
    "demo": "demo:demo",
    "dnm": "do_not_message:dnm",
    "events": "events:events",
    "messages": "messages:messages",
    "preview": "sending:preview",
    "rsvp": "answers:rsvp",
    "runs": "runs:runs",
    "send": "sending:send",
    "templates": "templates:templates",
    "timeline": "messages:timeline",
}


class Root(Group):
    """The root group; each command's module is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"invite_tui.command_line.{module}"), name)
        return command


@click.group(cls=Root, invoke_without_command=True)
@click.version_option(__version__, prog_name="invite-tui")
@click.pass_context
def root(context: click.Context) -> None:
    """Invite people to an event over WhatsApp. Without a command: the screen."""
    if context.invoked_subcommand is None:
        from invite_tui.app import run_app

        run_app(session().settings)


def run(arguments: Sequence[str]) -> int:
    """Run the program with `arguments`; gives the exit code. Never raises, never prints a traceback
    for what a person can mend."""
    shared = Session()
    try:
        code = root.main(list(arguments), prog_name="invite-tui", standalone_mode=False, obj=shared)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except InviteError as error:
        _refuse(shared, error)
        return REFUSED
    except BrokenPipeError:
        return DONE
    return code if isinstance(code, int) else DONE


def _refuse(shared: Session, error: InviteError) -> None:
    if shared.json:
        click.echo(json.dumps({"error": error.sentence, "todo": error.todo}, ensure_ascii=False))
    click.echo(inert(f"{error.sentence} {error.todo}".strip()), err=True)
