"""Somebody who hides their number, in the file twice: under their id alone, and under a number that has the id too."""

from datetime import timedelta

from invite_core.invitations.policy import BlockReason
from invite_core.lifecycle.states import State
from invite_core.people import consent, contacts, user_ids
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, an_event
from tests.invitations.outcomes import accept, bring_to, claim, reasons, told

HIDDEN = "GB.13491208655302741918"


def under_id(store: Store) -> int:
    """Her entry under the id alone."""
    contact = contacts.add(store, name="Ana by id", user_ids=(HIDDEN,), by=ORGANISER, now=NOW)
    consent.grant(store, contact, source="web form", at=NOW - timedelta(days=9), by=ORGANISER, now=NOW)
    return contact


def learns(store: Store, contact: int) -> None:
    """WhatsApp tells the id beside the number of this entry."""
    with store.write():
        assert user_ids.learn(store, contact, HIDDEN, now=NOW)


def test_the_entry_with_the_number_is_written_to_and_the_one_with_the_id_is_not(store: Store) -> None:
    plan = a_plan(store)
    under_id(store)
    number = a_contact(store, "Ana by number", 1)
    a_contact(store, "Ben", 2)
    assert reasons(store, plan) == {"Ana by id": (), "Ana by number": (), "Ben": ()}
    learns(store, number)
    assert reasons(store, plan) == {"Ana by id": (BlockReason.SAME_NUMBER,), "Ana by number": (), "Ben": ()}


def test_who_has_it_under_the_id_does_not_get_it_again_at_the_number(store: Store) -> None:
    plan = a_plan(store)
    under_id(store)
    bring_to(store, a_run(store, plan).id, State.READ)
    number = a_contact(store, "Ana by number", 1)
    learns(store, number)
    assert reasons(store, plan)["Ana by number"] == (BlockReason.SAME_NUMBER,)
    another = a_plan(store, an_event(store, "Autumn party"))
    assert reasons(store, another)["Ana by number"] == ()


def test_an_id_that_is_learnt_while_a_run_is_sent_keeps_the_second_message_back(store: Store) -> None:
    plan = a_plan(store)
    under_id(store)
    number = a_contact(store, "Ana by number", 1)
    run = a_run(store, plan)
    [first] = claim(store, run.id, 1)
    assert first.address == HIDDEN
    wamid = accept(store, first.attempt)
    told(store, wamid, State.DELIVERED)
    learns(store, number)
    assert claim(store, run.id) == []


def test_an_id_that_is_learnt_before_a_run_is_sent_leaves_the_number_its_message(store: Store) -> None:
    plan = a_plan(store)
    under_id(store)
    number = a_contact(store, "Ana by number", 1)
    run = a_run(store, plan)
    learns(store, number)
    assert [each.address_kind for each in claim(store, run.id)] == ["phone"]
