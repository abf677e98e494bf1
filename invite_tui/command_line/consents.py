"""`invite-tui consent`: who agreed to be messaged, how and when."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.operations.exporting import lists
from invite_core.people import consent as consents
from invite_core.people import consent_doubts
from invite_core.people import contacts as people
from invite_core.people.consent_doubts import Doubt, Limits
from invite_tui.command_line.exporting import the_kind, to_file, write_listing
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session
from invite_tui.consent_words import DOUBTS


@click.group(cls=Group)
def consent() -> None:
    """Record who agreed to be messaged, and export the record."""


@consent.command("grant")
@click.argument("ref")
@click.option("--source", required=True, help="How the person agreed, e.g. “asked at the door”.")
@click.option("--at", "at", required=True, help="When, e.g. 2026-05-01 or 2026-05-01T18:30.")
@click.option("--wording", default="", help="The words that they agreed to.")
@click.option("--evidence", default="", help="Where the proof is kept, e.g. “folder 3, form 17”.")
@click.option(
    "--scope", default=consents.INVITATIONS, show_default=True, help="What for; “all” covers everything."
)
def grant(ref: str, source: str, at: str, wording: str, evidence: str, scope: str) -> None:
    """Record that a person agreed to be messaged."""
    shared = session()
    now = instants.now()
    with shared.store() as store:
        contact = people.find(store, ref, region=shared.settings.default_region or None)
        consents.grant(
            store,
            contact,
            source=source,
            at=instants.day_or_moment(at),
            wording=wording,
            evidence_ref=evidence,
            scope=scope,
            by=shared.operator,
            now=now,
        )
        doubts = consent_doubts.doubtful(store, now=now, contact=contact)
    named = [doubt for each in doubts for doubt in each["doubts"]]
    shared.document(
        {"contact": contact, "consent": "granted", "doubts": named}, [f"Consent of {ref} recorded."]
    )
    for doubt in named:
        shared.note(f"Warning: {DOUBTS[Doubt(doubt)]}")


@consent.command("revoke")
@click.argument("ref")
@click.option("--source", default="organiser", help="How the person took it back.")
@click.option("--at", "at", help="When (now, if left out).")
@click.option("--wording", default="", help="What they said.")
@click.option("--scope", default=consents.INVITATIONS, show_default=True, help="What for.")
def revoke(ref: str, source: str, at: str | None, wording: str, scope: str) -> None:
    """Record that a person no longer agrees."""
    shared = session()
    now = instants.now()
    with shared.store() as store:
        contact = people.find(store, ref, region=shared.settings.default_region or None)
        when = instants.day_or_moment(at) if at else now
        consents.revoke(
            store, contact, source=source, at=when, wording=wording, scope=scope, by=shared.operator, now=now
        )
    shared.document({"contact": contact, "consent": "revoked"}, [f"Revocation of {ref} recorded."])


@consent.command("limits")
@click.option("--sender", help="The name that the wording of a consent has to hold; '' for none.")
@click.option("--days", type=int, help="After so many days a consent counts as old; 0 for never.")
def limits(sender: str | None, days: int | None) -> None:
    """Show, or choose, when a consent that holds is in doubt."""
    shared = session()
    if sender is None and days is None:
        with shared.looking() as store:
            chosen = consent_doubts.limits(store)
    else:
        with shared.store() as store:
            before = consent_doubts.limits(store)
            chosen = Limits(
                before.sender if sender is None else sender, before.days if days is None else days or None
            )
            consent_doubts.choose(store, chosen, by=shared.operator, now=instants.now())
    shared.document(
        {"sender": chosen.sender, "days": chosen.days},
        [
            f"A consent has to name: {chosen.sender or 'nobody in particular'}.",
            f"A consent counts as old after: {f'{chosen.days} days' if chosen.days else 'never'}.",
        ],
    )


@consent.command("doubts")
def doubts() -> None:
    """List the consents that hold and are in doubt; see `consent limits`."""
    shared = session()
    with shared.looking() as store:
        found = consent_doubts.doubtful(store, now=instants.now())
    shared.listing(found, ("contact", "name", "doubts", "at", "source", "wording"), "No consent is in doubt.")


@consent.command("export")
@to_file
def export(output: Path, kind: str | None, force: bool) -> None:
    """Write every grant and revocation to a file, as evidence."""
    shared, file_kind = session(), the_kind(output, kind)
    with shared.looking() as store:
        write_listing(shared, lists.consents(store), output, file_kind, force=force)
