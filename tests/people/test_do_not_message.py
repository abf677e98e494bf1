from datetime import datetime, timedelta

import pytest

from invite_core.operators import LISTENER, ViewerMayNotAct
from invite_core.people import consent, contacts, do_not_message, user_ids
from invite_core.people.do_not_message import DoNotMessageFault
from invite_core.store import IntegrityError, Store
from tests.people.people import NOW, ORGANISER, VIEWER, a_contact, imported, merge, retire

HOUR = timedelta(hours=1)


def stop(
    store: Store,
    address: str,
    at: datetime = NOW,
    scope: str = "all",
    source: str = "stop_word",
    now: datetime = NOW,
) -> int:
    """A block that came from the person."""
    return do_not_message.block(
        store,
        address=address,
        scope=scope,
        reason="They wrote stop.",
        source=source,
        at=at,
        by=LISTENER,
        now=max(at, now),
    )


def block(store: Store, contact: int, at: datetime = NOW) -> int:
    """A block by the organiser."""
    return do_not_message.block(
        store, contact=contact, reason="asked", source="organiser", at=at, by=ORGANISER, now=at
    )


def blocked(store: Store) -> set[object]:
    return {person["contact"] for person in contacts.listing(store) if person["do_not_message"]}


def stopped(store: Store) -> set[object]:
    return {person["contact"] for person in contacts.listing(store) if person["marketing_stopped"]}


def test_a_block_holds_for_everyone_who_shares_the_number(store: Store) -> None:
    ana, bob, _other = a_contact(store, 1, "Ana"), a_contact(store, 1, "Bob"), a_contact(store, 2)
    block(store, ana)
    assert blocked(store) == {ana, bob}


def test_a_lift_by_number_lifts_the_stop_under_the_user_id_too(store: Store) -> None:
    contact = a_contact(store)
    with store.write():
        user_ids.learn(store, contact, "GB.13491208655302741918", now=NOW)
    stop(store, "447700900001")
    stop(store, "GB.13491208655302741918")
    do_not_message.lift(store, address="+447700900001", reason="fine again", by=ORGANISER, now=NOW + HOUR)
    assert blocked(store) == set()


@pytest.mark.parametrize("address", ["551187654321", "5511987654321", "+55 11 98765-4321"])
def test_a_block_holds_in_every_spelling(store: Store, address: str) -> None:
    contact = contacts.add(store, name="Rui", phones=["+55 11 8765-4321"], by=ORGANISER, now=NOW)
    stop(store, address)
    assert blocked(store) == {contact}
    assert do_not_message.is_blocked(store, "+5511987654321")


def test_a_retired_number_keeps_its_block(store: Store) -> None:
    contact = a_contact(store)
    block(store, contact)
    retire(store, contact)
    assert blocked(store) == {contact}


def test_a_block_of_a_person_covers_a_retired_number(store: Store) -> None:
    contact = a_contact(store)
    retire(store, contact)
    block(store, contact)
    heir = a_contact(store, 1, "The number's new owner")
    assert blocked(store) == {contact, heir}


def test_a_block_of_a_merged_contact_holds(store: Store) -> None:
    kept, lost = a_contact(store, 1), a_contact(store, 2)
    block(store, lost)
    merge(store, lost, into=kept)
    assert blocked(store) == {kept}


