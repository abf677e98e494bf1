"""Two entries that are one person: nothing is sent twice, no block is lost, everything is counted once."""

import pytest

from invite_core.instants import stored
from invite_core.invitations import otherwise
from invite_core.lifecycle.states import State
from invite_core.operations import merging
from invite_core.operations.merging import MergedPeople
from invite_core.operators import LISTENER, ViewerMayNotAct
from invite_core.people import changed_addresses, consent, contacts, do_not_message
from invite_core.people.merging import MergeFault
from invite_core.store import Store
from invite_core.views.home_board import event_lines
from invite_core.views.person_sheet import person_sheet
from invite_core.views.rsvp_board import rsvp_board
from invite_core.views.told_before import told_before
from tests.builders import (
    NOW,
    ORGANISER,
    VIEWER,
    a_contact,
    a_phone,
    a_plan,
    a_run,
    an_event,
    later,
    state_of,
)
from tests.invitations.outcomes import accept, answer, bring_to, chosen, claim, reasons

MOVED = stored(later(5))


def merge(store: Store, kept: int, gone: int) -> MergedPeople:
    return merging.merge(store, kept, gone, by=ORGANISER, now=later(60))


def block(store: Store, contact: int) -> None:
    do_not_message.block(
        store, contact=contact, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )


def test_the_person_who_stays_has_what_either_had(store: Store) -> None:
    kept = a_contact(store, "Ana", 1, tags=["vip"], attributes={"city": "Lisbon"})
    gone = a_contact(
        store, "Ana E.", 2, 3, language="pt", household="Example", places=2, tags=["family"],
        attributes={"city": "Porto", "diet": "vegan"},
    )  # fmt: skip
    done = merge(store, kept, gone)
    assert done == MergedPeople(kept, gone, addresses=2, withdrawn=0)
    shown = contacts.show(store, kept)
    assert shown["phones"] == [a_phone(1), a_phone(2), a_phone(3)]
    assert [each["value"] for each in person_sheet(store, gone).addresses] == shown["phones"]
    assert (shown["name"], shown["language"], shown["household"], shown["places"]) == (
        "Ana",
        "en",
        "Example",
        2,
    )
    assert (shown["tags"], shown["attributes"]) == (["family", "vip"], {"city": "Lisbon", "diet": "vegan"})


def test_the_entry_that_goes_leads_to_the_person_everywhere(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2, tags=["vip"])
    merge(store, kept, gone)
    assert [contacts.find(store, ref) for ref in (str(gone), a_phone(2), "Ana")] == [kept] * 3
    assert contacts.by_address(store, a_phone(2)) == [kept]
    assert [each["contact"] for each in contacts.listing(store)] == [kept]
    assert chosen(store, "tag:vip", an_event(store).id) == ["Ana"]


def test_a_person_without_a_number_is_written_to_on_that_of_the_entry(store: Store) -> None:
    kept = contacts.add(store, name="Ana", by=ORGANISER, now=NOW)
    gone = a_contact(store, "Ana E.", 2)
    merge(store, kept, gone)
    assert reasons(store, a_plan(store)) == {"Ana": ()}
    assert [each.address for each in claim(store, a_run(store).id)] == [a_phone(2)]


@pytest.mark.parametrize("blocked", [0, 1], ids=["who stays", "who goes"])
def test_a_block_on_either_is_on_the_person(store: Store, blocked: int) -> None:
    both = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    block(store, both[blocked])
    merge(store, *both)
    assert reasons(store, a_plan(store)) == {"Ana": ("do_not_message",)}


@pytest.mark.parametrize("revoked", [0, 1], ids=["who stays", "who goes"])
def test_a_revocation_by_either_counts(store: Store, revoked: int) -> None:
    both = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    consent.revoke(store, both[revoked], source="letter", at=NOW, by=ORGANISER, now=NOW)
    merge(store, *both)
    assert reasons(store, a_plan(store)) == {"Ana": ("no_consent",)}


