"""A past event's personal data goes; people, blocks and consents stay, and so do the counts."""

import pytest

from invite_core.invitations import events
from invite_core.invitations.events import Event
from invite_core.invitations.purging import PurgeFault
from invite_core.lifecycle import control, prices
from invite_core.lifecycle.states import State
from invite_core.operations import erasure
from invite_core.operators import ViewerMayNotAct
from invite_core.people import contacts, do_not_message
from invite_core.store import Store
from invite_core.views.home_board import event_lines
from invite_core.views.run_board import run_board
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_plan, a_run, an_event, later
from tests.invitations.outcomes import accept, answer, bring_to, claim, reasons

AFTERWARDS = later(120 * 86_400)


@pytest.fixture
def party(store: Store) -> Event:
    """An event to which three were invited; two answered, one wrote a stop, one text waits to be read."""
    for number in (1, 2, 3):
        a_contact(store, f"Guest {number}", number)
    party = an_event(store)
    bring_to(store, a_run(store, a_plan(store, party)).id, State.READ)
    control_done(store)
    answer(store, 1, party.id, "yes")
    answer(store, 2, party.id, "no")
    answer(store, 3, party.id, None, status="possible_opt_out", match_key="447700900003")
    do_not_message.block(store, contact=2, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW)
    return party


def control_done(store: Store) -> None:
    with store.write():
        assert control.finish_if_done(store, 1, now=NOW)


def purge(store: Store, event: Event) -> erasure.Purge:
    return erasure.purge(store, event, by=ORGANISER, now=AFTERWARDS)


def test_everything_about_people_goes_with_the_event(store: Store, party: Event) -> None:
    attempt = store.value("SELECT min(id) FROM send_attempts")
    with store.write():
        prices.expect(store, 1, [prices.Expected(attempt, "GB", 41_000)])
    done = purge(store, party)
    assert (done.messages, done.answers, done.tally, done.overwritten) == (3, 2, {"yes": 1, "no": 1}, True)
    for table in ("invite_messages", "send_attempts", "message_prices", "message_transitions", "alarms"):
        assert store.value(f"SELECT count(*) FROM {table}") == 0, table
    assert store.value("SELECT count(*) FROM webhook_receipts WHERE provider_message_id IS NOT NULL") == 0
    assert run_board(store, 1).counts["read"] == 3


def test_people_blocks_and_consents_stay(store: Store, party: Event) -> None:
    purge(store, party)
    assert [(each["name"], each["consent"], each["do_not_message"]) for each in contacts.listing(store)] == [
        ("Guest 1", True, False), ("Guest 2", True, True), ("Guest 3", True, False),
    ]  # fmt: skip


def test_a_doubt_about_a_stop_goes_on_holding_people_back(store: Store, party: Event) -> None:
    purge(store, party)
    plan = a_plan(store, an_event(store, "Another", "2028-06-12T18:30"))
    assert reasons(store, plan) == {
        "Guest 1": (),
        "Guest 2": ("do_not_message",),
        "Guest 3": ("possible_opt_out",),
    }


def test_another_event_keeps_everything(store: Store, party: Event) -> None:
    another = an_event(store, "Another", "2028-06-12T18:30")
    (first, *_) = claim(store, a_run(store, a_plan(store, another)).id)
    accept(store, first.attempt)
    purge(store, party)
    assert store.value("SELECT count(*) FROM invite_messages WHERE event = ?", (another.id,)) == 3
    assert store.value("SELECT count(*) FROM message_transitions") > 0


def test_an_event_that_is_not_over_is_not_purged(store: Store, party: Event) -> None:
    with pytest.raises(PurgeFault, match="not over"):
        erasure.purge(store, party, by=ORGANISER, now=later(86_400))
    a_contact(store, "Late", 4)
    a_run(store, a_plan(store, party, audience="-invited:yes"))
    with pytest.raises(PurgeFault, match="not finished"):
        purge(store, party)
    with pytest.raises(ViewerMayNotAct):
        erasure.purge(store, party, by=VIEWER, now=AFTERWARDS)
    assert store.value("SELECT count(*) FROM invite_messages") > 3


def test_a_purged_event_stays_in_the_list_and_can_be_purged_again(store: Store, party: Event) -> None:
    purge(store, party)
    assert purge(store, events.get(store, party.id)).messages == 0
    (line,) = event_lines(store)
    assert (line.event.name, line.read, line.yes, line.no) == ("Summer party", 3, 1, 1)
