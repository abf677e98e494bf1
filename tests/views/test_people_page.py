"""The people, searched and paged; and the sheet of one of them."""

from pathlib import Path

import pytest

from invite_core.delivery.recorded_answers import record
from invite_core.people import do_not_message
from invite_core.people.contacts import UnknownContact
from invite_core.store import Store
from invite_core.views.people_page import people_count, people_list, people_slice
from invite_core.views.person_sheet import person_sheet
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, an_event, later


def found(store: Store, search: str) -> list[str]:
    """The names that a search finds."""
    names = [line.name for line in people_slice(store, search, offset=0, limit=50)]
    assert people_count(store, search) == len(names)
    return names


def some_people(store: Store) -> list[int]:
    """Four people: by name Ana, Bea, Caio and one without a name."""
    caio = a_contact(store, "Caio Mock", 3, tags=["Choir", "vip"], consented=False)
    ana = a_contact(store, "Ana Example", 1, tags=["choir"], language="pt")
    bea = a_contact(store, "Béa 100%_Sample", 2)
    nameless = a_contact(store, "", 4)
    return [nameless, ana, bea, caio]


@pytest.mark.parametrize(
    "search, names",
    [
        ("", ["", "Ana Example", "Béa 100%_Sample", "Caio Mock"]),
        ("exam", ["Ana Example"]),
        ("CHO", ["Ana Example", "Caio Mock"]),
        ("cho mock", ["Caio Mock"]),
        ("béa", ["Béa 100%_Sample"]),
        ("00%_s", ["Béa 100%_Sample"]),
        ("bea", ["Béa 100%_Sample"]),
        ("%", []),
        ("e", ["Ana Example"]),
        ("mo ca", ["Caio Mock"]),
        ("44 0001", ["Ana Example"]),
        ('"', []),
        ("0002", ["Béa 100%_Sample"]),
        ("+44(7700)900-001", ["Ana Example"]),
        ("hoir", ["Ana Example", "Caio Mock"]),
        ("oirvip", []),
        ("'; DROP TABLE contacts", []),
    ],
)
def test_every_word_is_looked_for_in_names_tags_and_numbers(
    store: Store, search: str, names: list[str]
) -> None:
    some_people(store)
    assert found(store, search) == names


def test_pages_follow_the_names_and_each_person_has_one_position(store: Store) -> None:
    in_order = some_people(store)
    assert [line.contact for line in people_slice(store, offset=0, limit=9)] == in_order
    assert [line.contact for line in people_slice(store, offset=1, limit=2)] == in_order[1:3]
    assert [people_list().position(store, contact) for contact in in_order] == [0, 1, 2, 3]
    assert people_list("cho").position(store, in_order[3]) == 1
    assert people_list("cho").position(store, in_order[0]) is None
    assert people_list().position(store, 99) is None


def test_a_search_finds_whom_another_program_has_added_meanwhile(store: Store, database: Path) -> None:
    some_people(store)
    with Store.open(database, read_only=True) as reader:
        found = people_list("cho")
        assert (found.count(reader), len(found.page(reader, 0, 9))) == (2, 2)
        dora = a_contact(store, "Dora", 5, tags=["choir"])
        assert found.count(reader) == 3
        assert found.page(reader, 0, 9)[-1] == dora
        assert found.position(reader, dora) == 2


def test_a_line_says_consent_and_block(store: Store) -> None:
    _, ana, _, caio = some_people(store)
    do_not_message.block(
        store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    lines = {line.contact: line for line in people_slice(store, offset=0, limit=9)}
    assert (lines[ana].consent, lines[ana].blocked, lines[ana].tags) == (True, True, "Choir")
    assert (lines[caio].consent, lines[caio].blocked, lines[caio].tags) == (False, False, "Choir, vip")
    assert lines[ana].phone == "+447700900001"


def test_who_was_merged_or_erased_is_not_listed(store: Store) -> None:
    nameless, ana, bea, caio = some_people(store)
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (ana, caio))
        store.execute("UPDATE contacts SET erased_at = changed_at WHERE id = ?", (bea,))
    assert found(store, "") == ["", "Ana Example"]
    assert people_list().position(store, nameless) == 0


def test_a_sheet_has_the_evidence_of_everything_and_follows_a_merge(store: Store) -> None:
    event = an_event(store)
    ana = a_contact(store, "Ana Example", 1, 5)
    twin = a_contact(store, "Ana E.", 2)
    a_run(store, a_plan(store, event))
    record(store, event, ana, "yes", places=2, via="by phone", by=ORGANISER, now=NOW)
    do_not_message.block(
        store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    do_not_message.lift(store, contact=ana, reason="asked back", by=ORGANISER, now=later(5))
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (ana, twin))
    sheet = person_sheet(store, twin)
    assert sheet.facts["contact"] == ana
    assert [each["value"] for each in sheet.addresses][:1] == ["+447700900001"]
    assert {each["value"] for each in sheet.addresses} == {f"+4477009000{n:02d}" for n in (1, 2, 5)}
    assert [each["act"] for each in sheet.blocks] == ["lift", "lift", "block", "block"]
    assert len(sheet.messages) == 2
    assert sheet.messages[0]["event_name"] == "Summer party"
    assert [(each["answer"], each["places"], each["via"]) for each in sheet.answers] == [
        ("yes", 2, "by phone")
    ]
    assert sheet.facts["consents"][0]["source"] == "web form"
    with pytest.raises(UnknownContact):
        person_sheet(store, 99)