def test_an_address_that_the_entry_gave_up_stays_given_up_and_its_block_holds(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    block(store, gone)
    with store.write():
        store.execute("UPDATE contact_identities SET retired_at = created_at WHERE contact = ?", (gone,))
    merge(store, kept, gone)
    assert contacts.show(store, kept)["phones"] == [a_phone(1)]
    assert contacts.show(store, kept)["do_not_message"]


def moves(store: Store, old: int, new: int, *, at: int) -> None:
    """WhatsApp tells that whoever has the one number has the other now."""
    with store.write():
        changed_addresses.follow(
            store, old=a_phone(old), new=a_phone(new), at=later(at), receipt=a_receipt(store), by=LISTENER,
            now=later(at),
        )  # fmt: skip


def a_receipt(store: Store) -> int:
    return store.insert(
        """INSERT INTO webhook_receipts (key, kind, outcome, received_at)
           VALUES (randomblob(9), 'message', 'applied', '')"""
    )


@pytest.mark.parametrize("left_by_kept", [True, False])
def test_an_address_that_one_left_is_written_to_no_more_though_the_other_was_stored_with_it(
    store: Store, left_by_kept: bool
) -> None:
    left, has = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 1)
    run = a_run(store)
    with store.write():
        store.execute(
            "UPDATE contact_identities SET retired_at = :at WHERE contact = :left",
            {"at": MOVED, "left": left},
        )
        store.execute(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'phone', ?, '447700900002', ?)""",
            (left, a_phone(2), MOVED),
        )
    merge(store, *((left, has) if left_by_kept else (has, left)))
    kept = left if left_by_kept else has
    assert contacts.show(store, kept)["phones"] == [a_phone(2)]
    assert claim(store, run.id) == []


def test_an_address_given_after_the_other_left_it_is_theirs_who_stays_and_not_theirs_who_goes(
    store: Store,
) -> None:
    """The organiser's word is newer, and she chose whose facts stand."""
    moved = a_contact(store, "Ana", 1)
    moves(store, 1, 2, at=5)
    given = contacts.add(store, name="Ana E.", phones=[a_phone(1)], by=ORGANISER, now=later(9))
    preview = merging.would_merge(store, moved, given, by=ORGANISER, now=later(60))
    assert [each["retired_at"] for each in preview.together.addresses] == [None, MOVED]
    merge(store, given, moved)
    assert contacts.show(store, given)["phones"] == [a_phone(1), a_phone(2)]


def test_somebody_who_came_back_to_a_number_keeps_it_when_merged_with_one_who_left_it(store: Store) -> None:
    kept = a_contact(store, "Ana", 1)
    moves(store, 1, 2, at=5)
    gone = contacts.add(store, name="Ana E.", phones=[a_phone(1)], by=ORGANISER, now=later(9))
    moves(store, 1, 3, at=20)
    moves(store, 2, 1, at=30)
    merge(store, kept, gone)
    assert contacts.show(store, kept)["phones"] == [a_phone(1), a_phone(3)]


