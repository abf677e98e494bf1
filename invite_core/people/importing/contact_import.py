"""Importing people from a file: all of it in one transaction, with a report that adds up.

The same number and the same name is the same person, whose last non-empty values win; the same number with
another name is another person who shares it. A row that says Do-Not-Message blocks; no row lifts a block.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from invite_core.errors import InviteError
from invite_core.instants import day_or_moment, stored
from invite_core.operators import Operator
from invite_core.people.acts import record
from invite_core.people.importing import mapping
from invite_core.people.importing.applying import Applying
from invite_core.people.importing.columns import Columns, recognise
from invite_core.people.importing.consent_cells import Consent
from invite_core.people.importing.layout import Layout, laid_out
from invite_core.people.importing.report import ImportReport, Note
from invite_core.people.importing.rows import Defaults, ImportedRow, RowReader
from invite_core.people.importing.source_file import open_source
from invite_core.people.importing.table import MOST_ROWS, FileFault, Table, too_many_rows
from invite_core.store import Store

_ROWS_AT_ONCE = 1_000

Progress = Callable[[str, int, int | None], None]
"""Told of the work: `reading` or `storing`, rows done, and rows in all (None while nobody knows)."""


class _PreviewOnly(Exception):
    """Ends the transaction of a preview, so that nothing of it is stored."""


def import_people(
    store: Store,
    source: Path | bytes,
    *,
    called: str = "",
    tags: Iterable[str] = (),
    consent_source: str | None = None,
    consent_at: str | None = None,
    default_region: str | None = None,
    columns: Iterable[str] = (),
    sheet: str = "",
    preview: bool = False,
    progress: Progress | None = None,
    by: Operator,
    now: datetime,
) -> ImportReport:
    """Store the people of a CSV file, a workbook or a file of vCards (a path, or its bytes and what it is `called`).

    `tags` go to everyone; `consent_source` and `consent_at` (a date) are the agreement of everyone whose row
    names none, or of those whose row says yes where a column says yes and no; `default_region` is the country
    of national numbers. `columns` are words of the organiser such as `Mobil 2=phone`, which are remembered for
    the next file with the same headers; `sheet` names one of a workbook. A `preview` does all and stores nothing.
    Rows that cannot be used are in the report, each with its reason. Raises `InviteError` where the file or the
    consent cannot be used; nothing is stored then, nor after an exception of `progress` or an interruption.
    """
    by.may_act("import people")
    consent = _consent_of_all(consent_source, consent_at, now)
    defaults = Defaults(default_region or None, tuple(tags), consent, now)
    report, tell = ImportReport(preview=preview), progress or (lambda *_: None)
    table = open_source(source, lambda header: recognise(header).recognised, sheet=sheet)
    layout = _laid_out(store, table, columns, defaults, report)
    with _no_search_for_cycles(), suppress(_PreviewOnly):
        rows = _read(layout, defaults, report, tell)
        with store.write():
            _store(store, rows, report, tell, by, now)
            _record(store, called or _name_of(source), report, by, now)
            if layout.is_said:
                mapping.remember(store, table.header, layout.chosen, by=by, now=now)
            if preview:
                raise _PreviewOnly
    report.sort()
    return report


def _laid_out(
    store: Store, table: Table, said: Iterable[str], defaults: Defaults, report: ImportReport
) -> Layout:
    layout = laid_out(table, mapping.remembered(store, table.header), said, defaults.region)
    report.format, report.sheet, report.other_sheets = table.kind, table.sheet, table.other_sheets
    report.mapping = layout.columns.assigned
    report.ignored_columns = layout.columns.ignored + table.unused
    return layout


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """An import makes hundreds of thousands of objects and no cycles of them; looking for some, again and
    again, would take a sixth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(layout: Layout, defaults: Defaults, report: ImportReport, tell: Progress) -> list[ImportedRow]:
    """The rows that can be used; the others go to the report. Outside the transaction, because reading
    numbers takes far longer than storing them, and the listener has to write meanwhile."""
    report.warnings += layout.title
    _warn_of_bare_consent(layout.columns, defaults, report)
    reader = RowReader(layout.columns, defaults)
    rows: list[ImportedRow] = []
    for report.read, (number, cells) in enumerate(layout.rows, 1):
        if report.read > MOST_ROWS:
            raise too_many_rows()
        if report.read % _ROWS_AT_ONCE == 0:
            tell("reading", report.read, None)
        row = cells if isinstance(cells, Note) else reader.read(number, cells, report.warnings)
        if isinstance(row, Note):
            report.rejected.append(row)
        else:
            rows.append(row)
    if not report.read:
        raise FileFault("The file has a header and no people.", "Choose a file with people in it.")
    report.consent_said = reader.said
    return rows


def _store(
    store: Store, rows: list[ImportedRow], report: ImportReport, tell: Progress, by: Operator, now: datetime
) -> None:
    applying = Applying(store, report, by=by, now=now)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        applying.apply(rows[start : start + _ROWS_AT_ONCE])
        tell("storing", min(start + _ROWS_AT_ONCE, len(rows)), len(rows))
    applying.finish()


def _warn_of_bare_consent(columns: Columns, defaults: Defaults, report: ImportReport) -> None:
    """Say once that a yes is no consent that can be relied on, where how and when have no column."""
    complete = {"consent_source", "consent_at"} <= columns.fields.keys()
    if "consent_given" in columns.fields and not complete and defaults.consent is None:
        header = next(each.header for each in columns.assigned if each.field == "consent_given")
        report.warnings.append(Note(1, "consent_not_enough", header))


def _consent_of_all(source: str | None, at: str | None, now: datetime) -> Consent | None:
    if source is None and at is None:
        return None
    if not (source or "").strip() or not at:
        raise InviteError(
            "A consent for everyone needs its source and its date.",
            "Say how and when everyone in the file agreed, or leave both out.",
        )
    when = day_or_moment(at)
    if when > now + timedelta(days=1):
        raise InviteError(f"“{at}” lies in the future.", "Give the day on which everyone agreed.")
    return Consent(source=(source or "").strip(), at=stored(min(when, now)))


def _name_of(source: Path | bytes) -> str:
    return source.name if isinstance(source, Path) else ""


def _record(store: Store, called: str, report: ImportReport, by: Operator, now: datetime) -> None:
    counts = {name: getattr(report, name) for name in ("read", "created", "updated", "unchanged")}
    detail = {**counts, "rejected": len(report.rejected)}
    record(store, "import people", "file", called, detail=detail, by=by, now=now)
