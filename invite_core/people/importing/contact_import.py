"""Importing people from a CSV file: all of it in one transaction, with a report that adds up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from invite_core.errors import InviteError
from invite_core.instants import day_or_moment, stored
from invite_core.operators import Operator
from invite_core.people.acts import record
from invite_core.people.attributes import checked_attribute
from invite_core.people.importing.applying import Applying
from invite_core.people.importing.columns import Columns, recognise
from invite_core.people.importing.csv_file import CsvFault, open_csv
from invite_core.people.importing.report import ImportReport, Note
from invite_core.people.importing.rows import Consent, Defaults, ImportedRow, read_row
from invite_core.store import Store

_ROWS_AT_ONCE = 1_000


def import_csv(
    store: Store,
    source: Path | bytes,
    *,
    tags: Iterable[str] = (),
    consent_source: str | None = None,
    consent_at: str | None = None,
    default_region: str | None = None,
    by: Operator,
    now: datetime,
) -> ImportReport:
    """Store the people of a CSV file (a path, or its bytes); columns are known by their header.

    The same number and the same name is the same person, whose last non-empty values win; the same
    number with another name is another person who shares it. `tags` go to everyone; `consent_source`
    and `consent_at` (a date) are the agreement of everyone whose row names none; `default_region` is
    the country of national numbers. A row that says Do-Not-Message blocks; no row lifts a block.

    Raises `InviteError` where the file or the consent cannot be used; nothing is stored then. Rows
    that cannot be used are in the report, each with its reason.
    """
    by.may_act("import people")
    defaults = Defaults(
        region=default_region or None,
        tags=tuple(tags),
        consent=_consent_of_all(consent_source, consent_at, now),
        now=now,
    )
    report = ImportReport()
    rows = _read(source, defaults, report)
    with store.write():
        applying = Applying(store, report, by=by, now=now)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            applying.apply(rows[start : start + _ROWS_AT_ONCE])
        applying.finish()
        _record(store, source, report, by, now)
    report.rejected.sort(key=lambda note: note.row)
    report.warnings.sort(key=lambda note: note.row)
    return report


def _read(source: Path | bytes, defaults: Defaults, report: ImportReport) -> list[ImportedRow]:
    """The rows that can be used; the others go to the report. Outside the transaction, because reading
    numbers takes far longer than storing them, and the listener has to write meanwhile."""
    file = open_csv(source, lambda header: recognise(header).recognised)
    columns = recognise(file.header)
    if not columns.phones:
        headers = ", ".join(f"“{header}”" for header in file.header[:20])
        raise CsvFault(
            f"No column holds phone numbers; the first row says {headers}.",
            "The first row has to name the columns; call the one with the numbers “phone”.",
        )
    for attribute in columns.attributes:
        checked_attribute(attribute)
    report.ignored_columns = columns.ignored
    _warn_of_bare_consent(file.header, columns, defaults, report)
    rows: list[ImportedRow] = []
    for number, cells in file.rows:
        report.read += 1
        row = read_row(number, cells, columns, defaults, report.warnings)
        if isinstance(row, Note):
            report.rejected.append(row)
        else:
            rows.append(row)
    if not report.read:
        raise CsvFault("The file has a header and no people.", "Choose a file with people in it.")
    return rows


def _warn_of_bare_consent(
    header: list[str], columns: Columns, defaults: Defaults, report: ImportReport
) -> None:
    """Say once that a yes is no consent that can be relied on, where how and when have no column."""
    place = columns.fields.get("consent_given")
    complete = {"consent_source", "consent_at"} <= columns.fields.keys()
    if place is not None and not complete and defaults.consent is None:
        report.warnings.append(Note(1, "consent_not_enough", header[place]))


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


def _record(store: Store, source: Path | bytes, report: ImportReport, by: Operator, now: datetime) -> None:
    counts = {name: getattr(report, name) for name in ("read", "created", "updated", "unchanged")}
    detail = {**counts, "rejected": len(report.rejected)}
    subject = source.name if isinstance(source, Path) else ""
    record(store, "import people", "file", subject, detail=detail, by=by, now=now)
