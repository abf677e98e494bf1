"""The root command: options that every command has, commands loaded when they are called, and the
one place where an error becomes a sentence and an exit code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from invite_core import __version__
from invite_core.errors import InviteError
from invite_tui.command_line.exit_codes import DONE, INTERRUPTED, REFUSED, WRONG_USAGE
from invite_tui.command_line.output import OutputFault, json_line, put, say
from invite_tui.command_line.session import Session, is_drawn_elsewhere, is_interactive, session

ROW_ID = click.IntRange(0, 2**63 - 1)
"""The id of a run or a message; a number that no row can have is wrong usage."""


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
            type=click.Path(path_type=Path, readable=False),
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

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command. Raises `click.UsageError` for an argument that is no text."""
        for text in _texts(ctx.params.values()):
            if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
                raise click.UsageError("An argument is not written in this terminal's encoding.", ctx)
        return super().invoke(ctx)


def _texts(values: Iterable[object]) -> Iterator[str]:
    """Every text among the arguments of a command; paths are no texts."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts((*value, *value.values()))
        elif isinstance(value, tuple):
            yield from _texts(value)


class Group(click.Group):
    """A group whose commands take `--db` and `--json`, as it does itself."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()


SECTIONS: dict[str, dict[str, str]] = {
    "See it work": {"demo": "demo:demo"},
    "Connect": {
        "init": "setting_up:init",
        "up": "up:up",
        "webhook": "webhook:webhook",
        "doctor": "doctor:doctor",
    },
    "Prepare": {
        "contacts": "contacts:contacts",
        "consent": "consents:consent",
        "dnm": "do_not_message:dnm",
        "events": "events:events",
        "templates": "templates:templates",
        "audience": "audiences:audience",
        "prices": "prices:prices",
    },
    "Send": {
        "preview": "sending:preview",
        "send": "sending:send",
        "runs": "runs:runs",
    },
    "Follow": {
        "messages": "messages:messages",
        "timeline": "messages:timeline",
        "rsvp": "answers:rsvp",
        "not-reached": "reaching:not_reached",
        "invited": "reaching:invited",
        "export": "exporting:export",
        "inbox": "inbox:inbox",
        "resolve": "settling:resolve",
        "resend": "settling:resend",
    },
    "Keep": {
        "serve": "serve:serve",
        "backup": "backups:backup",
        "restore": "backups:restore",
        "handover": "handing_over:handover",
        "completion": "completion:completion",
    },
}
"""The commands in the order of `--help`, each with the module and the name where it is."""

_COMMANDS = {name: place for section in SECTIONS.values() for name, place in section.items()}


class Root(Group):
    """The root group; each command's module is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"invite_tui.command_line.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections, a line each."""
        width = max(map(len, _COMMANDS))
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(width), command.get_short_help_str(formatter.width - width - 6))
                        for name in names
                        if (command := self.get_command(ctx, name)) is not None
                    ]
                )


@click.group(cls=Root, invoke_without_command=True)
@click.version_option(__version__, prog_name="invite-tui", message="%(prog)s %(version)s")
@click.option("--read-only", is_flag=True, help="Look without acting, as a viewer.")
@click.pass_context
def root(context: click.Context, read_only: bool) -> None:
    """Invite people to an event over WhatsApp. Without a command: the screen."""
    session().read_only = read_only
    if context.invoked_subcommand is None:
        if not (is_interactive() or is_drawn_elsewhere()):
            raise click.UsageError("The screen needs a terminal. Name a command; --help lists them.")
        from invite_tui.running import run_app

        shared = session()
        run_app(lambda: shared.settings)


def run(arguments: Sequence[str]) -> int:
    """Run the program with `arguments`; gives the exit code. Never raises, never prints a traceback."""
    shared = Session()
    try:
        code = root.main(list(arguments), prog_name="invite-tui", standalone_mode=False, obj=shared)
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except InviteError as error:
        return _refuse(shared, error)
    except SystemExit:  # click's way to end when nobody reads its help any more
        return DONE
    except Exception as error:
        from invite_tui.command_line.defects import noted

        return _refuse(shared, noted(error))
    return code if isinstance(code, int) else DONE


def _refuse(shared: Session, error: InviteError) -> int:
    say(f"{error.sentence} {error.todo}".strip())
    if shared.json and not isinstance(error, OutputFault):
        with suppress(OutputFault):
            put(json_line({"error": error.sentence, "todo": error.todo}))
    return REFUSED
