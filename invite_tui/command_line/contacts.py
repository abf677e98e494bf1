"""`invite-tui contacts`: the people."""

from dataclasses import asdict
from pathlib import Path

import click

from invite_core import instants
from invite_core.operations import erasure, merging
from invite_core.operations.exporting import people_list
from invite_core.operations.personal_report import as_lines, personal_report
from invite_core.people import consent_doubts
from invite_core.people import contacts as people
from invite_core.store import Store
from invite_core.views.people_page import people_slice
from invite_core.views.person_sheet import person_sheet
from invite_tui.command_line.contacts_import import import_
from invite_tui.command_line.exporting import the_kind, to_file, write_listing
from invite_tui.command_line.for_good import require_word
from invite_tui.command_line.moments import in_local_time
from invite_tui.command_line.pairs import with_attributes
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import facts, session
from invite_tui.for_good_words import ERASE_WORD, MERGE_WORD, erased_lines, merged_lines


@click.group(cls=Group)
def contacts() -> None:
    """Import people and look at them."""


contacts.add_command(import_)


@contacts.command("add")
@click.argument("name", default="")
@click.option("--phone", "phones", multiple=True, help="A number; the first usable one is written to.")
@click.option(
    "--user-id", "user_ids", multiple=True, help="Their WhatsApp user id (GB.1349…); enough without a number."
)
@click.option("--language", default="", help="A code such as pt or pt_BR.")
@click.option("--household", default="", help="People with the same word live together.")
@click.option("--places", default=1, show_default=True, help="Seats that the invitation stands for.")
@click.option("--tag", "tags", multiple=True, help="A tag.")
@with_attributes
def add(
    name: str,
    phones: tuple[str, ...],
    user_ids: tuple[str, ...],
    language: str,
    household: str,
    places: int,
    tags: tuple[str, ...],
    attributes: dict[str, str],
) -> None:
    """Add one person. Nobody is written to without a consent: see `consent grant`."""
    shared = session()
    with shared.store() as store:
        contact = people.add(
            store,
            name=name,
            phones=phones,
            user_ids=user_ids,
            language=language,
            household=household,
            places=places,
            attributes=attributes,
            tags=tags,
            region=shared.settings.default_region or None,
            by=shared.operator,
            now=instants.now(),
        )
        document = people.show(store, contact)
    shared.document(document, [f"Person {contact} is in the file: {name or 'no name'}."])


@contacts.command("list")
@click.option("--tag", help="Only people with this tag.")
@click.option("--search", default="", help="Only people in whom every word is found: name, number, tag.")
def list_(tag: str | None, search: str) -> None:
    """List the people."""
    shared = session()
    with shared.looking() as store:
        found = people.listing(store, tag=tag)
        if search.strip():
            lines = people_slice(store, search, offset=0, limit=len(found), most=None)
            wanted = {each.contact for each in lines}
            found = [each for each in found if each["contact"] in wanted]
    shared.listing(
        found,
        ("contact", "name", "phone", "language", "places", "tags", "do_not_message"),
        f"Nobody matches “{search}”."
        if search.strip()
        else "No people yet. Import some: invite-tui contacts import FILE.csv",
    )


@contacts.command("export")
@to_file
def export(output: Path, kind: str | None, force: bool) -> None:
    """Write everyone to a file that `contacts import` takes back."""
    shared, file_kind = session(), the_kind(output, kind)
    with shared.looking() as store, store.snapshot():
        write_listing(shared, people_list.people(store), output, file_kind, force=force)


@contacts.command("show")
@click.argument("ref")
def show(ref: str) -> None:
    """Show one person: REF is an id, a phone number or an exact name."""
    shared = session()
    with shared.looking() as store:
        contact = _found(store, ref)
        sheet = person_sheet(store, contact)
        doubts = consent_doubts.doubtful(store, now=instants.now(), contact=contact)
    document = {
        **sheet.facts,
        "consent_doubts": [doubt for each in doubts for doubt in each["doubts"]],
        "addresses": sheet.addresses,
        "blocks": sheet.blocks,
        "messages": sheet.messages,
        "answers": sheet.answers,
    }
    shared.document(document, facts(in_local_time(document)))


def _found(store: Store, ref: str) -> int:
    return people.find(store, ref, region=session().settings.default_region or None)


@contacts.command("merge")
@click.argument("ref")
@click.argument("other")
@click.option("--yes", is_flag=True, help="Do not ask.")
def merge(ref: str, other: str, yes: bool) -> None:
    """Make OTHER a part of REF: two entries that are one person. It cannot be undone."""
    shared = session()
    with shared.store() as store:
        kept, gone = _found(store, ref), _found(store, other)
        require_word(
            f"Person {gone} ({other}) becomes a part of person {kept} ({ref}), for good. Type {MERGE_WORD} to go on",
            MERGE_WORD,
            yes=yes,
        )
        done = merging.merge(store, kept, gone, by=shared.operator, now=instants.now())
    shared.document(asdict(done), merged_lines(done))


@contacts.command("report")
@click.argument("ref")
def report(ref: str) -> None:
    """Print everything that is held about a person, for them to read."""
    shared = session()
    with shared.looking() as store:
        held = personal_report(store, _found(store, ref), now=instants.now())
    shared.document(held, as_lines(held))


@contacts.command("erase")
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(ref: str, yes: bool) -> None:
    """Erase a person from every table and from the disk. What was blocked stays blocked."""
    shared = session()
    with shared.store() as store:
        contact = _found(store, ref)
        require_word(
            f"Everything about person {contact} ({ref}) will be gone for good. Type {ERASE_WORD} to go on",
            ERASE_WORD,
            yes=yes,
        )
        done = erasure.erase(store, contact, by=shared.operator, now=instants.now())
    shared.document(done.as_json(), erased_lines(done))
