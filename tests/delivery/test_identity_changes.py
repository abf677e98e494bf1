"""People who move to another number or user id take with them what is on record about them."""

from datetime import timedelta

import pytest

from invite_core.delivery.intake import apply_body
from invite_core.delivery.tally import Tally
from invite_core.invitations.freezing import plan_of
from invite_core.invitations.policy import BlockReason
from invite_core.lifecycle import attempts
from invite_core.operators import Operator
from invite_core.people import contacts, do_not_message, erased, user_ids
from invite_core.store import Store
from tests.builders import NOW as LATER
from tests.builders import a_contact, a_plan, a_run, later, state_of
from tests.delivery.rows import (
    ANA,
    ANA_USER_ID,
    NOW,
    OWN_NUMBER,
    add_contact,
    invite,
    payload,
    take,
    the_receipt,
)

MOVED = "+447700900202"
NEW_USER_ID = "GB.99990000111122223333"
RITA = Operator("Rita")


def addresses(store: Store, contact: int) -> dict[str, bool]:
    """Every address of a person, and whether it is still theirs."""
    rows = store.rows(
        "SELECT value, retired_at FROM contact_identities WHERE contact = ? ORDER BY value", (contact,)
    )
    return {row["value"]: row["retired_at"] is None for row in rows}


def blocked(store: Store, address: str, scope: str = "all") -> bool:
    """Whether a block stands on the address."""
    return do_not_message.is_blocked(store, address, scope=scope)


def test_new_number_is_learnt_and_the_old_one_retired(store: Store) -> None:
    ana = add_contact(store)
    assert take(store, "user_changed_number") == Tally(bodies=1, applied=1)
    assert addresses(store, ana) == {ANA: False, MOVED: True, NEW_USER_ID: True}
    assert contacts.show(store, ana)["phone"] == MOVED
    retired_at = store.value("SELECT retired_at FROM contact_identities WHERE value = ?", (ANA,))
    assert retired_at == "2026-03-01T12:05:00.000Z"
    act = store.row("SELECT * FROM operator_acts")
    assert act is not None
    assert (act["act"], act["by"], act["role"], act["subject"]) == (
        "address changed",
        "listener",
        "system",
        str(ana),
    )
    assert the_receipt(store)["kind"] == "identity"
    assert take(store, "user_changed_number").repeated == 1


def test_everyone_who_shares_the_number_moves_with_it(store: Store) -> None:
    ana, bo = add_contact(store, "Ana"), add_contact(store, "Bo")
    take(store, "user_changed_number")
    assert contacts.by_address(store, MOVED) == [ana, bo]
    assert contacts.by_address(store, ANA) == []


def test_new_number_in_whatsapps_spelling_is_kept_as_it_is_dialled(store: Store) -> None:
    ana = add_contact(store)
    take(store, payload("user_changed_number").replace(b"447700900202", b"551187654321"))
    assert contacts.show(store, ana)["phone"] == "+5511987654321"


def test_same_number_in_another_spelling_is_no_change(store: Store) -> None:
    ana = add_contact(store, phone="+5511987654321")
    body = payload("user_changed_number").replace(b"447700900101", b"5511987654321")
    take(store, body.replace(b"447700900202", b"551187654321"))
    assert addresses(store, ana)["+5511987654321"]


@pytest.mark.parametrize("scope", ["all", "marketing"])
@pytest.mark.parametrize("is_known", [True, False])
def test_block_follows_the_person_and_stays_on_the_old_number(
    store: Store, scope: str, is_known: bool
) -> None:
    """Whether or not we know anybody under either number: somebody may import the new one tomorrow."""
    if is_known:
        add_contact(store)
    take(store, "text_stop" if scope == "all" else "preference_stop", now=NOW)
    body = payload("user_changed_number").replace(b'"1772366700"', b'"1772366900"')
    take(store, body)
    assert blocked(store, MOVED, scope)
    assert blocked(store, ANA, scope)
    assert blocked(store, NEW_USER_ID, scope)
    row = store.row("SELECT * FROM do_not_message WHERE match_key = '447700900202'")
    assert row is not None
    assert row["source"] == ("stop_word" if scope == "all" else "user_preferences")
    assert row["recorded_by"] == "listener"


