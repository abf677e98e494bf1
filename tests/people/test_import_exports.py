"""What address books and spreadsheets export, as it is."""

from pathlib import Path
from typing import Any

import pytest

from invite_core.people import contacts
from invite_core.store import Store
from tests.people.people import imported, numbers
from tests.people.sample_files import SAMPLES

DATA = Path(__file__).parents[2] / "data"


def phones(store: Store) -> dict[str, list[str]]:
    """Every person's numbers by name, the one that is written to first."""
    return {
        str(each["name"]): phones_of(store, int(str(each["contact"]))) for each in contacts.listing(store)
    }


def phones_of(store: Store, contact: int) -> list[str]:
    found = contacts.show(store, contact)["phones"]
    assert isinstance(found, list)
    return found


def rejected(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(each["row"], each["reason"]) for each in report["rejected"]]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_in_the_wheel_are_those_that_are_tested(name: str) -> None:
    assert (DATA / name).read_bytes() == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_adds_up_and_changes_nothing_the_second_time(store: Store, name: str) -> None:
    report = imported(store, SAMPLES[name])
    assert report["read"] == sum(numbers(report))
    assert report["created"] > 0
    assert numbers(imported(store, SAMPLES[name])) == (0, 0, report["created"], len(report["rejected"]))


def test_google_contacts_of_both_generations_are_the_same_person(store: Store) -> None:
    report = imported(store, SAMPLES["google.sample.csv"])
    assert rejected(report) == [(6, "missing_number")]
    assert phones(store)["Ana Maria Lopes"] == ["+351910000001", "+351210000001"], "the mobile is first"
    assert phones(store)["Łucja Nowak"] == ["+447700900101"], "a fax is left out"
    assert phones(store)["Tom & Jo Hale"] == ["+447700900102", "+447700900103"]
    again = imported(store, SAMPLES["google-before-2024.sample.csv"])
    assert numbers(again) == (2, 1, 0, 0), "Ana's language is new"
    assert contacts.listing(store)[0]["tags"] == ["Choir", "myContacts"]


def test_outlook_writes_the_office_first_and_people_are_written_to_on_the_mobile(store: Store) -> None:
    report = imported(store, SAMPLES["outlook.sample.csv"])
    assert phones(store)["Ivy Quick"] == ["+447700900110", "+442079460111"]
    assert [each["language"] for each in contacts.listing(store)] == ["en", "de", "pt_PT"]
    assert "Business Fax" in report["ignored_columns"]


def test_an_iphones_cards(store: Store) -> None:
    report = imported(store, SAMPLES["iphone.sample.vcf"])
    assert (report["format"], rejected(report)) == ("vcard", [(4, "broken_card"), (5, "missing_number")])
    assert list(phones(store)) == ["Ana Maria Lopes", "Seán Ó Briain", "The Bakery Shop"]
    assert contacts.listing(store)[0]["tags"] == ["Choir", "Friends"]
    assert set(report["ignored_columns"]) == {"PHOTO", "NOTE", "EMAIL"}


def test_cards_of_version_4_and_2_1(store: Store) -> None:
    imported(store, SAMPLES["vcard4.sample.vcf"])
    imported(store, SAMPLES["vcard21.sample.vcf"])
    assert phones(store) == {
        "Beatriz Gouveia": ["+351910000020"],
        "Grace Bell": ["+447700900121", "+442079460121"],
        "João Brandão": ["+351910000030"],
    }
    assert contacts.listing(store)[0]["tags"] == ["Choir, altos", "Friends"]
    assert contacts.listing(store)[0]["language"] == "pt"


@pytest.mark.parametrize(
    "card",
    [
        "TEL",
        "N;ENCODING=QUOTED-PRINTABLE:=ZZ\nTEL:1",
        "FN:A\nTEL;TYPE=\n",
        ":\n;;;\n",
        "\0",
        "TEL:" + "9" * 99_999,
        "TEL" + ";a=b" * 1_000,
        "TEL" + ";a=b" * 1_000 + ";:1",
        "TEL" + ";a=b" * 1_000 + ';"x":1',
        "TEL;a=" + "x," * 2_000,
        "TEL\n " + ";a\n =b" * 1_000,
        "TEL:1\nN;ENCODING=QUOTED-PRINTABLE:" + "=41=\n" * 50_000,
        "TEL:1\nFN:A" + "\n x" * 50_000,
    ],
    ids=lambda card: str(card)[:24],
)
def test_a_hostile_card_is_one_row(store: Store, card: str) -> None:
    text = f"BEGIN:VCARD\n{card}\nEND:VCARD\nBEGIN:VCARD\nFN:Ana\nTEL:07700900001\nEND:VCARD\n"
    if "\0" in card:
        text = text.replace("\0", "x\x07")
    report = imported(store, text)
    assert (report["read"], report["created"]) == (2, 1)
    assert list(phones(store)) == ["Ana"]


def test_the_heads_that_address_books_write_are_read(store: Store) -> None:
    many = ",".join(["cell", *["x"] * 2_000])
    heads = ["TEL", "tel;CELL;PREF", "item1.TEL;type=CELL;type=pref", f"TEL;TYPE={many}", "TEL;;TYPE=cell"]
    heads += ['TEL;VALUE=uri;TYPE="voice,cell"', "TEL;X_A=b=c d;TYPE=cell,voice"]
    cards = [f"FN:Guest {n}\n{head}:+44 7700 90000{n}" for n, head in enumerate(heads)]
    imported(store, "".join(f"BEGIN:VCARD\n{card}\nEND:VCARD\n" for card in cards))
    assert phones(store) == {f"Guest {n}": [f"+44770090000{n}"] for n in range(len(heads))}


def test_a_childs_row_is_the_child_with_the_parents_numbers_in_their_order(store: Store) -> None:
    report = imported(store, SAMPLES["school.sample.csv"])
    assert phones(store) == {
        "Leo Ellis": ["+447700900201", "+447700900202"],
        "Mia Ellis": ["+447700900201", "+447700900202"],
        "Zoë Núñez": ["+447700900204", "+442079460203"],
        "Ben Hale": ["+447700900205"],
    }
    assert report["shared_number"] == 1, "siblings share their mother's number, and get one message"
    everyone = {each["name"]: each for each in contacts.listing(store)}
    assert everyone["Leo Ellis"]["attributes"] == {"mother": "Grace Ellis", "father": "Tom Ellis"}
    assert everyone["Zoë Núñez"]["phone"] == "+447700900204", "a landline is not written to"
    assert rejected(report) == [(6, "damaged_number"), (7, "mixed_up_columns")]


def test_a_list_that_names_no_child_is_about_the_parent(store: Store) -> None:
    imported(store, "Mother,Mother's phone,Father,Father's phone\nGrace,07700900001,Tom,07700900002\n")
    assert phones(store) == {"Grace": ["+447700900001", "+447700900002"]}


def test_numbers_below_mother_and_father_are_numbers(store: Store) -> None:
    report = imported(store, "Child,Mother,Father\nLeo,07700900001,07700900002\nMia,07700900003,\n")
    assert phones(store) == {"Leo": ["+447700900001", "+447700900002"], "Mia": ["+447700900003"]}
    assert {each["column"]: each["by"] for each in report["mapping"]} == {
        "Child": "header",
        "Mother": "content",
        "Father": "content",
    }
