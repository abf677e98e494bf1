from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from invite_core.errors import InviteError
from invite_core.operators import ViewerMayNotAct
from invite_core.people import consent, contacts
from invite_core.people.importing.contact_import import import_people
from invite_core.store import IntegrityError, Store
from invite_tui.sample_people import csv_of
from tests.people.people import (
    NOW,
    ORGANISER,
    VIEWER,
    a_contact,
    erase,
    imported,
    merge,
    numbers,
    retire,
)


def people(store: Store) -> list[dict[str, Any]]:
    return contacts.listing(store)


def test_a_whole_row_is_stored(store: Store) -> None:
    report = imported(
        store,
        "name,phone,phone 2,language,tags,household,places,consent_source,consent_at,consent_wording,"
        "evidence_ref,do_not_message,attribute.city\n"
        'Ana,07700 900001,07700 900002,português,"VIP; choir",Lopes,3,form,2026-05-01,Yes,p. 7,,Évora\n',
    )
    assert numbers(report) == (1, 0, 0, 0)
    assert report["warnings"] == []
    ana = contacts.show(store, contacts.find(store, "Ana"))
    assert ana["phones"] == ["+447700900001", "+447700900002"]
    assert (ana["language"], ana["household"], ana["places"]) == ("pt", "Lopes", 3)
    assert (ana["tags"], ana["attributes"]) == (["choir", "VIP"], {"city": "Évora"})
    (act,) = consent.history(store, contacts.find(store, "Ana"))
    assert (act["at"], act["source"]) == ("2026-05-01T00:00:00.000Z", "form")
    assert (act["wording"], act["evidence_ref"]) == ("Yes", "p. 7")


def test_the_report_adds_up_and_names_rows_as_a_spreadsheet_does(store: Store) -> None:
    report = imported(store, "name,phone\nAna,07700900001\nBob,12\n\nCid,\nAna,+447700900001\n")
    assert report["read"] == 4 == sum(numbers(report))
    assert report["rejected"] == [
        {"row": 3, "reason": "too_short", "value": "12"},
        {"row": 5, "reason": "missing_number", "value": ""},
    ]
    assert set(report) >= {"read", "created", "updated", "unchanged", "shared_number", "rejected", "warnings"}


def test_a_reimport_changes_nothing_at_all(store: Store) -> None:
    text = (
        "name,phone,language,tags,consent_source,consent_at,do_not_message\n"
        "Ana,07700900001,pt,vip,form,2026-05-01,\nBob,07700900001,en,vip,,,\nCid,07700900003,,,,,yes\n"
    )
    first = imported(store, text)
    assert (numbers(first), first["shared_number"]) == ((3, 0, 0, 0), 1)
    before = [store.rows(f"SELECT * FROM {table}") for table in ("contacts", "consents", "do_not_message")]
    again = imported(store, text, now=NOW + timedelta(days=1))
    assert (numbers(again), again["shared_number"]) == ((0, 0, 3, 0), 0)
    after = [store.rows(f"SELECT * FROM {table}") for table in ("contacts", "consents", "do_not_message")]
    assert [list(map(tuple, rows)) for rows in before] == [list(map(tuple, rows)) for rows in after]


def test_the_last_value_that_is_not_empty_wins(store: Store) -> None:
    imported(store, "name,phone,language,household,attribute.a,attribute.b\nAna,07700900001,pt,Lopes,1,2\n")
    report = imported(
        store, "name,phone,language,household,attribute.a,attribute.b\nANA,+44 7700 900001,es,,,3\n"
    )
    assert numbers(report) == (0, 1, 0, 0)
    (ana,) = people(store)
    assert (ana["name"], ana["language"], ana["household"]) == ("ANA", "es", "Lopes")
    assert ana["attributes"] == {"a": "1", "b": "3"}


def test_rows_of_one_file_that_overwrite_each_other_are_unchanged_the_second_time(store: Store) -> None:
    text = "name,phone,language\nAna,07700900001,pt\nAna,07700900001,es\n"
    assert numbers(imported(store, text)) == (1, 1, 0, 0)
    assert numbers(imported(store, text)) == (0, 0, 2, 0)
    assert people(store)[0]["language"] == "es"


def test_another_name_on_the_number_is_another_person(store: Store) -> None:
    report = imported(store, "name,phone\nAna,07700900001\nBob,07700900001\n")
    assert (numbers(report), report["shared_number"]) == ((2, 0, 0, 0), 1)
    assert [person["name"] for person in people(store)] == ["Ana", "Bob"]


