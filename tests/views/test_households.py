"""A household that is invited as one counts its seats once; people who are invited each count their own."""

import pytest

from invite_core.invitations.events import Event
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.rsvp_board import rsvp_board
from tests.builders import a_contact, a_plan, a_run, an_event
from tests.invitations.outcomes import answer, bring_to, reasons


@pytest.fixture
def event(store: Store) -> Event:
    return an_event(store)


def family(store: Store, *places: int) -> list[int]:
    """So many people under one roof, each with that many seats; the ids."""
    return [
        a_contact(store, f"Silva {n}", n, household="Silva", places=each) for n, each in enumerate(places, 1)
    ]


def invite(store: Store, event: Event, *, per_household: bool) -> None:
    bring_to(store, a_run(store, a_plan(store, event, per_household=per_household)).id, State.READ)


@pytest.mark.parametrize(
    "places, seats",
    [((1, 1, 1), 3), ((4, 4), 4), ((2, 1), 2), ((1,), 1), ((5, 1), 5)],
    ids=[
        "one seat each",
        "each row names all seats",
        "a guest is brought",
        "alone",
        "more seats than people",
    ],
)
def test_one_answer_of_a_household_brings_the_seats_of_all(
    store: Store, event: Event, places: tuple[int, ...], seats: int
) -> None:
    one, *_ = family(store, *places)
    invite(store, event, per_household=True)
    answer(store, one, event.id, "yes")
    assert rsvp_board(store, event)["places"] == seats


def test_two_answers_of_a_household_count_its_seats_once(store: Store, event: Event) -> None:
    people = family(store, 4, 4)
    a_contact(store, "Ana", 9, places=2)
    invite(store, event, per_household=True)
    for contact in (*people, 3):
        answer(store, contact, event.id, "yes")
    board = rsvp_board(store, event)
    assert (board["yes"], board["places"]) == (3, 6)


def test_the_count_that_an_answer_names_outweighs_the_household(store: Store, event: Event) -> None:
    one, *_ = family(store, 4, 4)
    invite(store, event, per_household=True)
    answer(store, one, event.id, "yes", places=2)
    assert rsvp_board(store, event)["places"] == 2


def test_people_who_are_invited_each_count_their_own_seats(store: Store, event: Event) -> None:
    people = family(store, 1, 2)
    invite(store, event, per_household=False)
    for contact in people:
        answer(store, contact, event.id, "yes")
    assert rsvp_board(store, event)["places"] == 3


def test_a_stop_of_one_at_a_shared_number_holds_for_all_of_them_and_another_gets_the_invitation(
    store: Store, event: Event
) -> None:
    a_contact(store, "Mother", 1, household="Silva", consented=False)
    a_contact(store, "Child", 1, household="Silva", consented=False)
    a_contact(store, "Father", 2, household="Silva")
    told = reasons(store, a_plan(store, event, per_household=True))
    assert told == {"Mother": ("no_consent",), "Child": ("no_consent",), "Father": ()}
