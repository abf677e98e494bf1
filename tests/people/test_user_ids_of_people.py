"""People whom WhatsApp knows under an id alone: from files, by hand, found again, blocked."""

import pytest

from invite_core.errors import InviteError
from invite_core.people import contacts, do_not_message
from invite_core.people.erased import ErasedPerson
from invite_core.people.finding import AmbiguousContact
from invite_core.people.written_address import UserId, parse_user_id
from invite_core.store import Store
from invite_core.views.people_page import people_slice
from invite_core.views.person_sheet import person_sheet
from tests.people.people import NOW, ORGANISER, erase, imported, numbers

ID, OTHER_ID = "GB.13491208655302741918", "BR.ENT.9911aB08655302741918"


def identities(store: Store) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in store.rows(
            "SELECT contact, kind, value, match_key, usable, position FROM contact_identities"
        )
    ]


@pytest.mark.parametrize(
    "text, expected",
    [
        (ID, ID),
        (f" '{ID} ", ID),
        (OTHER_ID, OTHER_ID),
        ("gb.13491208655302741918", None),
        ("NO.12", None),
        ("GB.abcdefghij", None),
        ("+447700900001", None),
        (f"GB.{'1' * 129}", None),
    ],
)
def test_what_is_a_user_id(text: str, expected: str | None) -> None:
    assert parse_user_id(text) == (None if expected is None else UserId(expected, expected))


@pytest.mark.parametrize(
    "head, row",
    [
        ("phone", ID),
        ("phone,user id", f",{ID}"),
        ("phone,WhatsApp_User_ID", f",{ID}"),
        ("BSUID", ID),
        ("Meta knows them as", ID),
    ],
)
def test_a_row_with_a_user_id_alone_is_a_person_once(store: Store, head: str, row: str) -> None:
    table = f"name,{head}\nAna,{row}\n"
    assert numbers(imported(store, f"{table}Ana,{row}\n,{row}\n")) == (1, 0, 2, 0)
    assert numbers(imported(store, table)) == (0, 0, 1, 0)
    assert identities(store) == [(1, "user_id", ID, ID, 1, 0)]


def test_a_file_without_a_header_may_hold_ids(store: Store) -> None:
    assert numbers(imported(store, f"Ana,{ID}\nBen,{OTHER_ID}\n")) == (2, 0, 0, 0)
    assert [person["name"] for person in contacts.listing(store)] == ["Ana", "Ben"]


def test_a_number_is_written_to_before_an_id_and_both_mean_the_person(store: Store) -> None:
    report = imported(store, f"name,user id,phone\nAna,{ID} {OTHER_ID},07700900001\nBen,{ID},020 7946 0123\n")
    assert numbers(report) == (2, 0, 0, 0)
    assert report["shared_number"] == 1
    assert [person["phone"] for person in contacts.listing(store)] == ["+447700900001", ID]
    assert contacts.show(store, 1)["phones"] == ["+447700900001", ID, OTHER_ID]
    assert numbers(imported(store, f"name,phone\nAna,{OTHER_ID}\n")) == (0, 0, 1, 0)


def test_another_name_on_an_id_alone_is_the_same_person_and_is_told(store: Store) -> None:
    imported(store, f"name,user id\nAna,{ID}\n")
    for head, cell in (("tags", "vip"), ("phone", "07700900001"), ("language", "pt")):
        report = imported(store, f"name,user id,{head}\nAna Silva,{ID},{cell}\n")
        assert numbers(report) == (0, 1, 0, 0)
        assert [(note["reason"], note["value"]) for note in report["warnings"]] == [("same_user_id", ID)]
    (person,) = contacts.listing(store)
    assert (person["name"], person["tags"], person["phone"]) == ("Ana", ["vip"], "+447700900001")


def test_a_family_with_a_number_and_its_id_stays_a_family(store: Store) -> None:
    table = f"name,phone,user id\nAna,07700900001,{ID}\nBen,07700900001,{ID}\n"
    report = imported(store, table)
    assert (numbers(report), report["shared_number"], report["warnings"]) == ((2, 0, 0, 0), 1, [])
    assert numbers(imported(store, table)) == (0, 0, 2, 0)
    assert [note["reason"] for note in imported(store, f"user id\n{ID}\n")["rejected"]] == [
        "ambiguous_person"
    ]


def test_what_is_no_id_is_told_and_a_clubs_own_ids_are_left_alone(store: Store) -> None:
    report = imported(store, f"name,phone,user id\nAna,,GB.123\nBen,07700900002,x\nCara,12,{ID}\n")
    assert [(note["row"], note["reason"]) for note in report["rejected"]] == [(2, "no_user_id")]
    assert [(note["row"], note["reason"]) for note in report["warnings"]] == [
        (3, "no_user_id"),
        (4, "too_short"),
    ]
    club = imported(store, "name,phone,user id\nDora,07700900003,447700900099\n")
    assert (club["ignored_columns"], club["warnings"], numbers(club)) == (["user id"], [], (1, 0, 0, 0))
    assert club["mapping"][2] == {"column": "user id", "field": None, "by": None}


def test_a_block_holds_for_an_id_however_it_came(store: Store) -> None:
    do_not_message.block(store, address=ID, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW)
    imported(store, f"name,user id,dnm\nAna,{ID},\nBen,{OTHER_ID},yes\n")
    assert [person["do_not_message"] for person in contacts.listing(store)] == [True, True]
    assert do_not_message.is_blocked(store, OTHER_ID)
    assert numbers(imported(store, f"name,user id,dnm\nBen,{OTHER_ID},yes\n")) == (0, 0, 1, 0)
    erase(store, 2)
    report = imported(store, f"name,user id\nBenjamin,{OTHER_ID}\n")
    assert [(note["reason"], note["value"]) for note in report["rejected"]] == [("erased", OTHER_ID)]


def test_a_person_with_an_id_is_added_once_and_found_by_it(store: Store) -> None:
    ana = contacts.add(store, name="Ana", user_ids=[ID, ID], by=ORGANISER, now=NOW)
    imported(store, "name,phone\nSt. Dr.1 Zoë,07700900001\n")
    assert contacts.find(store, ID) == ana
    assert [(each["kind"], each["value"]) for each in person_sheet(store, ana).addresses] == [("user_id", ID)]
    for search in (ID, "gb.1349", "gb. an", f"ana {ID}"):
        assert [line.phone for line in people_slice(store, search, offset=0, limit=9)] == [ID], search
    assert (
        people_slice(store, "gb.14", offset=0, limit=9)
        == people_slice(store, f"zoë {ID}", offset=0, limit=9)
        == []
    )
    assert len(people_slice(store, "st. dr.1", offset=0, limit=9)) == 1
    with pytest.raises(AmbiguousContact, match="Ana with GB"):
        contacts.add(store, name="Another", user_ids=[ID], by=ORGANISER, now=NOW)
    with pytest.raises(InviteError, match="no user id"):
        contacts.add(store, name="Another", user_ids=["+447700900001"], by=ORGANISER, now=NOW)
    erase(store, ana)
    with pytest.raises(ErasedPerson):
        contacts.add(store, name="Ana", user_ids=[ID], by=ORGANISER, now=NOW)