def test_what_waits_for_the_entry_is_cancelled_and_the_person_gets_one_message(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    run = a_run(store)
    assert merge(store, kept, gone).withdrawn == 1
    assert state_of(store, gone) == "cancelled"
    assert [each.address for each in claim(store, run.id)] == [a_phone(1)]


def test_who_waits_only_under_the_entry_can_be_invited_again(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2, tags=["vip"])
    event = an_event(store)
    a_run(store, a_plan(store, event, audience="tag:vip"))
    merge(store, kept, gone)
    assert reasons(store, a_plan(store, event)) == {"Ana": ()}


def test_the_person_gets_nothing_when_the_entry_was_written_to_in_the_same_run(store: Store) -> None:
    gone, kept = a_contact(store, "Ana E.", 2), a_contact(store, "Ana", 1)
    run = a_run(store)
    (first,) = claim(store, run.id, 1)
    accept(store, first.attempt)
    merge(store, kept, gone)
    assert claim(store, run.id) == []
    assert state_of(store, kept) == "blocked"


def test_no_message_is_moved_and_the_history_stays(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.READ)
    answer(store, gone, event.id, "yes", at=later(5))
    merge(store, kept, gone)
    assert [row["contact"] for row in store.rows("SELECT contact FROM invite_messages ORDER BY id")] == [
        kept,
        gone,
    ]
    assert [row["contact"] for row in store.rows("SELECT contact FROM replies")] == [gone]
    assert len(consent.history(store, kept)) == 2


def test_somebody_invited_and_answering_twice_counts_once(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    a_contact(store, "Ben", 3)
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.DELIVERED, State.READ)
    answer(store, kept, event.id, "yes", at=later(5))
    answer(store, gone, event.id, "no", at=later(6))
    merge(store, kept, gone)
    (line,) = event_lines(store)
    assert (line.invited, line.delivered, line.read) == (2, 2, 2)
    assert (line.yes, line.no, line.answered) == (0, 1, 1)
    board = rsvp_board(store, event)
    assert (board["yes"], board["no"], len(board["people"])) == (0, 1, 2)
    assert [each["name"] for each in told_before(store, event.id)] == ["Ana", "Ben"]


def test_an_invitation_otherwise_of_the_entry_is_of_the_person(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    event = an_event(store)
    otherwise.record(store, event, gone, via="by telephone", by=ORGANISER, now=NOW)
    merge(store, kept, gone)
    assert reasons(store, a_plan(store, event)) == {"Ana": ("invited_otherwise",)}


def test_a_merge_of_merged_people_stays_one_level_deep(store: Store) -> None:
    one, two, three = (a_contact(store, f"Ana {n}", n) for n in (1, 2, 3))
    block(store, three)
    merge(store, two, three)
    merge(store, one, two)
    assert [row["merged_into"] for row in store.rows("SELECT merged_into FROM contacts ORDER BY id")] == [
        None,
        one,
        one,
    ]
    assert contacts.show(store, one)["do_not_message"]


def test_a_merge_that_cannot_be_is_refused(store: Store) -> None:
    one, two, three = (a_contact(store, f"Ana {n}", n) for n in (1, 2, 3))
    merge(store, one, two)
    for kept, gone, word in (
        (one, one, "same person"),
        (three, two, f"no person {two}"),
        (one, 404, "no person 404"),
    ):
        with pytest.raises(MergeFault, match=word):
            merge(store, kept, gone)
    with pytest.raises(ViewerMayNotAct):
        merging.merge(store, one, three, by=VIEWER, now=NOW)


def test_a_merge_is_an_act_by_name_on_both(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2)
    merge(store, kept, gone)
    rows = store.rows("SELECT act, subject, \"by\" FROM operator_acts WHERE act LIKE 'merge%' ORDER BY id")
    assert [tuple(row[name] for name in ("act", "subject", "by")) for row in rows] == [
        ("merge", str(kept), ORGANISER.name),
        ("merged into another", str(gone), ORGANISER.name),
    ]


def test_what_a_merge_would_make_is_told_and_nothing_of_it_kept(store: Store) -> None:
    kept, gone = a_contact(store, "Ana", 1), a_contact(store, "Ana E.", 2, places=2)
    block(store, gone)
    preview = merging.would_merge(store, kept, gone, by=ORGANISER, now=later(60))
    assert preview.done == MergedPeople(kept, gone, addresses=1, withdrawn=0)
    assert (preview.kept.facts["do_not_message"], preview.together.facts["do_not_message"]) == (False, True)
    assert (preview.gone.facts["name"], preview.together.facts["places"]) == ("Ana E.", 2)
    assert contacts.find(store, str(gone)) == gone
    assert contacts.show(store, kept)["places"] == 1
    assert merge(store, kept, gone) == preview.done
    with pytest.raises(MergeFault, match=f"no person {gone}"):
        merging.would_merge(store, kept, gone, by=ORGANISER, now=later(60))
