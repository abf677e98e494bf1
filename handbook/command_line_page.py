"""The page of commands, from the commands themselves."""

import argparse
import inspect
from collections.abc import Iterator
from functools import partial

import click

from handbook.literals import literals
from handbook.markdown import code, page, table, words
from invite_tui.command_line import exit_codes
from invite_tui.command_line.root import SECTIONS, root
from webhook_listener.__main__ import parser

_EVERYWHERE = ("--db", "--json", "--help")
"""The options that every command has; they are told once."""


def command_line_page() -> str:
    """Every command with its arguments, options and words, in the order of `--help`; the listener's; exit codes."""
    top = click.Context(root, info_name="invite-tui")
    ends = [
        (str(getattr(exit_codes, name)), words(f"{told}.")) for name, told in literals(exit_codes).items()
    ]
    commands = [
        part
        for title, names in SECTIONS.items()
        for part in (f"## {title}", *(each for name in names for each in _with_all_below(top, name)))
    ]
    return page(
        "Commands",
        "the commands of `invite_tui/command_line` and `webhook_listener`",
        "What `--help` says of each command. These options go before any command; all but the first two may also stand "
        "after it:",
        _options(top, everywhere=True),
        "A command ends with one of these codes:",
        table(("code", "what it means"), ends),
        *commands,
        "## The listener",
        _fence(_of_the_listener()),
    )


def _with_all_below(above: click.Context, name: str, depth: int = 3) -> Iterator[str]:
    group = above.command
    command = group.get_command(above, name) if isinstance(group, click.Group) else None
    if command is None:
        raise LookupError(name)
    context = click.Context(command, info_name=name, parent=above)
    yield f"{'#' * depth} {context.command_path}"
    if not isinstance(command, click.Group):
        yield _fence(" ".join([context.command_path, *command.collect_usage_pieces(context)]))
    yield words(inspect.cleandoc(command.help or ""))
    if options := _options(context, everywhere=False):
        yield options
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from _with_all_below(context, each, depth + 1)


def _options(context: click.Context, *, everywhere: bool) -> str:
    """The table of a command's options, '' where it has none of its own."""
    rows = [
        tuple(record)
        for option in context.command.get_params(context)
        if isinstance(option, click.Option) and (everywhere or not set(option.opts) & set(_EVERYWHERE))
        if (record := option.get_help_record(context)) is not None
    ]
    return (
        table(("option", "what it does"), [(code(name), words(told)) for name, told in rows]) if rows else ""
    )


def _of_the_listener() -> str:
    known = parser()
    known.formatter_class = partial(argparse.HelpFormatter, width=100)
    return known.format_help().strip()


def _fence(text: str) -> str:
    return f"```text\n{text}\n```"
