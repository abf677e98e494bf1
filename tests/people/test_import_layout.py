"""Which column holds what: by content, by the organiser's word, and above all visible."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from invite_core.errors import InviteError
from invite_core.people import contacts, erasing
from invite_core.people.importing import csv_file
from invite_core.people.importing.header_words import plain_words
from invite_core.people.importing.layout import HeaderNamesSomebody, NoNumbers
from invite_core.people.importing.rows import RowReader
from invite_core.people.importing.table import MOST_COLUMNS, FileFault
from invite_core.store import Store
from invite_tui.sample_people import csv_of
from tests.people.people import NOW, ORGANISER, imported, numbers


def mapping(report: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {each["column"]: (each["field"], each["by"]) for each in report["mapping"]}


def test_numbers_without_a_known_header_are_told_by_content(store: Store) -> None:
    report = imported(
        store,
        "Name,Ordered,Kontaktdaten,Member\nAna,2026-05-01,07700 900001,10000017\n"
        "Bob,2026-05-02,+44 7700 900002,10000018\n",
    )
    assert mapping(report) == {
        "Name": ("name", "header"),
        "Ordered": (None, None),
        "Kontaktdaten": ("phone", "content"),
        "Member": (None, None),
    }
    assert [each["phone"] for each in contacts.listing(store)] == ["+447700900001", "+447700900002"]


def test_a_file_without_a_header(store: Store) -> None:
    report = imported(store, "Ana Lopes;07700 900001\nBob Hale;07700 900002\n;07700\n")
    assert [each["name"] for each in contacts.listing(store)] == ["Ana Lopes", "Bob Hale"]
    assert [each["row"] for each in report["rejected"]] == [3]
    assert [each["by"] for each in report["mapping"]] == ["content", "content"]


def test_columns_of_a_file_without_a_header_are_said_by_number_and_nobody_is_remembered_as_a_header(
    store: Store,
) -> None:
    text = "07700900001,family,Ana Lopes,ana@example.com\n07700900002,friends,Bob Hale,bob@example.com\n"
    report = imported(store, text, columns=["2=tags", "3=name"])
    assert [(each["column"], each["field"]) for each in report["mapping"]] == [
        ("1", "phone"),
        ("2", "tags"),
        ("3", "name"),
        ("4", None),
    ]
    assert [each["name"] for each in contacts.listing(store)] == ["Ana Lopes", "Bob Hale"]
    assert store.value("SELECT count(*) FROM import_mappings") == 0
    with pytest.raises(FileFault) as refusal:
        imported(store, text, columns=["Ana Lopes=name"])
    assert "--column 2=phone" in str(refusal.value)


@pytest.mark.parametrize(
    "header",
    ["name,phone,+44 7700 900001", "Name,ana@example.com", "Gast,Ana 07700900001", "name,phone,7 700 900"],
)
def test_a_header_that_names_somebody_is_refused(store: Store, header: str) -> None:
    with pytest.raises(HeaderNamesSomebody):
        imported(store, f"{header}\nBob,07700900002\n", columns=["name=name"])
    assert contacts.listing(store) == []


def test_a_title_may_name_somebody_and_cells_beyond_the_header_are_no_column(store: Store) -> None:
    report = imported(store, "Guests,,ana@example.com\nname,phone,\nAna,07700900001,\n")
    assert [each["reason"] for each in report["warnings"]] == ["above_the_header"]
    with pytest.raises(NoNumbers):
        imported(store, "name,Kontakt\nBob,x,07700900002\n")


def test_more_columns_than_any_list_has_are_refused(store: Store) -> None:
    for text in (f"name,phone{',' * MOST_COLUMNS}\nAna,07700900001\n", f"07700900001{',' * MOST_COLUMNS}\n"):
        with pytest.raises(FileFault, match="columns"):
            imported(store, text)


def test_a_file_without_a_header_in_which_no_column_holds_numbers_says_what_to_do(store: Store) -> None:
    with pytest.raises(NoNumbers, match="already") as refusal:
        imported(store, "Ana,912345678\n")
    assert "--column 2=phone" in str(refusal.value)


def test_dates_and_years_in_a_header_name_nobody(store: Store) -> None:
    imported(store, "name,phone,2026-05-01,2025/2026,Came 01.05.2026,No. 12345678\nAna,07700900001,,,,\n")
    assert len(contacts.listing(store)) == 1


def test_the_organisers_word_counts_and_is_remembered_for_these_headers_in_any_order(store: Store) -> None:
    text = "Who,Line A,Line B,Town\nAna,07700900001,07700900002,Leeds\n"
    words = ["Who=name", "Line B=phone", "Line A=ignore", "Town=attribute.city"]
    report = imported(store, text, columns=words)
    assert mapping(report)["Line B"] == ("phone", "organiser")
    assert contacts.show(store, 1)["phones"] == ["+447700900002"]
    assert contacts.listing(store)[0]["attributes"] == {"city": "Leeds"}
    other = "town,LINE B,Line a,who\nYork,07700900003,07700900004,Bob\n"
    assert mapping(imported(store, other))["LINE B"] == ("phone", "remembered")
    assert contacts.show(store, 2)["phones"] == ["+447700900003"]
    report = imported(store, text, columns=["Line A=auto", "Line B=auto", "Town=ignore"])
    assert mapping(report)["Line A"] == ("phone", "content")
    assert mapping(imported(store, text))["Who"] == ("name", "remembered")


WORDS = [
    ("Who", "HEADER=FIELD"),
    ("=phone", "HEADER=FIELD"),
    ("Nobody=phone", "no column “Nobody”"),
    ("phone=surname", "“surname” is no field"),
    ("phone=attribute.$x", "attribute"),
]


@pytest.mark.parametrize("word, said", WORDS)
def test_a_word_about_columns_that_makes_no_sense_is_refused(store: Store, word: str, said: str) -> None:
    with pytest.raises(InviteError) as refusal:
        imported(store, "name,phone\nAna,07700900001\n", columns=[word])
    assert said in str(refusal.value)
    assert contacts.listing(store) == []


def test_a_preview_says_what_an_import_would_do_and_stores_nothing(store: Store) -> None:
    text = "name,phone,dnm,Town\nAna,07700900001,yes,Leeds\nBob,12,,\n"
    tables = ("contacts", "contact_identities", "do_not_message", "tags", "operator_acts", "import_mappings")
    words = {"tags": ["vip"], "columns": ["Town=attribute.city"]}
    report = imported(store, text, preview=True, **words)
    assert [store.value(f"SELECT count(*) FROM {table}") for table in tables] == [0] * len(tables)
    assert report.pop("preview") is True
    done = imported(store, text, **words)
    assert done.pop("preview") is False
    assert report == done


@pytest.mark.parametrize("phase", ["reading", "storing"])
def test_an_interrupted_import_leaves_nothing_behind(store: Store, phase: str) -> None:
    def interrupt(now: str, done: int, total: int | None) -> None:
        if now == phase and done >= 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(store, csv_of(2_500, 3), progress=interrupt)
    assert store.value("SELECT count(*) FROM contacts") == 0
    assert numbers(imported(store, csv_of(20, 3)))[0] == 20


def test_progress_tells_every_thousand_rows(store: Store) -> None:
    told: list[tuple[str, int, int | None]] = []
    imported(store, csv_of(2_500, 3), progress=lambda *work: told.append(work))
    assert told == [
        ("reading", 1_000, None),
        ("reading", 2_000, None),
        ("storing", 1_000, 2_500),
        ("storing", 2_000, 2_500),
        ("storing", 2_500, 2_500),
    ]


BAD_NUMBERS = [
    ("+44 7700", "too_short"),
    ("07700 9000011111", "too_long"),
    ("+999 12345678", "unknown_country_code"),
    ("0800 1111 111", "premium_number"),
    ("999", "emergency_number"),
    ("Ana's mobile", "words_for_number"),
    ("3.51912E+11", "damaged_number"),
    ("#####", "damaged_number"),
    ("+44 7700 9OOOO1", "invalid_number"),
]


@pytest.mark.parametrize("number, reason", BAD_NUMBERS)
def test_why_a_number_is_refused(store: Store, number: str, reason: str) -> None:
    report = imported(store, f"name,phone\nAna,{number}\n")
    assert report["rejected"] == [{"row": 2, "reason": reason, "value": number}]


@pytest.mark.parametrize("number", ["7700900001", "447700900001", "447700900001.0", '"=""+447700900001"""'])
def test_what_a_spreadsheet_took_from_a_number_is_put_back(store: Store, number: str) -> None:
    imported(store, f"name,phone\nAna,{number}\n")
    assert [each["phone"] for each in contacts.listing(store)] == ["+447700900001"]