@pytest.mark.parametrize("other", ["5511987654321", "551187654321"])
def test_spellings_of_one_number_are_one_person(store: Store, other: str) -> None:
    report = imported(store, f"name,phone\nRui,+55 11 8765-4321\nRui,+{other}\n")
    assert numbers(report) == (1, 0, 1, 0)


def test_a_row_without_a_name_means_the_only_person_on_the_number(store: Store) -> None:
    imported(store, "name,phone\nAna,07700900001\n")
    assert numbers(imported(store, "name,phone,language\n,07700900001,pt\n")) == (0, 1, 0, 0)
    assert [(person["name"], person["language"]) for person in people(store)] == [("Ana", "pt")]


def test_a_name_fills_an_empty_one(store: Store) -> None:
    imported(store, "phone\n07700900001\n")
    report = imported(store, "name,phone\nAna,07700900001\n")
    assert (numbers(report), report["shared_number"]) == ((0, 1, 0, 0), 0)
    assert [person["name"] for person in people(store)] == ["Ana"]


def test_a_nameless_row_on_a_shared_number_is_refused_but_its_block_counts(store: Store) -> None:
    imported(store, "name,phone\nAna,07700900001\nBob,07700900001\n")
    report = imported(store, "name,phone,dnm\n,07700900001,yes\n")
    assert [each["reason"] for each in report["rejected"]] == ["ambiguous_person"]
    assert all(person["do_not_message"] for person in people(store))


def test_another_number_is_added_and_none_is_lost(store: Store) -> None:
    imported(store, "name,phone\nAna,07700900001\n")
    report = imported(store, "name,phone,phone 2\nAna,07700900002,07700900001\n")
    assert numbers(report) == (0, 1, 0, 0)
    ana = contacts.show(store, contacts.find(store, "Ana"))
    assert ana["phones"] == ["+447700900001", "+447700900002"]


def test_a_block_in_a_file_makes_the_row_updated_once(store: Store) -> None:
    imported(store, "name,phone,dnm\nAna,07700900001,\n")
    text = "name,phone,dnm\nAna,07700900001,yes\n"
    assert [numbers(imported(store, text)) for _ in range(2)] == [(0, 1, 0, 0), (0, 0, 1, 0)]
    assert numbers(imported(store, "name,phone,dnm\nAna,07700900001,no\n")) == (0, 0, 1, 0)
    assert people(store)[0]["do_not_message"] is True


def test_blocks_of_new_people_are_written_once_for_each_number_they_have(store: Store) -> None:
    contacts.add(store, name="Kim", phones=["+447700900009"], by=ORGANISER, now=NOW)
    text = (
        "name,phone,phone 2,dnm\nAna,07700900001,07700900002,yes\nBob,07700900002,07700900003,asked\n"
        "Cid,07700900003,,\nKim,07700900009,,yes\nLea,07700900009,,yes\nAna,07700900001,,yes\n"
    )
    report = imported(store, text)
    assert (report["created"], report["updated"], report["unchanged"]) == (4, 1, 1)
    rows = store.rows("SELECT match_key, contact, reason FROM do_not_message ORDER BY match_key")
    assert [(row["match_key"][-3:], row["contact"]) for row in rows] == [
        ("001", 2),
        ("002", 2),
        ("003", 3),
        ("009", 1),
    ]
    assert [row["reason"] for row in rows][1:3] == ["The imported file says so.", "asked"]
    assert imported(store, text)["unchanged"] == 6
    assert len(store.rows("SELECT id FROM do_not_message")) == 4


def test_consent_of_everyone_goes_to_rows_that_say_yes_or_to_all_where_nobody_is_asked(store: Store) -> None:
    text = (
        "name,phone,consent_source,consent_at,consent\nA,07700900001,,,\nB,07700900002,web,2026-02-02,\n"
        "C,07700900003,web,,\nD,07700900004,,,no\n"
    )
    text += "E,07700900005,,,yes\nF,07700900006,,,later\n"
    report = imported(store, text, consent_source="paper", consent_at="2026-01-01", tags=["all"])
    assert [person["consent"] for person in people(store)] == [False, True, False, False, True, False]
    assert report["consent_said"] == {"yes": 1, "no": 1, "unclear": 4}
    assert ("unclear_consent", "later") in [(each["reason"], each["value"]) for each in report["warnings"]]
    sources = [row["source"] for row in store.rows("SELECT source FROM consents ORDER BY contact")]
    assert sources == ["web", "paper"]
    assert all(person["tags"] == ["all"] for person in people(store))