def test_block_is_not_carried_where_it_was_lifted(store: Store) -> None:
    add_contact(store)
    take(store, "text_stop")
    do_not_message.lift(store, address=ANA, reason="She asked for it.", by=RITA, now=NOW)
    take(store, "user_changed_number")
    assert not blocked(store, MOVED)


def test_lift_for_an_earlier_owner_of_the_new_number_lifts_nothing(store: Store) -> None:
    add_contact(store)
    take(store, "text_stop")
    do_not_message.block(store, address=MOVED, reason="No.", source="organiser", at=NOW, by=RITA, now=NOW)
    do_not_message.lift(store, address=MOVED, reason="Is somebody else's now.", by=RITA, now=NOW)
    told = payload("user_changed_number").replace(b'"1772366700"', b'"1772370000"')
    take(store, told, now=NOW + timedelta(hours=1))
    assert blocked(store, MOVED)


def test_later_owner_of_the_old_number_is_not_blocked_by_what_the_person_says_later(store: Store) -> None:
    invite(store)
    take(store, "delivered")
    take(store, "user_changed_number")
    add_contact(store, "Zoe", ANA)
    stop = payload("user_id_only").replace(ANA_USER_ID.encode(), NEW_USER_ID.encode())
    take(store, stop.replace(b"wamid.reply", b"wamid.later"))
    assert blocked(store, MOVED)
    assert not blocked(store, ANA)
    assert user_ids.numbers_of(store, NEW_USER_ID) == [MOVED]


@pytest.mark.parametrize("name", ["tap_stop", "stop_of_nobody"])
def test_stop_on_a_message_to_the_old_number_is_the_persons_and_not_the_new_owners(
    store: Store, name: str
) -> None:
    invite(store)
    take(store, "user_changed_number")
    add_contact(store, "Zoe", ANA)
    take(store, payload(name).replace(b"447700900101", b"447700900202"))
    assert blocked(store, MOVED)
    assert not blocked(store, ANA)


def test_old_number_that_nobody_else_has_is_blocked_with_the_person(store: Store) -> None:
    add_contact(store)
    take(store, "user_changed_number")
    stop = payload("user_id_only").replace(ANA_USER_ID.encode(), NEW_USER_ID.encode())
    take(store, stop.replace(b"wamid.reply", b"wamid.later"))
    assert blocked(store, MOVED)
    assert blocked(store, ANA)


def test_receipt_of_a_change_keeps_no_message_id_and_still_knows_a_repetition(store: Store) -> None:
    add_contact(store)
    assert take(store, "user_changed_number").applied == 1
    assert the_receipt(store)["provider_message_id"] is None
    assert take(store, "user_changed_number").repeated == 1


def test_person_who_moves_back_has_the_old_number_again(store: Store) -> None:
    ana = add_contact(store)
    take(store, "user_changed_number")
    back = payload("user_changed_number").replace(b'"from": "447700900101"', b'"from": "447700900202"')
    back = back.replace(b'"wa_id": "447700900202"', b'"wa_id": "447700900101"')
    take(store, back.replace(b"wamid.system", b"wamid.back").replace(b'"1772366700"', b'"1772366800"'))
    assert (addresses(store, ana)[ANA], addresses(store, ana)[MOVED]) == (True, False)
    late = payload("user_changed_number").replace(b"wamid.system", b"wamid.late")
    take(store, late)
    assert (addresses(store, ana)[ANA], addresses(store, ana)[MOVED]) == (True, False)