def test_a_file_with_too_many_rows_is_refused_before_its_numbers_are_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "MOST_ROWS", 100)
    read = _counted(monkeypatch)
    with pytest.raises(InviteError, match="more than") as refusal:
        imported(store, csv_of(101, 1))
    assert "Split it" in refusal.value.todo
    assert read == []
    assert imported(store, csv_of(99, 1))["created"] == 99


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that are read."""
    read: list[int] = []
    real: Callable[..., Any] = RowReader.read

    def counting(self: Any, number: int, *rest: Any) -> Any:
        read.append(number)
        return real(self, number, *rest)

    monkeypatch.setattr(RowReader, "read", counting)
    return read


def test_what_was_remembered_is_forgotten_where_the_organiser_says_so_and_nothing_else(store: Store) -> None:
    text = "Who,phone\nAna,07700900001\n"
    imported(store, text, columns=["Who=name"])
    assert mapping(imported(store, text, columns=["Who=auto"]))["Who"] != ("name", "remembered")
    assert mapping(imported(store, text))["Who"] != ("name", "remembered")


@pytest.mark.parametrize("header", ["Bea Quill", "Quill, Bea", "Tel 07700900001", "+44 (7700) 900.001"])
def test_an_erasure_forgets_headers_that_name_the_person(store: Store, header: str) -> None:
    person = contacts.add(store, name="Bea Quill", phones=["+447700900001"], by=ORGANISER, now=NOW)
    said = json.dumps([plain_words(header), "town"])
    with store.write():
        for headers in (said, json.dumps(["bea", "town"])):
            store.execute("INSERT INTO import_mappings VALUES (?, '{}', '', '')", (headers,))
    erasing.erase(store, person, by=ORGANISER, now=NOW)
    assert [row["headers"] for row in store.rows("SELECT headers FROM import_mappings")] == [
        '["bea", "town"]'
    ]


def test_every_column_is_shown_with_a_sample_even_where_none_holds_numbers(store: Store) -> None:
    with pytest.raises(NoNumbers) as refusal:
        imported(store, "Who,Line\n,ask her\nAna ,\n")
    told = [(each.place, each.header, each.sample) for each in refusal.value.mapping]
    assert told == [(0, "Who", "Ana"), (1, "Line", "ask her")]


def test_the_record_of_an_import_says_what_the_file_is_called(store: Store) -> None:
    imported(store, "name,phone\nAna,07700900001\n", called="guests.csv")
    assert store.value("SELECT subject FROM operator_acts WHERE act = 'import people'") == "guests.csv"
