from typing import Any

import pytest

from invite_core.errors import InviteError
from invite_core.operators import ViewerMayNotAct
from invite_core.people import consent, contacts, tags
from invite_core.people.contacts import AmbiguousContact, ContactFault, UnknownContact
from invite_core.store import Store
from tests.people.people import NOW, ORGANISER, VIEWER, a_contact, erase, merge, retire


def test_a_person_is_found_by_id_number_and_name(store: Store) -> None:
    ana = a_contact(store, 1, "Ana Maria")
    a_contact(store, 2, "Bob")
    for ref in (str(ana), "+44 7700 900001", "447700900001", "07700 900001", "  ana   MARIA "):
        assert contacts.find(store, ref) == ana
    assert contacts.find(store, "07700900001", region="GB") == ana


def test_several_people_on_one_number_are_named(store: Store) -> None:
    ana, bob = a_contact(store, 1, "Ana"), a_contact(store, 1, "Bob")
    with pytest.raises(AmbiguousContact) as refusal:
        contacts.find(store, "07700 900001")
    for word in (f"{ana} (Ana, +447700900001)", f"{bob} (Bob, +447700900001)"):
        assert word in refusal.value.todo


def test_several_people_of_one_name_are_named(store: Store) -> None:
    a_contact(store, 1, "Ana")
    a_contact(store, 2, "ANA")
    with pytest.raises(AmbiguousContact, match=r"\+447700900002"):
        contacts.find(store, "ana")


@pytest.mark.parametrize(
    "ref", ["", "99", "Nobody", "+447700900999", "07700 900999", "999999999999999999999"]
)
def test_nobody_is_meant(store: Store, ref: str) -> None:
    a_contact(store, 1, "Ana")
    with pytest.raises(UnknownContact):
        contacts.find(store, ref)


def test_someone_without_a_name_is_not_found_by_an_empty_one(store: Store) -> None:
    contacts.add(store, name="", phones=["+447700900001"], by=ORGANISER, now=NOW)
    with pytest.raises(UnknownContact):
        contacts.find(store, " ")


def test_merged_and_erased_people_are_not_found(store: Store) -> None:
    kept, lost, gone = a_contact(store, 1, "Ana"), a_contact(store, 2, "Anna"), a_contact(store, 3, "Bob")
    merge(store, lost, into=kept)
    erase(store, gone)
    assert contacts.find(store, str(lost)) == kept
    for ref in ("Anna", "Bob", "+447700900003"):
        with pytest.raises(UnknownContact):
            contacts.find(store, ref)
    assert [person["contact"] for person in contacts.listing(store)] == [kept]


def test_a_retired_number_belongs_to_nobody(store: Store) -> None:
    contact = a_contact(store)
    retire(store, contact)
    assert contacts.by_address(store, "447700900001") == []


def test_everyone_on_a_number_is_found_in_any_spelling(store: Store) -> None:
    rui, eva = (
        contacts.add(store, name=name, phones=[phone], by=ORGANISER, now=NOW)
        for name, phone in (("Rui", "+55 11 8765-4321"), ("Eva", "+55 11 98765-4321"))
    )
    assert contacts.by_address(store, "551187654321") == [rui, eva]


def test_what_is_shown_of_a_person(store: Store) -> None:
    ana = contacts.add(
        store,
        name=" Ana ",
        phones=["020 7946 0123", "07700 900001", "+44 7700 900001"],
        language="Portuguese",
        household="Lopes",
        places=2,
        attributes={"city": "Évora"},
        tags=["VIP", "vip", " "],
        region="GB",
        by=ORGANISER,
        now=NOW,
    )
    bob = a_contact(store, 1, "Bob")
    consent.grant(store, ana, source="form", at=NOW, by=ORGANISER, now=NOW)
    shown = contacts.show(store, ana)
    assert (shown["name"], shown["language"], shown["household"], shown["places"]) == (
        "Ana",
        "pt",
        "Lopes",
        2,
    )
    assert (shown["phone"], shown["phones"]) == ("+447700900001", ["+447700900001", "+442079460123"])
    assert (shown["attributes"], shown["tags"]) == ({"city": "Évora"}, ["VIP"])
    assert (shown["consent"], shown["do_not_message"], shown["shares_number_with"]) == (True, False, [bob])
    assert contacts.listing(store, tag="vip")[0].items() <= shown.items()
    with pytest.raises(UnknownContact):
        contacts.show(store, 99)


@pytest.mark.parametrize(
    "given, word",
    [
        ({"name": "", "phones": []}, "name or a number"),
        ({"phones": ["12"]}, "12"),
        ({"phones": ["07700 900123"]}, "country"),
        ({"language": "Klingonese"}, "no language"),
        ({"places": 0}, "places"),
        ({"places": 100}, "places"),
    ],
)
def test_a_person_that_cannot_be_stored(store: Store, given: dict[str, Any], word: str) -> None:
    options: dict[str, Any] = {"name": "Ana", "phones": ["+447700900001"], **given}
    with pytest.raises(InviteError, match=word):
        contacts.add(store, **options, by=ORGANISER, now=NOW)
    assert store.value("SELECT count(*) FROM contacts") == 0


def test_the_same_person_is_not_added_twice(store: Store) -> None:
    a_contact(store, 1, "Ana")
    with pytest.raises(AmbiguousContact, match="already there"):
        a_contact(store, 1, "ANA")


def test_tags_are_given_once(store: Store) -> None:
    ana, bob = a_contact(store, 1), a_contact(store, 2)
    assert tags.tag(store, [ana, bob], " Choir ", by=ORGANISER, now=NOW) == 2
    assert tags.tag(store, [ana], "choir", by=ORGANISER, now=NOW) == 0
    assert tags.listing(store) == [{"name": "Choir", "people": 2}]
    assert [person["contact"] for person in contacts.listing(store, tag="choir")] == [ana, bob]
    with pytest.raises(tags.TagFault):
        tags.tag(store, [ana], " ", by=ORGANISER, now=NOW)


def test_a_viewer_adds_and_tags_nobody(store: Store) -> None:
    contact = a_contact(store)
    with pytest.raises(ViewerMayNotAct):
        contacts.add(store, name="Bob", by=VIEWER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        tags.tag(store, [contact], "choir", by=VIEWER, now=NOW)
    assert len(contacts.listing(store)) == 1
    assert issubclass(ContactFault, InviteError)
