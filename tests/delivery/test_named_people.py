"""The people beside the items of a change: found by number or id, the first who fits, and in one look."""

from collections.abc import Iterator

from invite_core.delivery.named_people import NamedPeople
from invite_core.delivery.updates import Sender
from tests.delivery.rows import ANA_USER_ID, ANA_WA_ID


def person(name: str, **known: object) -> dict[str, object]:
    """An item of `contacts[]`."""
    return {"profile": {"name": name}, **known}


def test_first_person_who_fits_gives_name_and_the_address_that_the_item_lacks() -> None:
    people = NamedPeople(
        [
            17,
            person("Nobody", wa_id=["447700900101"]),
            person("Ana", wa_id=ANA_WA_ID, user_id=ANA_USER_ID),
            person("Another Ana", wa_id=ANA_WA_ID, user_id="GB.1"),
        ]
    )
    ana = Sender(ANA_WA_ID, ANA_USER_ID, "Ana")
    assert people.sender(ANA_WA_ID, None) == people.sender(None, ANA_USER_ID) == ana
    assert people.sender("447700900102", ANA_USER_ID) == Sender("447700900102", ANA_USER_ID, "Ana")
    assert people.sender(ANA_WA_ID, "GB.1") == Sender(ANA_WA_ID, "GB.1", "Ana")
    assert people.sender("447700900103", None) == Sender("447700900103", None)


def test_number_is_known_in_the_spelling_of_the_item_too() -> None:
    for spelled in (int(ANA_WA_ID), f"+{ANA_WA_ID}"):
        people = NamedPeople([person("Ana", wa_id=spelled)])
        assert people.sender(spelled, None) == Sender(ANA_WA_ID, None, "Ana")


def test_only_person_is_meant_where_the_item_names_nobody() -> None:
    ana = person("Ana", wa_id=ANA_WA_ID)
    assert NamedPeople([ana]).sender(None, None) == Sender(ANA_WA_ID, None, "Ana")
    assert NamedPeople([ana, ana]).sender(None, None) == Sender(None, None)
    assert NamedPeople({"0": ana}).sender(None, None) == Sender(None, None)


def test_people_are_gone_through_once_however_many_items_ask() -> None:
    looked_at = 0

    class Watched(list[object]):
        def __iter__(self) -> Iterator[object]:
            nonlocal looked_at
            for each in super().__iter__():
                looked_at += 1
                yield each

    people = NamedPeople(Watched([0] * 100))
    for number in range(1000):
        people.sender(f"4477009{number:05}", f"GB.{number}")
    assert looked_at == 200
