"""A guest is told everything that is held of them; no table and no column can be forgotten."""

import pytest

from invite_core.operations.impersonal_data import KNOWS_NOBODY
from invite_core.operations.personal_data import HELD
from invite_core.operations.personal_report import as_lines, personal_report
from invite_core.people import contacts
from invite_core.people.contacts import UnknownContact
from invite_core.store import Store
from tests.builders import ORGANISER, a_contact, later
from tests.operations import test_erasure
from tests.operations.a_guest import DIGITS, NAME, USER_ID, a_guest, everything_happens_to


def columns_of(store: Store, table: str) -> set[str]:
    return {row["name"] for row in store.rows("SELECT name FROM pragma_table_info(?)", (table,))}


def test_every_table_of_the_schema_either_knows_people_or_is_known_to_know_nobody(store: Store) -> None:
    tables = {
        row["name"]
        for row in store.rows(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 1"
        )
    }
    assert tables == HELD.keys() | KNOWS_NOBODY.keys()
    assert not HELD.keys() & KNOWS_NOBODY.keys()


@pytest.mark.parametrize("table", HELD)
def test_every_column_of_a_table_that_knows_people_is_told_or_set_apart(store: Store, table: str) -> None:
    held = HELD[table]
    assert columns_of(store, table) == held.told.keys() | set(held.apart)
    assert not held.told.keys() & set(held.apart)


def test_a_report_tells_of_every_table(store: Store) -> None:
    guest = a_guest(store)
    everything_happens_to(store, guest)
    report = personal_report(store, guest, now=later(60))
    assert (report["contact"], report["name"]) == (guest, NAME)
    told = {section["table"] for section in report["sections"]}
    assert told == HELD.keys() - {"alarms"}
    page = "\n".join(as_lines(report))
    for text in (
        NAME,
        DIGITS,
        USER_ID,
        "violet-hall friends",
        "note violet-hall",
        "at the violet-hall",
        "Summer party",
    ):
        assert text in page, text
    assert "2027-03-01 12:00 UTC" in page
    assert "Bea" not in page


def test_a_report_tells_of_entries_merged_into_the_person(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (kept, gone))
    for asked in (kept, gone):
        report = personal_report(store, asked, now=later(1))
        assert report["contact"] == kept
        names = [
            row["name"]
            for section in report["sections"]
            if section["table"] == "contacts"
            for row in section["rows"]
        ]
        assert names == ["Ana", "Ana E."]


def test_after_an_erasure_a_report_names_nobody(store: Store) -> None:
    guest = a_guest(store)
    everything_happens_to(store, guest)
    test_erasure.erase(store, guest)
    page = "\n".join(as_lines(personal_report(store, guest, now=later(60))))
    assert not [trace for trace in test_erasure.TRACES if trace in page]


def test_somebody_unknown_has_no_report(store: Store) -> None:
    with pytest.raises(UnknownContact):
        personal_report(store, 404, now=later(1))


def test_a_report_of_a_person_of_whom_little_is_known_is_short(store: Store) -> None:
    guest = contacts.add(store, name="Ana", by=ORGANISER, now=later(0))
    report = personal_report(store, guest, now=later(60))
    assert [section["table"] for section in report["sections"]] == ["contacts"]
