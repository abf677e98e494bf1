import pytest

from invite_core.people import block_record, do_not_message, erasing
from invite_core.store import Store
from tests.builders import ORGANISER, a_contact, a_phone, later


@pytest.fixture
def blocked(store: Store) -> Store:
    """Three people blocked, each for another reason; a stranger too."""
    for number, (name, reason) in enumerate(
        {"Ana Silva": "asked", "Ben": "wrong person", "Zoë": "moved"}.items(), 1
    ):
        block(store, number, contact=a_contact(store, name, number), reason=reason)
    block(store, 4, address="+5511987650000", reason="stranger")
    return store


def block(
    store: Store, second: int, *, contact: int | None = None, address: str | None = None, reason: str
) -> None:
    at = later(second)
    do_not_message.block(
        store,
        contact=contact,
        address=address,
        reason=reason,
        source="organiser",
        at=at,
        by=ORGANISER,
        now=at,
    )


@pytest.mark.parametrize(
    "search, names",
    [
        ("", [None, "Zoë", "Ben", "Ana Silva"]),
        ("SILVA", ["Ana Silva"]),
        ("zoë", ["Zoë"]),
        ("wrong", ["Ben"]),
        ("07700 900001", ["Ana Silva"]),
        ("+44 7700 900002", ["Ben"]),
        ("55 11 8765-0000", [None]),
        ("nobody", []),
    ],
)
def test_a_block_is_found_by_name_number_or_reason(
    blocked: Store, search: str, names: list[str | None]
) -> None:
    assert [line["name"] for line in block_record.listing(blocked, search)] == names


def test_the_history_tells_every_block_and_lift_of_a_person(blocked: Store) -> None:
    do_not_message.lift(blocked, contact=1, reason="asked again", by=ORGANISER, now=later(10))
    block(blocked, 20, contact=1, reason="changed her mind")
    told = [(line["act"], line["reason"]) for line in block_record.history(blocked, contact=1)]
    assert told == [("block", "changed her mind"), ("lift", "asked again"), ("block", "asked")]
    assert block_record.history(blocked, address="07700 900001") == []
    assert len(block_record.history(blocked, address=a_phone(1))) == 3


def test_the_history_of_an_erased_number_is_found_and_names_nobody(blocked: Store) -> None:
    erasing.erase(blocked, 1, by=ORGANISER, now=later(10))
    (line,) = block_record.history(blocked, address=a_phone(1))
    assert (line["act"], line["address"], line["reason"], line["by"]) == ("block", None, "", ORGANISER.name)
    assert block_record.history(blocked, address="+447700900555") == []


def test_the_entry_merged_into_another_is_shown_as_the_other(blocked: Store) -> None:
    with blocked.write():
        blocked.execute("UPDATE contacts SET merged_into = 2 WHERE id = 1")
    assert [line["name"] for line in block_record.listing(blocked, "asked")] == ["Ben"]
    assert len(block_record.history(blocked, contact=2)) == 2
