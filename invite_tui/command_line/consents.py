"""`invite-tui consent`: who agreed to be messaged, how and when."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.people import consent as consents
from invite_core.people import contacts as people
from invite_tui.command_line.csv_export import write_csv
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session

_COLUMNS = (
    "contact",
    "name",
    "act",
    "scope",
    "at",
    "source",
    "wording",
    "evidence_ref",
    "recorded_at",
    "recorded_by",
)


@click.group(cls=Group)
def consent() -> None:
    """Record who agreed to be messaged, and export the record."""


@consent.command("grant")
@click.argument("ref")
@click.option("--source", required=True, help="How the person agreed, e.g. “asked at the door”.")
@click.option("--at", "at", required=True, help="When, e.g. 2026-05-01 or 2026-05-01T18:30.")
def grant(ref: str, source: str, at: str) -> None:
    """Record that a person agreed to be messaged."""
    shared = session()
    with shared.store() as store:
        contact = people.find(store, ref)
        consents.grant(
            store,
            contact,
            source=source,
            at=instants.day_or_moment(at),
            by=shared.operator,
            now=instants.now(),
        )
    shared.document({"contact": contact, "consent": "granted"}, [f"Consent of {ref} recorded."])


@consent.command("revoke")
@click.argument("ref")
@click.option("--source", default="organiser", help="How the person took it back.")
@click.option("--at", "at", help="When (now, if left out).")
def revoke(ref: str, source: str, at: str | None) -> None:
    """Record that a person no longer agrees."""
    shared = session()
    now = instants.now()
    with shared.store() as store:
        contact = people.find(store, ref)
        when = instants.day_or_moment(at) if at else now
        consents.revoke(store, contact, source=source, at=when, by=shared.operator, now=now)
    shared.document({"contact": contact, "consent": "revoked"}, [f"Revocation of {ref} recorded."])


@consent.command("export")
@click.option(
    "-o",
    "--output",
    "output",
    required=True,
    type=click.Path(path_type=Path, readable=False),
    help="The CSV file to write.",
)
def export(output: Path) -> None:
    """Write every grant and revocation to a CSV file."""
    shared = session()
    with shared.looking() as store:
        rows = write_csv(output, _COLUMNS, consents.export(store))
    shared.document({"file": str(output), "rows": rows}, [f"{rows} records written to {output}."])
