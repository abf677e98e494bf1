"""Everyone whom the invitation did not reach is named with the reason, and nobody whom it did."""

import pytest

from invite_core.invitations import otherwise
from invite_core.invitations.events import Event
from invite_core.invitations.otherwise import OtherwiseFault
from invite_core.lifecycle import attempts, control
from invite_core.lifecycle.states import State
from invite_core.operators import ViewerMayNotAct
from invite_core.people import contacts, do_not_message
from invite_core.provider.outcome import Accepted
from invite_core.store import Store
from invite_core.views.not_reached import not_reached
from invite_core.views.rsvp_board import rsvp_board
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_phone, a_plan, a_run, an_event, later
from tests.invitations.outcomes import accept, answer, claim, lose, merge, reasons, refuse, told

DAY = 86_400.0
NAMES = ("Ana", "Ben", "Cara", "Dan", "Eva", "Finn", "Gil")


@pytest.fixture
def event(store: Store) -> Event:
    return an_event(store)


@pytest.fixture
def spread(store: Store, event: Event) -> Event:
    """Seven people, each brought to another end of their invitation; an eighth is blocked."""
    for number, name in enumerate(NAMES, 1):
        a_contact(store, name, number)
    a_contact(store, "Hana", 8, consented=False)
    run = a_run(store, a_plan(store, event)).id
    ana, ben, cara, dan, eva, finn, gil = claim(store, run)
    told(store, accept(store, ana.attempt), State.READ)
    refuse(store, ben.attempt)
    lose(store, cara.attempt)
    with store.write():
        attempts.record_outcome(store, dan.attempt, Accepted("wamid.dan", held=True), now=NOW)
    told(store, accept(store, eva.attempt), State.SENT)
    wamid = accept(store, finn.attempt)
    told(store, wamid, State.DELIVERED)
    told(store, wamid, State.FAILED, code=131026)
    accept(store, gil.attempt)
    answer(store, 7, event.id, "yes")
    return event


def states(store: Store, event: Event, *, days: float = 0, patience: int = 3) -> dict[str, str]:
    found = not_reached(store, event, now=later(days * DAY), days=patience)
    return {line["name"]: line["state"] for line in found}


def test_everyone_not_reached_is_named_with_the_state(store: Store, spread: Event) -> None:
    at_once = {"Ben": "failed", "Cara": "unconfirmed", "Dan": "held", "Hana": "blocked"}
    assert states(store, spread) == at_once
    assert states(store, spread, days=4) == {**at_once, "Eva": "undelivered"}


def test_a_message_counts_as_not_arrived_after_so_many_days_exactly(store: Store, spread: Event) -> None:
    assert "Eva" not in states(store, spread, days=2.999, patience=3)
    assert "Eva" in states(store, spread, days=3, patience=3)
    assert "Eva" in states(store, spread, patience=0)


def test_each_line_says_why_and_what_can_be_done(store: Store, spread: Event) -> None:
    lines = {line["name"]: line for line in not_reached(store, spread, now=later(5))}
    assert lines["Hana"]["reason"] == "no_consent"
    assert (lines["Ben"]["code"], lines["Ben"]["phone"]) == (131009, a_phone(2))
    assert all(line["todo"] for line in lines.values())
    assert f"resolve {lines['Cara']['message']}" in lines["Cara"]["todo"]


def test_who_was_invited_otherwise_or_got_it_in_another_run_is_reached(store: Store, spread: Event) -> None:
    otherwise.record(store, spread, 2, via="by telephone", by=ORGANISER, now=NOW)
    do_not_message.block(store, contact=8, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW)
    merge(store, 3, 1)
    assert states(store, spread) == {"Dan": "held", "Hana": "blocked"}


def test_what_was_given_up_is_not_reached_and_what_waits_is_on_its_way(store: Store, event: Event) -> None:
    a_contact(store, "Ana", 1)
    run = a_run(store, a_plan(store, event)).id
    assert states(store, event) == {}
    control.cancel_rest(store, run, by=ORGANISER, now=NOW)
    assert states(store, event) == {"Ana": "cancelled"}
    a_run(store, a_plan(store, event))
    assert states(store, event) == {}


def test_invited_otherwise_counts_among_the_invited_and_out_of_later_invitations(
    store: Store, event: Event
) -> None:
    ana = a_contact(store, "Ana", 1, places=2)
    otherwise.record(store, event, ana, via="by telephone", by=ORGANISER, now=NOW)
    assert reasons(store, a_plan(store, event)) == {"Ana": ("invited_otherwise",)}
    answer(store, ana, event.id, "yes")
    board = rsvp_board(store, event)
    assert (board["yes"], board["places"], board["people"][0]["reached"]) == (1, 2, True)
    otherwise.take_back(store, event, ana, by=ORGANISER, now=NOW)
    assert "invited_otherwise" not in reasons(store, a_plan(store, event))["Ana"]


def test_invited_otherwise_overrides_no_block(store: Store, event: Event) -> None:
    ana = a_contact(store, "Ana", 1)
    do_not_message.block(
        store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    otherwise.record(store, event, ana, via="in person", by=ORGANISER, now=NOW)
    assert reasons(store, a_plan(store, event)) == {"Ana": ("do_not_message", "invited_otherwise")}
    assert contacts.show(store, ana)["do_not_message"]


def test_invited_otherwise_is_an_act_that_needs_a_way_and_a_person(store: Store, event: Event) -> None:
    ana = a_contact(store, "Ana", 1)
    with pytest.raises(OtherwiseFault, match="how"):
        otherwise.record(store, event, ana, via=" ", by=ORGANISER, now=NOW)
    with pytest.raises(OtherwiseFault, match="no person"):
        otherwise.record(store, event, 404, via="letter", by=ORGANISER, now=NOW)
    with pytest.raises(OtherwiseFault, match="Nothing says"):
        otherwise.take_back(store, event, ana, by=ORGANISER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        otherwise.record(store, event, ana, via="letter", by=VIEWER, now=NOW)
    otherwise.record(store, event, ana, via="letter", by=ORGANISER, now=NOW)
    otherwise.record(store, event, ana, via="telephone", by=ORGANISER, now=NOW)
    assert [row["via"] for row in store.rows("SELECT via FROM invited_otherwise")] == ["telephone"]
    assert store.value("SELECT count(*) FROM operator_acts WHERE act = 'invited otherwise'") == 2
