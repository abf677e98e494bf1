"""`invite-tui templates media`: the picture, video or document that the header of a template shows."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.invitations import media as core
from invite_core.invitations import template_choices, templates
from invite_core.invitations.media import MediaFault
from invite_core.provider.template_components import MEDIA_PARAMETER, header_format
from invite_core.store import Store
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import session


@click.command("media", cls=Command)
@click.argument("name")
@click.option("--language", required=True, help="The variant, e.g. pt_BR.")
@click.option("--file", type=click.Path(path_type=Path, readable=False), help="A JPEG, PNG, MP4 or PDF file.")
@click.option("--link", metavar="URL", help="Where Meta fetches it with every message, https:// only.")
def media(name: str, language: str, file: Path | None, link: str | None) -> None:
    """Choose what the header of a template shows: a file of yours, or a link."""
    if (file is None) == (link is None):
        raise click.UsageError("Say either --file FILE or --link URL.")
    shared = session()
    by, now = shared.operator, instants.now()
    by.may_act("change a template")
    with shared.store() as store, store.write():
        value = _link(link) if link is not None else ""
        if file is not None:
            value = core.keep(
                store, _content(file), file.name, header=_header(store, name, language), by=by, now=now
            )
        mapping = {MEDIA_PARAMETER: f"={value}"}
        template_choices.choose(store, name, language, mapping=mapping, by=by, now=now)
    shown = file.name if file is not None else link
    shared.document(
        {"template": name, "language": language, "shows": shown, "value": value},
        [f"The header of {name} ({language}) shows {shown}."],
    )


def _link(link: str) -> str:
    if not link.startswith("https://") or not link.isascii() or not link.isprintable() or " " in link:
        raise MediaFault(f"“{link}” is no link that Meta can fetch.", "Give one that begins with https://.")
    return link


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MediaFault(f"{file} cannot be read ({error.strerror}).", "Check the name.") from None


def _header(store: Store, name: str, language: str) -> str:
    """The format of the variant's header; '' where there is none, of which `choose` speaks."""
    variants = {each.language: each for each in templates.variants_of(store, name)}
    return header_format(variants[language].components) if language in variants else ""
