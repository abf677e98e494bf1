import pytest

from invite_core.people.identity import FaultReason
from invite_core.people.importing.sentences import SENTENCES, sentence
from invite_core.store import Store
from invite_tui.samples import sample
from tests.people.people import imported


@pytest.mark.parametrize(
    ("reason", "value", "said"),
    [
        ("needs_country", "912 000 001", "912 000 001 has no country code. Import again with --country PT"),
        ("damaged_number", "9,12E+08", "9,12E+08 was damaged by a spreadsheet. Format the column as text"),
        (
            "unreadable_date",
            "01/05/2026",
            "01/05/2026 may be 1 May or 5 January; write 2026-05-01. No consent was recorded.",
        ),
        ("unreadable_date", "31/31/2026", "31/31/2026 is no date. Write it like 2026-05-01."),
        ("consent_not_enough", "Consent", "Column “Consent” is not enough: how and when are needed."),
        ("missing_number", "", "There is no phone number."),
        ("bad_places", "{0.__class__}", "{0.__class__} is no number of places."),
    ],
)
def test_a_note_is_a_sentence_with_the_cell_and_what_to_do(reason: str, value: str, said: str) -> None:
    assert sentence(reason, value).startswith(said)


def test_every_reason_of_the_sample_has_a_sentence(store: Store) -> None:
    report = imported(store, sample("contacts.sample.csv"))
    said = [sentence(note["reason"], "…") for note in (*report["rejected"], *report["warnings"])]
    assert said
    assert not [each for each in said if not each.endswith(".") or "{" in each]


def test_every_fault_of_a_number_has_a_sentence() -> None:
    assert {fault.value for fault in FaultReason} <= set(SENTENCES)
