"""Who comes: the last answer given, by its own time, of everyone invited or answering."""

import pytest

from invite_core.instants import stored
from invite_core.invitations.events import Event
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.rsvp_board import rsvp_board
from tests.builders import NOW, ORGANISER, a_contact, a_phone, a_plan, a_run, an_event, later
from tests.invitations.outcomes import answer, bring_to, merge

DAY = 86_400


@pytest.fixture
def event(store: Store) -> Event:
    """An event in June with an answer-by at the end of May."""
    return an_event(store)


def answers(store: Store, event: Event) -> dict[str, str]:
    return {each["name"]: each["answer"] for each in rsvp_board(store, event)["people"]}


def test_everyone_invited_stands_on_the_board_once_with_their_answer(store: Store, event: Event) -> None:
    for number, name in enumerate(("Ana", "Bea", "Carl", "Dora", "Eva"), 1):
        a_contact(store, name, number, places=number, consented=name != "Eva")
    bring_to(store, a_run(store, a_plan(store, event)).id, State.READ)
    for contact, said in ((1, "yes"), (2, "no"), (3, "maybe")):
        answer(store, contact, event.id, said, at=later(10))
    board = rsvp_board(store, event)
    people = board.pop("people")
    assert board == {
        "event": event.id,
        "name": "Summer party",
        "yes": 1,
        "no": 1,
        "maybe": 1,
        "none": 1,
        "not_reached": 0,
        "places": 1,
    }
    assert [each["name"] for each in people] == ["Ana", "Bea", "Carl", "Dora"]
    assert people[0] == {
        "contact": 1,
        "name": "Ana",
        "phone": a_phone(1),
        "household": "",
        "as_household": False,
        "answer": "yes",
        "places": 1,
        "at": stored(later(10)),
        "late": False,
        "reached": True,
        "history": [
            {"answer": "yes", "places": None, "at": stored(later(10)), "via": "tap", "late": False},
        ],
    }
    assert people[3] == {
        "contact": 4,
        "name": "Dora",
        "phone": a_phone(4),
        "household": "",
        "as_household": False,
        "answer": "none",
        "places": 0,
        "at": None,
        "late": False,
        "reached": True,
        "history": [],
    }


def test_an_older_tap_that_arrives_late_changes_nothing(store: Store, event: Event) -> None:
    a_contact(store, "Ana")
    answer(store, 1, event.id, "no", at=later(20))
    answer(store, 1, event.id, "yes", at=later(10))
    (person,) = rsvp_board(store, event)["people"]
    assert (person["answer"], person["at"], person["places"]) == ("no", stored(later(20)), 0)
    assert [each["answer"] for each in person["history"]] == ["yes", "no"]


def test_of_two_answers_at_one_moment_the_one_recorded_last_counts(store: Store, event: Event) -> None:
    a_contact(store, "Ana")
    answer(store, 1, event.id, "no")
    answer(store, 1, event.id, "yes")
    assert answers(store, event) == {"Ana": "yes"}


def test_places_are_those_of_the_answer_else_of_the_invitation(store: Store, event: Event) -> None:
    a_contact(store, "Ana", 1, places=3)
    a_contact(store, "Bea", 2, places=3)
    a_contact(store, "Carl", 3, places=3)
    answer(store, 1, event.id, "yes")
    answer(store, 2, event.id, "yes", places=2)
    answer(store, 3, event.id, "yes", places=5, at=later(1))
    answer(store, 3, event.id, "maybe", at=later(2))
    board = rsvp_board(store, event)
    assert [each["places"] for each in board["people"]] == [3, 2, 0]
    assert board["places"] == 5


@pytest.mark.parametrize("after_s, late", [(-0.001, False), (0, False), (0.001, True)])
def test_an_answer_after_the_answer_by_is_late_and_counts(
    store: Store, event: Event, after_s: float, late: bool
) -> None:
    a_contact(store, "Ana")
    assert event.answer_by is not None
    answer(store, 1, event.id, "yes", at=later((event.answer_by - NOW).total_seconds() + after_s))
    (person,) = rsvp_board(store, event)["people"]
    assert (person["answer"], person["late"], person["history"][0]["late"]) == ("yes", late, late)


def test_what_is_no_answer_is_not_counted(store: Store, event: Event) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    bring_to(store, a_run(store, a_plan(store, event, audience="all")).id, State.READ)
    answer(store, 1, event.id, "none")
    answer(store, 2, event.id, "yes", status="unread")
    a_contact(store, "Carl", 3)
    answer(store, 3, event.id, "stop", status="stop")
    assert answers(store, event) == {"Ana": "none", "Bea": "none"}


def test_somebody_who_answers_without_an_invitation_is_on_the_board(store: Store, event: Event) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    answer(store, 2, event.id, "yes")
    assert answers(store, event) == {"Bea": "yes"}


def test_somebody_invited_in_another_way_is_on_the_board(store: Store, event: Event) -> None:
    a_contact(store, "Ana")
    with store.write():
        store.execute(
            "INSERT INTO invited_otherwise (event, contact, via, at, recorded_by) VALUES (?, 1, 'phone', ?, 'Rita')",
            (event.id, stored(NOW)),
        )
    assert answers(store, event) == {"Ana": "none"}


@pytest.mark.parametrize(
    "state, reached",
    [(State.FAILED, False), (State.ACCEPTED, True), (State.DELIVERED, True)],
)
def test_whoever_the_invitation_did_not_reach_is_not_called_silent(
    store: Store, event: Event, state: State, reached: bool
) -> None:
    a_contact(store, "Ana", 1)
    bring_to(store, a_run(store, a_plan(store, event)).id, state)
    a_contact(store, "Bea", 2)
    answer(store, 2, event.id, "yes")
    board = rsvp_board(store, event)
    assert (board["none"], board["not_reached"]) == (1, int(not reached))
    assert [each["reached"] for each in board["people"]] == [reached, False]


def test_an_invitation_that_was_given_up_invites_nobody(store: Store, event: Event) -> None:
    a_contact(store, "Ana")
    run = a_run(store, a_plan(store, event)).id
    control.cancel_rest(store, run, by=ORGANISER, now=NOW)
    assert answers(store, event) == {}


def test_another_event_has_a_board_of_its_own(store: Store, event: Event) -> None:
    a_contact(store, "Ana")
    other = an_event(store, "Winter gala")
    answer(store, 1, other.id, "yes")
    assert answers(store, event) == {}
    assert answers(store, other) == {"Ana": "yes"}


def test_what_a_merged_contact_answered_its_survivor_answered(store: Store, event: Event) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Ana Example", 2)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.READ)
    answer(store, 1, event.id, "yes", at=later(5))
    answer(store, 2, event.id, "no", at=later(1))
    merge(store, 1, 2)
    assert answers(store, event) == {"Ana Example": "yes"}