@pytest.mark.parametrize("name", ["user_changed_user_id", "user_id_update"])
def test_new_user_id_is_learnt_and_the_number_stays(store: Store, name: str) -> None:
    invited = invite(store)
    take(store, "delivered")
    assert take(store, name) == Tally(bodies=1, applied=1)
    assert addresses(store, invited.contact) == {ANA: True, ANA_USER_ID: False, NEW_USER_ID: True}
    assert user_ids.numbers_of(store, NEW_USER_ID) == [ANA]


@pytest.mark.parametrize("name", ["user_changed_user_id", "user_id_update"])
def test_block_on_a_user_id_follows_to_the_new_one(store: Store, name: str) -> None:
    take(store, "user_id_only")
    take(store, name)
    assert blocked(store, NEW_USER_ID)


def test_change_of_somebody_unknown_changes_nothing(store: Store) -> None:
    assert take(store, "user_changed_number") == Tally(bodies=1, stale=1)
    assert store.value("SELECT count(*) FROM contact_identities") == 0


def test_erased_person_is_not_brought_back_by_a_change(store: Store) -> None:
    ana = add_contact(store)
    with store.write():
        store.execute("UPDATE contacts SET erased_at = ? WHERE id = ?", ("2026-03-01T12:00:00.000Z", ana))
    take(store, "user_changed_number")
    assert MOVED not in addresses(store, ana)


def test_erased_person_stays_erased_and_blocked_under_the_new_number(store: Store) -> None:
    """Neither number is in the file; the hashes know them."""
    with store.write():
        at = "2026-03-01T12:00:00.000Z"
        erased.remember(store, [store.keyed_hash("447700900101")], [store.keyed_hash("ana")], at=at)
    do_not_message.block(store, address=ANA, reason="x", source="stop_word", at=NOW, by=RITA, now=NOW)
    take(store, "user_changed_number")
    with store.write():
        assert erased.refused(store, [("447700900202", "ana")])
        hashed = store.keyed_hash("447700900202")
    row = store.row("SELECT match_key, address FROM do_not_message WHERE key_hash = ?", (hashed,))
    assert row is not None
    assert (row["match_key"], row["address"]) == (None, None)


@pytest.mark.parametrize("part", [b'"wa_id": "447700900202"', b'"from": "447700900101"'])
def test_change_that_does_not_say_from_what_to_what_is_quarantined(store: Store, part: bytes) -> None:
    body = payload("user_changed_number").replace(part, b'"was": "?"')
    for user_id in (b'"user_id"', b'"previous_user_id"'):
        body = body.replace(user_id, b'"nothing"', 1)
    body = body.replace(b'"nothing": "GB.13491208655302741918"', b'"none": 1')
    assert take(store, body).quarantined == 1


def test_changes_of_another_account_are_ignored(store: Store) -> None:
    body = payload("user_id_update").replace(b'"phone_number_id": "106540352242922"', b'"x": "1"')
    assert take(store, body, waba_id="999000999000999") == Tally(bodies=1, ignored=1)


def test_queued_message_to_the_old_number_is_never_sent(store: Store) -> None:
    """The claim finds that the number it froze is the person's no longer; a new run writes to the new one."""
    ana = a_contact(store, "Ana", ANA)
    run = a_run(store, a_plan(store))
    with store.write():
        apply_body(store, payload("user_changed_number"), phone_number_id=OWN_NUMBER, now=LATER)
        claims = attempts.claim(
            store, run.id, plan_of(store, run), limit=9, phone_number_id="1", now=later(60)
        )
    assert claims == []
    assert state_of(store, ana) == "blocked"
    reasons = store.value("SELECT block_reasons FROM invite_messages WHERE run = ?", (run.id,))
    assert reasons == BlockReason.NO_ADDRESS
    again = a_run(store, a_plan(store), now=later(120))
    assert store.value("SELECT address FROM invite_messages WHERE run = ?", (again.id,)) == MOVED