def test_a_user_id_blocks_its_person(store: Store) -> None:
    contact = a_contact(store)
    user = "US.13491208655302741918"
    with store.write():
        store.execute(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'user_id', ?, ?, '')""",
            (contact, user, user),
        )
    stop(store, user)
    assert blocked(store) == {contact}


def test_a_stranger_can_be_blocked_before_being_known(store: Store) -> None:
    stop(store, "447700900001")
    contact = a_contact(store, 1)
    assert blocked(store) == {contact}


def test_a_lift_is_a_named_act_with_a_reason(store: Store) -> None:
    contact = a_contact(store)
    block(store, contact)
    with pytest.raises(DoNotMessageFault, match="reason"):
        do_not_message.lift(store, contact=contact, reason=" ", by=ORGANISER, now=NOW + HOUR)
    assert blocked(store) == {contact}
    do_not_message.lift(store, contact=contact, reason="they asked again", by=ORGANISER, now=NOW + HOUR)
    assert blocked(store) == set()
    act = store.row("SELECT * FROM operator_acts WHERE act = 'lift'")
    assert act is not None
    assert (act["by"], act["reason"], act["subject"]) == (ORGANISER.name, "they asked again", str(contact))


def test_a_lift_by_address_holds_for_everyone_on_it(store: Store) -> None:
    ana, _bob = a_contact(store, 1, "Ana"), a_contact(store, 1, "Bob")
    block(store, ana)
    do_not_message.lift(store, address="447700900001", reason="fine again", by=ORGANISER, now=NOW + HOUR)
    assert blocked(store) == set()


@pytest.mark.parametrize("hours, stands", [(0, False), (1, False), (3, True)])
def test_a_stop_blocks_unless_a_lift_is_later_than_it(store: Store, hours: int, stands: bool) -> None:
    contact = a_contact(store)
    stop(store, "+447700900001")
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=NOW + 2 * HOUR)
    stop(store, "+447700900001", at=NOW + hours * HOUR, now=NOW + 4 * HOUR)
    assert blocked(store) == ({contact} if stands else set())


@pytest.mark.parametrize("given", [-1, 1])
def test_a_stop_first_seen_after_a_lift_from_the_future_blocks(store: Store, given: int) -> None:
    """Our clock was eight hours ahead when the lift was recorded; whether the stop was first nobody can say."""
    contact = a_contact(store)
    block(store, contact, NOW - 2 * HOUR)
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=NOW + 8 * HOUR)
    assert stop(store, "447700900001", at=NOW + given * HOUR, now=NOW + 2 * HOUR) == 1
    assert blocked(store) == {contact}
    assert stop(store, "447700900001", at=NOW + given * HOUR, now=NOW + 9 * HOUR) == 0
    do_not_message.lift(store, contact=contact, reason="asked once more", by=ORGANISER, now=NOW + 3 * HOUR)
    assert blocked(store) == set()


def test_a_tie_goes_to_the_block(store: Store) -> None:
    contact = a_contact(store)
    do_not_message.resume(store, address="447700900001", at=NOW, by=LISTENER, now=NOW)
    stop(store, "447700900001", at=NOW, scope="marketing", source="user_preferences")
    assert stopped(store) == {contact}


def test_a_lift_works_though_the_block_came_from_a_clock_ahead(store: Store) -> None:
    contact = a_contact(store)
    stop(store, "447700900001", at=NOW + 5 * HOUR)
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=NOW)
    assert blocked(store) == set()


def test_a_stop_of_the_second_of_a_lift_blocks(store: Store) -> None:
    """Meta tells whole seconds, so that a stop given after the lift may bear an earlier time."""
    contact = a_contact(store)
    stop(store, "447700900001")
    lifted = NOW + timedelta(seconds=40, milliseconds=400)
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=lifted)
    assert blocked(store) == set()
    stop(store, "447700900001", at=NOW + timedelta(seconds=40))
    assert blocked(store) == {contact}


def test_a_lift_in_the_second_of_the_block_lifts_and_a_block_after_it_blocks(store: Store) -> None:
    contact = a_contact(store)
    block(store, contact, NOW + timedelta(milliseconds=300))
    now = NOW + timedelta(milliseconds=600)
    do_not_message.lift(store, contact=contact, reason="a slip", by=ORGANISER, now=now)
    assert blocked(store) == set()
    block(store, contact, NOW + timedelta(milliseconds=900))
    assert blocked(store) == {contact}


def test_the_organiser_blocks_again_though_the_lift_came_from_a_clock_ahead(store: Store) -> None:
    contact = a_contact(store)
    block(store, contact)
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=NOW + 8 * HOUR)
    block(store, contact, NOW + HOUR)
    assert blocked(store) == {contact}


def test_a_stop_after_a_lift_of_a_stop_from_the_future_blocks(store: Store) -> None:
    contact = a_contact(store)
    do_not_message.block(
        store, contact=contact, reason="They wrote stop.", source="stop_word", at=NOW + 23 * HOUR,
        by=LISTENER, now=NOW,
    )  # fmt: skip
    do_not_message.lift(store, contact=contact, reason="asked again", by=ORGANISER, now=NOW + HOUR)
    stop(store, "447700900001", at=NOW + 2 * HOUR)
    assert blocked(store) == {contact}


def test_a_stop_after_a_resume_from_the_future_blocks(store: Store) -> None:
    contact = a_contact(store)
    do_not_message.resume(store, address="447700900001", at=NOW + 23 * HOUR, by=LISTENER, now=NOW)
    stop(store, "447700900001", at=NOW + HOUR, scope="marketing", source="user_preferences")
    assert stopped(store) == {contact}


def test_lifting_what_is_not_blocked_is_refused(store: Store) -> None:
    contact = a_contact(store)
    with pytest.raises(DoNotMessageFault, match="Nothing is blocked"):
        do_not_message.lift(store, contact=contact, reason="why not", by=ORGANISER, now=NOW)


def test_only_the_person_lifts_a_stop_inside_whatsapp(store: Store) -> None:
    contact = a_contact(store)
    stop(store, "447700900001", scope="marketing", source="user_preferences")
    assert (blocked(store), stopped(store)) == (set(), {contact})
    for scope in ("all", "marketing"):
        with pytest.raises(DoNotMessageFault, match="inside WhatsApp"):
            do_not_message.lift(
                store, contact=contact, scope=scope, reason="asked", by=ORGANISER, now=NOW + HOUR
            )
    do_not_message.resume(store, address="447700900001", at=NOW + HOUR, by=LISTENER, now=NOW + HOUR)
    assert stopped(store) == set()


def test_resuming_inside_whatsapp_lifts_no_other_block(store: Store) -> None:
    contact = a_contact(store)
    block(store, contact)
    do_not_message.resume(store, address="447700900001", at=NOW + HOUR, by=LISTENER, now=NOW + HOUR)
    assert blocked(store) == {contact}


def test_preferences_that_arrive_in_any_order_end_alike(store: Store) -> None:
    contact = a_contact(store)
    resumed = NOW + 2 * HOUR
    do_not_message.resume(store, address="447700900001", at=resumed, by=LISTENER, now=resumed)
    stop(store, "447700900001", at=NOW + HOUR, scope="marketing", source="user_preferences")
    assert stopped(store) == set()
    stop(store, "447700900001", at=NOW + 3 * HOUR, scope="marketing", source="user_preferences")
    do_not_message.resume(store, address="447700900001", at=resumed, by=LISTENER, now=NOW + 4 * HOUR)
    assert stopped(store) == {contact}


def test_a_later_stop_is_kept_so_that_an_earlier_resume_cannot_undo_it(store: Store) -> None:
    contact = a_contact(store)
    stop(store, "447700900001", at=NOW, scope="marketing", source="user_preferences")
    stop(store, "447700900001", at=NOW + 2 * HOUR, scope="marketing", source="user_preferences")
    do_not_message.resume(store, address="447700900001", at=NOW + HOUR, by=LISTENER, now=NOW + 3 * HOUR)
    assert stopped(store) == {contact}


def test_an_identical_block_is_not_repeated(store: Store) -> None:
    contact = a_contact(store)
    assert [block(store, contact), block(store, contact)] == [1, 0]
    assert [stop(store, "447700900001"), stop(store, "447700900001")] == [1, 0]
    assert len(do_not_message.listing(store)) == 2


def test_a_person_without_a_number_cannot_be_blocked(store: Store) -> None:
    contact = contacts.add(store, name="Nobody", by=ORGANISER, now=NOW)
    with pytest.raises(DoNotMessageFault, match="no number"):
        block(store, contact)


def test_an_empty_address_or_reason_is_refused(store: Store) -> None:
    with pytest.raises(DoNotMessageFault, match="no address"):
        stop(store, " + ")
    with pytest.raises(DoNotMessageFault, match="reason"):
        do_not_message.block(
            store, address="447700900001", reason="", source="organiser", at=NOW, by=ORGANISER, now=NOW
        )


def test_a_viewer_neither_blocks_nor_lifts(store: Store) -> None:
    contact = a_contact(store)
    with pytest.raises(ViewerMayNotAct):
        do_not_message.block(
            store, contact=contact, reason="asked", source="organiser", at=NOW, by=VIEWER, now=NOW
        )
    block(store, contact)
    with pytest.raises(ViewerMayNotAct):
        do_not_message.lift(store, contact=contact, reason="asked", by=VIEWER, now=NOW + HOUR)
    with pytest.raises(ViewerMayNotAct):
        do_not_message.resume(store, address="447700900001", at=NOW + HOUR, by=VIEWER, now=NOW)
    assert blocked(store) == {contact}


def test_neither_consent_nor_an_import_lifts(store: Store) -> None:
    contact = a_contact(store, 1, "Ana")
    block(store, contact)
    consent.grant(store, contact, source="form", at=NOW + HOUR, by=ORGANISER, now=NOW + HOUR)
    imported(
        store,
        "name,phone,consent_source,consent_at,do_not_message\nAna,07700900001,form,2026-11-25,no\n",
        now=NOW + HOUR,
    )
    assert blocked(store) == {contact}


def test_the_record_cannot_be_changed_or_deleted(store: Store) -> None:
    block(store, a_contact(store))
    for statement in ("UPDATE do_not_message SET act = 'lift'", "DELETE FROM do_not_message"):
        with pytest.raises(IntegrityError, match="append-only"), store.write():
            store.execute(statement)


def test_the_listing_tells_the_newest_first_with_what_was_lifted(store: Store) -> None:
    ana = a_contact(store, 1, "Ana")
    block(store, ana)
    stop(store, "447700900777", at=NOW + HOUR)
    do_not_message.lift(store, contact=ana, reason="asked again", by=ORGANISER, now=NOW + 2 * HOUR)
    stranger, known = do_not_message.listing(store)
    assert (stranger["address"], stranger["contact"], stranger["lifted_at"]) == ("447700900777", None, None)
    assert (known["address"], known["name"], known["by"]) == ("+447700900001", "Ana", ORGANISER.name)
    assert known["lifted_at"] == "2026-11-25T11:00:00.000Z"
