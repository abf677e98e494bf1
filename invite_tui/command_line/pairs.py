"""Options that are given as pairs: what fills a parameter, what a button means, and facts about a person."""

from collections.abc import Callable, Sequence

import click


def _pairs(what: str) -> Callable[[click.Context, click.Parameter, Sequence[str]], dict[str, str]]:
    def split(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
        pairs = {}
        for value in values:
            key, equals, text = value.partition("=")
            if not key or not equals:
                raise click.BadParameter(f"write {what}", ctx=context, param=parameter)
            pairs[key] = text
        return pairs

    return split


with_mapping = click.option(
    "--map", "mapping", multiple=True, callback=_pairs("PARAM=FIELD"), help="PARAM=FIELD, e.g. 1=name."
)
"""The option `--map`; the command gets a dictionary, `mapping`."""

with_attributes = click.option(
    "--attribute",
    "attributes",
    multiple=True,
    callback=_pairs("NAME=TEXT"),
    help="NAME=TEXT, for texts and audiences, e.g. table=4.",
)
"""The option `--attribute`; the command gets a dictionary, `attributes`."""

with_buttons = click.option(
    "--button", "buttons", multiple=True, callback=_pairs("INDEX=MEANING"), help="INDEX=MEANING, e.g. 0=yes."
)
"""The option `--button`; the command gets a dictionary, `buttons`."""