def test_a_no_takes_back_the_consent_that_stands_once(store: Store) -> None:
    imported(store, "name,phone\nAna,07700900001\n", consent_source="paper", consent_at="2026-01-01")
    text = "name,phone,consent\nAna,07700900001,no\n"
    report = imported(store, text)
    assert numbers(report) == (0, 1, 0, 0)
    assert "consent_taken_back" in [each["reason"] for each in report["warnings"]]
    assert people(store)[0]["consent"] is False
    assert numbers(imported(store, text)) == (0, 0, 1, 0)
    imported(store, text.replace("no", "yes"), consent_source="paper", consent_at="2026-01-01")
    assert people(store)[0]["consent"] is False


@pytest.mark.parametrize(
    "source, at",
    [("paper", None), (None, "2026-01-01"), (" ", "2026-01-01"), ("paper", "May"), ("paper", "2027-01-01")],
)
def test_consent_of_everyone_needs_source_and_date(store: Store, source: str | None, at: str | None) -> None:
    with pytest.raises(InviteError) as refusal:
        imported(store, "phone\n07700900001\n", consent_source=source, consent_at=at)
    assert refusal.value.todo
    assert people(store) == []


def test_a_reimport_grants_no_consent_that_was_taken_back(store: Store) -> None:
    text = "name,phone,consent_source,consent_at\nAna,07700900001,form,2026-05-01\n"
    imported(store, text)
    consent.revoke(store, 1, source="phone", at=NOW, by=ORGANISER, now=NOW)
    assert numbers(imported(store, text, now=NOW + timedelta(days=9))) == (0, 0, 1, 0)
    assert people(store)[0]["consent"] is False


def test_the_number_of_an_erased_person_is_refused(store: Store) -> None:
    erase(store, a_contact(store, 1, "Ana"))
    report = imported(store, "name,phone,phone 2\nAna,07700900002,07700900001\nBob,07700900001,\n")
    assert [each["reason"] for each in report["rejected"]] == ["erased", "erased"]
    assert people(store) == []


def test_a_merged_person_stays_merged(store: Store) -> None:
    kept, lost = a_contact(store, 1, "Ana"), a_contact(store, 2, "Annie")
    merge(store, lost, into=kept)
    report = imported(store, "name,phone,language\nAnnie,07700900002,pt\n")
    assert numbers(report) == (0, 1, 0, 0)
    assert [(person["name"], person["language"]) for person in people(store)] == [("Ana", "pt")]


def test_a_retired_number_is_another_persons(store: Store) -> None:
    retire(store, a_contact(store, 1, "Ana"))
    report = imported(store, "name,phone\nBob,07700900001\n")
    assert (numbers(report), report["shared_number"]) == ((1, 0, 0, 0), 0)


WHOLE_FILES = [
    (b"", "empty"),
    (b"name,phone\n", "no people"),
    (b"name,town\nAna,Leeds\n", "“name”, “town”"),
    (b"PK\x03\x04" + bytes(60), "Excel"),
    (b"name,phone\nAna,07700900001\n\x00", "no text"),
    (b'name,phone\nAna,07700900001\n"Bob,07700900002\nCid,07700900003\n', "never closed"),
]


@pytest.mark.parametrize("content, word", WHOLE_FILES)
def test_a_file_that_cannot_be_used_stores_nothing(store: Store, content: bytes, word: str) -> None:
    with pytest.raises(InviteError, match=word):
        imported(store, content)
    assert people(store) == []
    assert store.value("SELECT count(*) FROM operator_acts") == 0


def test_a_failure_in_the_middle_leaves_nothing(store: Store) -> None:
    with store.write():
        store.execute(
            """CREATE TRIGGER the_disk_fails BEFORE INSERT ON contacts
               WHEN (SELECT count(*) FROM contacts) >= 1200 BEGIN SELECT RAISE(ABORT, 'the disk fails'); END"""
        )
    with pytest.raises(IntegrityError, match="the disk fails"):
        imported(store, csv_of(1_500, 1), tags=["all"])
    for table in ("contacts", "contact_identities", "consents", "do_not_message", "tags", "operator_acts"):
        assert store.value(f"SELECT count(*) FROM {table}") == 0


def test_a_viewer_imports_nothing(store: Store) -> None:
    with pytest.raises(ViewerMayNotAct, match="import"):
        imported(store, "phone\n07700900001\n", by=VIEWER)
    assert people(store) == []


def test_the_import_is_on_record(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "guests.csv"
    path.write_text("phone\n07700900001\n", "utf-8")
    import_people(store, path, default_region="GB", by=ORGANISER, now=NOW)
    act = store.row("SELECT * FROM operator_acts")
    assert act is not None
    assert (act["act"], act["subject"], act["by"]) == ("import people", "guests.csv", ORGANISER.name)
