import pytest

from invite_core.people import contacts, do_not_message
from invite_core.people.importing.sentences import sentence
from invite_core.store import Store
from tests.people.people import imported, numbers

REJECTED = [
    ("Ana,\n", "missing_number"),
    ("Ana,3.51912E+11\n", "damaged_number"),
    ("Ana,0770\n", "too_short"),
    ("Ana,0909 879 0123\n", "premium_number"),
    ("Smith, Ana,07700900001\n", "too_many_cells"),
]


@pytest.mark.parametrize("row, reason", REJECTED)
def test_a_refused_row_has_its_reason_and_stores_nothing(store: Store, row: str, reason: str) -> None:
    report = imported(store, f"name,phone\n{row}")
    assert [each["reason"] for each in report["rejected"]] == [reason]
    assert contacts.listing(store) == []


def test_a_national_number_without_a_region_is_refused(store: Store) -> None:
    report = imported(store, "phone\n07700900001\n+447700900002\n", default_region=None)
    assert [each["reason"] for each in report["rejected"]] == ["needs_country"]
    assert report["created"] == 1


WARNED = [
    ("phone\n020 7946 0123\n", "landline"),
    ("phone\n+33 6 39 98 00 10\n", "unusual_number"),
    ("phone\n351910000001\n", "assumed_country_code"),
    ("phone,mobile\n07700900001,12\n", "too_short"),
    ("phone,language\n07700900001,Klingonese\n", "unknown_language"),
    ("phone,places\n07700900001,many\n", "bad_places"),
    ("phone,places\n07700900001,0\n", "bad_places"),
    ("phone,places\n07700900001,100\n", "bad_places"),
    ("phone,consent_source\n07700900001,form\n", "consent_without_date"),
    ("phone,consent_at\n07700900001,2026-05-01\n", "consent_without_source"),
    ("phone,consent_source,consent_at\n07700900001,form,in May\n", "unreadable_date"),
    ("phone,consent_source,consent_at\n07700900001,form,03/04/2026\n", "unreadable_date"),
    ("phone,consent_source,consent_at\n07700900001,form,2027-01-01\n", "consent_in_future"),
    (
        "phone,consent_source,consent_at,consent_scope\n07700900001,form,2026-05-01,newsletter\n",
        "other_consent_scope",
    ),
    ("phone,consent,consent_source,consent_at\n07700900001,no,form,2026-05-01\n", "consent_refused"),
]


@pytest.mark.parametrize("text, reason", WARNED)
def test_a_cell_that_cannot_be_used_is_left_out_with_a_warning(store: Store, text: str, reason: str) -> None:
    report = imported(store, text)
    assert numbers(report) == (1, 0, 0, 0)
    assert [(each["row"], each["reason"]) for each in report["warnings"]] == [(2, reason)]
    assert sentence(reason, report["warnings"][0]["value"]).endswith(".")
    (person,) = contacts.listing(store)
    assert (person["language"], person["places"], person["consent"]) == ("", 1, False)


def test_a_person_with_only_a_landline_is_not_usable(store: Store) -> None:
    imported(store, "phone\n020 7946 0123\n")
    assert store.value("SELECT usable FROM contact_identities") == 0


@pytest.mark.parametrize(
    "date", ["2026-05-31", "31.05.2026", "31/05/2026", "05/31/2026", "2026-05-31T10:00+02:00"]
)
def test_dates_of_consent(store: Store, date: str) -> None:
    imported(store, f"phone,consent_source,consent_at\n07700900001,form,{date}\n")
    assert contacts.listing(store)[0]["consent"] is True
    assert store.value("SELECT at FROM consents").startswith("2026-05-31T0")


def test_a_time_beyond_the_calendar_is_no_date(store: Store) -> None:
    text = "phone,consent_source,consent_at\n07700900001,form,0001-01-01T00:00+14:00\n"
    assert [each["reason"] for each in imported(store, text)["warnings"]] == ["unreadable_date"]


def test_a_row_may_be_shorter_than_the_header_or_end_in_empty_cells(store: Store) -> None:
    text = "name,phone,tags,dnm\nAna,07700900001\nBob,07700900002,,,,,,\nCid,07700900003,x,yes,\n"
    assert numbers(imported(store, text)) == (3, 0, 0, 0)
    assert [each["do_not_message"] for each in contacts.listing(store)] == [False, False, True]


def test_a_cell_with_more_numbers_than_anybody_has_is_one_refusal(store: Store) -> None:
    report = imported(store, f"name,phone\nAna,{'07700900001/' * 5_000}\n")
    assert [each["reason"] for each in report["rejected"]] == ["too_long"]
    assert report["warnings"] == []


