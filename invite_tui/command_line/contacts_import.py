"""`invite-tui contacts import`: people from a file, with a preview and a report."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from invite_core import instants
from invite_core.people.importing.contact_import import import_people
from invite_tui.command_line.import_report import report_lines
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import session


class Progress:
    """A line on a person's terminal that says how far the import is; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = 0

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        """Show the count: `reading` or `storing`."""
        if not sys.stderr.isatty():
            return
        words = "Reading" if phase == "reading" else "Storing"
        line = f"{words}: {done:,}{f' of {total:,}' if total else ''} rows (Ctrl-C leaves nothing behind)"
        self._put(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the line."""
        if self._shown:
            self._put("")

    def _put(self, line: str) -> None:
        blank = " " * max(0, self._shown - len(line))
        click.echo(f"\r{line}{blank}{'' if line else chr(13)}", err=True, nl=False)
        self._shown = len(line)


class Country(click.ParamType[str]):
    """The two letters of a country, in capitals."""

    name = "country"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what cannot be a country's code."""
        if not (len(value) == 2 and value.isascii() and value.isalpha()):
            self.fail(f"“{value}” is no country: give its two letters, such as PT or GB.", param, ctx)
        return value.upper()


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--dry-run", is_flag=True, help="Show what would happen; store nothing.")
@click.option("--tag", "tags", multiple=True, help="A tag for everyone in the file.")
@click.option(
    "--consent-source",
    help="How everyone in the file (or everyone whose row says yes) agreed, e.g. “paper form”.",
)
@click.option("--consent-at", help="When they agreed, e.g. 2026-05-01.")
@click.option(
    "--country",
    type=Country(),
    metavar="CC",
    help="The country of numbers without a country code: PT, GB …; left out: INVITE_DEFAULT_REGION.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help="What a column holds, e.g. “Mobil 2=phone”, “Town=attribute.city”, “Notes=ignore”. Remembered for "
    "the next file with these headers; FIELD auto forgets it.",
)
@click.option(
    "--sheet", default="", help="The sheet of a workbook; without it the first that holds anything."
)
def import_(
    file: Path,
    dry_run: bool,
    tags: tuple[str, ...],
    consent_source: str | None,
    consent_at: str | None,
    country: str | None,
    columns: tuple[str, ...],
    sheet: str,
) -> None:
    """Import people from CSV, Excel (XLSX) or vCards; every refused row is listed with its reason.

    Exports of Google Contacts, Outlook and iPhones are understood as they are. Where a row is about a
    child, with numbers of mother and father, the child is the person and those are its numbers, in the
    order of the columns: one invitation, to the first number.
    """
    shared = session()
    if (consent_source is None) != (consent_at is None):
        raise click.UsageError("--consent-source and --consent-at go together.")
    with shared.store() as store, Progress() as progress:
        report = import_people(
            store,
            file,
            tags=tags,
            consent_source=consent_source,
            consent_at=consent_at,
            default_region=country or shared.settings.default_region or None,
            columns=columns,
            sheet=sheet,
            preview=dry_run,
            progress=progress,
            by=shared.operator,
            now=instants.now(),
        ).as_json()
    shared.document(report, report_lines(report))
