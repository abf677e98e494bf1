from pathlib import Path

from invite_core.people import contacts
from invite_core.store import Store
from invite_tui.sample_people import csv_of
from tests.people.people import imported, numbers

DATA = Path(__file__).parents[2] / "data"


def test_the_sample_holds_what_an_organisers_export_holds(store: Store) -> None:
    sample = (DATA / "contacts.sample.csv").read_bytes()
    report = imported(store, sample)
    assert report["read"] == sum(numbers(report))
    assert 300 <= report["created"] <= 400
    assert {each["reason"] for each in report["rejected"]} == {
        "missing_number",
        "damaged_number",
        "invalid_number",
        "premium_number",
        "too_short",
        "unknown_country_code",
        "words_for_number",
    }
    assert {each["reason"] for each in report["warnings"]} >= {
        "landline",
        "unusual_number",
        "unknown_language",
    }
    assert report["shared_number"] > 5
    everyone = contacts.listing(store)
    assert {person["language"] for person in everyone} >= {"en", "pt", "pt_BR", "es", "de", "fr"}
    assert sum(not person["consent"] for person in everyone) > 8
    assert sum(bool(person["do_not_message"]) for person in everyone) > 6
    assert numbers(imported(store, sample))[:2] == (0, 0)


def test_made_up_people_are_all_different_and_the_same_for_a_seed(store: Store) -> None:
    content = csv_of(2_000, 5)
    assert content == csv_of(2_000, 5) != csv_of(2_000, 6)
    report = imported(store, content, default_region=None)
    assert (report["read"], report["created"]) == (2_000, 2_000)
    assert report["warnings"] == []
    assert 20 < report["shared_number"] < 80
    everyone = contacts.listing(store)
    assert 40 < sum(not person["consent"] for person in everyone) < 120
    assert 20 < sum(bool(person["do_not_message"]) for person in everyone) < 90
    assert {person["language"] for person in everyone} == {"en", "pt", "es"}
    assert store.value("SELECT min(usable) FROM contact_identities") == 1