def test_several_numbers_in_one_cell(store: Store) -> None:
    imported(store, "name,phone\nAna,07700 900001 / 07700 900002 ::: +44 7700 900003\n")
    assert contacts.show(store, 1)["phones"] == ["+447700900001", "+447700900002", "+447700900003"]


def test_a_name_of_several_columns(store: Store) -> None:
    imported(store, "First Name,Middle Name,Last Name,Mobile Phone\nAna,,Lopes,07700900001\n")
    assert contacts.listing(store)[0]["name"] == "Ana Lopes"


def test_names_are_text_and_nothing_else(store: Store) -> None:
    names = [
        "=1+1",
        "[bold]Ana[/] [@click=app.quit]x[/]",
        "Robert'); DROP TABLE contacts;--",
        "山田 太郎",
        "שירה",
    ]
    rows = "".join(f'"{name}",077009000{n:02d}\n' for n, name in enumerate(names))
    imported(store, f"name,phone\n{rows}")
    assert [person["name"] for person in contacts.listing(store)] == names
    imported(store, "name,phone\nAn\x1b[2Ja\u202e,07700900099\n")
    assert contacts.listing(store)[-1]["name"] == "An[2Ja"


def test_do_not_message_cells(store: Store) -> None:
    words = ["yes", "x", "TRUE", "sim", "asked us in May", "", "no", "0", "não", "-"]
    rows = "".join(f"P{n},077009000{n:02d},{word}\n" for n, word in enumerate(words))
    report = imported(store, f"name,phone,do_not_message\n{rows}")
    assert [person["do_not_message"] for person in contacts.listing(store)] == [True] * 5 + [False] * 5
    assert [each["reason"] for each in report["warnings"]] == ["read_as_do_not_message"]
    (line, *_) = [each for each in do_not_message.listing(store) if each["name"] == "P4"]
    assert (line["reason"], line["source"]) == ("asked us in May", "import")


def test_each_of_several_columns_for_do_not_message_blocks(store: Store) -> None:
    report = imported(store, "phone,do_not_message,Opt out\n07700900001,,yes\n07700900002,yes,no\n")
    assert report["ignored_columns"] == []
    assert do_not_message.is_blocked(store, "+447700900001")
    assert do_not_message.is_blocked(store, "+447700900002")


NAMES = [
    ("Name,Surname,Phone\nWim,de Vries,07700900001\n", "Wim de Vries"),
    ("Name,Surname,Phone\nWim de Vries,de Vries,07700900001\n", "Wim de Vries"),
    ('Name,Surname,Phone\n"DE VRIES, Wim",de Vries,07700900001\n', "DE VRIES, Wim"),
    ("Name,Surname,Phone\n山田太郎,山田,07700900001\n", "山田太郎"),
    ("Name,Surname,Phone\n,de Vries,07700900001\n", "de Vries"),
    ("Vorname,Name,Telefon\nWim,de Vries,07700900001\n", "Wim de Vries"),
    ("Name,Given Name,Family Name,Phone\nWillie,Wim,de Vries,07700900001\n", "Willie"),
    ("Given Name,Additional Name,Family Name,Phone\nWim,J.,de Vries,07700900001\n", "Wim J. de Vries"),
]


@pytest.mark.parametrize("text, name", NAMES)
def test_a_name_is_whole_however_its_parts_are_spread(store: Store, text: str, name: str) -> None:
    report = imported(store, text)
    assert report["ignored_columns"] == []
    assert [person["name"] for person in contacts.listing(store)] == [name]


def test_a_bare_consent_column_is_told_once_to_be_not_enough(store: Store) -> None:
    text = "phone,Consent\n07700900001,yes\n07700900002,yes\n07700900003,no\n"
    report = imported(store, text)
    assert report["warnings"] == [{"row": 1, "reason": "consent_not_enough", "value": "Consent"}]
    assert (report["people"], report["without_consent"]) == (3, 3)
    report = imported(store, text, consent_source="form", consent_at="2026-05-01")
    assert [each["reason"] for each in report["warnings"]] == ["consent_refused"]
    assert (report["people"], report["without_consent"]) == (3, 1)


def test_consents_are_counted_by_person_and_as_they_stand_now(store: Store) -> None:
    imported(store, "phone,name\n07700900001,Ana\n", consent_source="form", consent_at="2026-05-01")
    report = imported(store, "phone,name\n07700900001,Ana\n07700900002,Bea\n+447700900002,Bea\n12,Cid\n")
    assert (report["people"], report["without_consent"]) == (2, 1)
