"""`invite-tui contacts`: the people."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.people import contacts as people
from invite_core.people.importing.contact_import import import_csv
from invite_tui.command_line.import_report import report_lines
from invite_tui.command_line.moments import in_local_time
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import facts, session


@click.group(cls=Group)
def contacts() -> None:
    """Import people and look at them."""


@contacts.command("import")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--tag", "tags", multiple=True, help="A tag for everyone in the file.")
@click.option("--consent-source", help="How everyone in the file agreed, e.g. “paper form”.")
@click.option("--consent-at", help="When they agreed, e.g. 2026-05-01.")
def import_(file: Path, tags: tuple[str, ...], consent_source: str | None, consent_at: str | None) -> None:
    """Import people from a CSV file; every refused row is listed with its reason."""
    shared = session()
    if (consent_source is None) != (consent_at is None):
        raise click.UsageError("--consent-source and --consent-at go together.")
    with shared.store() as store:
        report = import_csv(
            store,
            file,
            tags=tags,
            consent_source=consent_source,
            consent_at=consent_at,
            default_region=shared.settings.default_region or None,
            by=shared.operator,
            now=instants.now(),
        ).as_json()
    shared.document(report, report_lines(report))


@contacts.command("list")
@click.option("--tag", help="Only people with this tag.")
def list_(tag: str | None) -> None:
    """List the people."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            people.listing(store, tag=tag),
            ("contact", "name", "phone", "language", "places", "tags", "do_not_message"),
            "No people yet. Import some: invite-tui contacts import FILE.csv",
        )


@contacts.command("show")
@click.argument("ref")
def show(ref: str) -> None:
    """Show one person: REF is an id, a phone number or an exact name."""
    shared = session()
    with shared.looking() as store:
        document = people.show(store, people.find(store, ref))
    shared.document(document, facts(in_local_time(document)))
