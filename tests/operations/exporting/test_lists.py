"""What the lists hold; and that importing one again changes nobody."""

from pathlib import Path

from invite_core.delivery.recorded_answers import record
from invite_core.invitations.events import Event
from invite_core.operations.exporting import lists, people_list
from invite_core.operations.exporting.files import FileKind, write
from invite_core.people import consent, contacts, do_not_message, user_ids
from invite_core.people.importing.contact_import import import_people
from invite_core.people.importing.report import ImportReport
from invite_core.store import Store
from invite_core.views.not_reached import not_reached
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, an_event, later

NAMES = [
    "=HYPERLINK(1)", "+351 party", "-", "@ana", "'t Hooft", "'=x", "Jos\u00e9; =1", "<b>Bo</b>", "\u05d3\u05e0\u05d4",
    "a|-b", "",
]  # fmt: skip


def people_of_all_kinds(store: Store) -> list[int]:
    """People with every fact that a list of people has, and awkward names."""
    found = [
        a_contact(
            store, name, n, *([50 + n] if n % 2 else []), language=("pt_BR", "")[n % 2],
            household="Silva; =x" * (n % 3),
            places=1 + n % 4, tags=("vip", "a,b") if n % 3 else (),
            attributes={"plus one": "yes", "City": "=Lis"} if n % 2 else {},
        )
        for n, name in enumerate(NAMES, 1)
    ]  # fmt: skip
    with store.write():
        for known in ("GB.13491208655302741918", "GB.ENT.23491208655302741918"):
            user_ids.learn(store, found[0], known, now=NOW)
    found.append(
        contacts.add(store, name="Hidden", user_ids=["PT.33491208655302741918"], by=ORGANISER, now=NOW)
    )
    consent.revoke(store, found[1], source="phone", at=NOW, by=ORGANISER, now=NOW)
    do_not_message.block(
        store, contact=found[2], reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    return found


def imported(store: Store, path: Path) -> ImportReport:
    return import_people(store, path, default_region=None, by=ORGANISER, now=later(60))


def facts(store: Store) -> list[list[tuple[object, ...]]]:
    """Everything about people that an import could change."""
    return [
        [tuple(row) for row in store.rows(sql)]
        for sql in (
            """SELECT contacts.id, contacts.name, language, household, places, told.key, told.value
               FROM contacts LEFT JOIN json_each(attributes) AS told ORDER BY contacts.id, told.key""",
            "SELECT contact, kind, value, retired_at FROM contact_identities ORDER BY contact, kind, position, id",
            "SELECT contact, tags.name FROM contact_tags JOIN tags ON tags.id = tag ORDER BY 1, 2",
            "SELECT contact, act, scope, at, source, wording, evidence_ref FROM consents ORDER BY id",
            "SELECT act, scope, match_key, source FROM do_not_message ORDER BY id",
        )
    ]


KINDS = (FileKind.CSV, FileKind.XLSX)


def test_importing_the_list_of_people_again_changes_nobody(store: Store, tmp_path: Path) -> None:
    people = people_of_all_kinds(store)
    before = facts(store)
    for kind in KINDS:
        path = tmp_path / f"people.{kind}"
        with store.snapshot():
            assert write(people_list.people(store), path) == len(people)
        report = imported(store, path).as_json()
        assert (report["unchanged"], report["read"], report["rejected"]) == (len(people), len(people), [])
        assert facts(store) == before


def test_the_list_of_people_brings_them_back_in_an_empty_file(store: Store, tmp_path: Path) -> None:
    people_of_all_kinds(store)
    for kind in KINDS:
        path, again = tmp_path / f"people.{kind}", tmp_path / f"again.{kind}"
        write(people_list.people(store), path)
        with Store.create_or_open(tmp_path / kind / "invites.db") as other:
            assert imported(other, path).as_json()["created"] == len(NAMES) + 1
            write(people_list.people(other), again)
            assert facts(other)[:3] == facts(store)[:3]
        if kind is FileKind.CSV:
            assert again.read_bytes() == path.read_bytes()


def a_party(store: Store) -> tuple[Event, list[int], int]:
    """An event whose invitation was accepted for everyone but one, with some answers."""
    people = people_of_all_kinds(store)
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id
    for guest, answer, places in ((people[0], "yes", 3), (people[3], "no", None), (people[4], "yes", None)):
        record(store, event, guest, answer, places=places, via="phone", by=ORGANISER, now=NOW)
    return event, people, run


def test_importing_any_other_list_changes_nobody_either(store: Store, tmp_path: Path) -> None:
    event, _, run = a_party(store)
    before = facts(store)
    for kind in KINDS:
        for listing in (
            lists.messages_of_run(store, run),
            lists.answers(store, event),
            lists.not_reached(event.name, not_reached(store, event, now=NOW)),
        ):
            path = tmp_path / f"list.{kind}"
            written = write(listing, path, force=True)
            report = imported(store, path).as_json()
            assert (report["unchanged"], report["rejected"]) == (written, []), listing.title
            assert written > 1
    assert facts(store) == before


def test_the_door_list_has_names_and_places_and_no_numbers(store: Store, tmp_path: Path) -> None:
    event, _, _ = a_party(store)
    listing = lists.door(store, event)
    assert listing.rows == [
        {"here": "", "name": "'t Hooft", "places": 2},
        {"here": "", "name": "=HYPERLINK(1)", "places": 3},
    ]
    assert listing.note == "2027-06-12 18:30, Jardim da Estrela \u00b7 2 lines, 5 places"
    write(listing, tmp_path / "door.html")
    page = (tmp_path / "door.html").read_text("utf-8")
    assert page.count('class="box"') == 2
    for kind in FileKind:
        write(lists.door(store, event), tmp_path / f"list-{kind}", kind)
        assert b"7700900" not in (tmp_path / f"list-{kind}").read_bytes()


def test_a_household_that_was_invited_as_one_is_one_line_at_the_door(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, household="Silva", places=3)
    rui = a_contact(store, "Rui", 2, household="Silva")
    event = an_event(store)
    a_run(store, a_plan(store, event, per_household=True))
    for guest in (ana, rui):
        record(store, event, guest, "yes", places=None, via="phone", by=ORGANISER, now=NOW)
    (line,) = lists.door(store, event).rows
    assert line == {"here": "", "name": "Ana, Rui", "places": 3}
