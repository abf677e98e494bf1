"""Events: their facts, how they are found, and what a change does to the runs that froze them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path

import pytest

from invite_core.invitations import event_changes, event_texts, events, runs
from invite_core.invitations.events import Event, EventFault
from invite_core.invitations.fields import event_value
from invite_core.invitations.runs import RunFault, Status
from invite_core.lifecycle import control
from invite_core.operators import ViewerMayNotAct
from invite_core.store import IntegrityError, Store
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_plan, a_run, an_event, later

FACTS = {"name": "Gala", "starts_at": "2027-06-12T18:30", "timezone": "Europe/Lisbon", "venue": "Hall"}


def add(store: Store, **facts: str) -> Event:
    return events.add(store, **{**FACTS, **facts}, by=ORGANISER, now=NOW)


def edit(store: Store, event: Event, **facts: str) -> Event:
    return event_changes.edit(store, event, **facts, by=ORGANISER, now=later(60))


def test_an_event_is_kept_as_it_was_told(store: Store) -> None:
    event = add(store, name="  Gala ", ends_at="2027-06-13T01:00", answer_by="2027-06-01")
    assert event.as_json() == {
        "event": event.id,
        "name": "Gala",
        "starts_at": "2027-06-12T17:30:00.000Z",
        "ends_at": "2027-06-13T00:00:00.000Z",
        "answer_by": "2027-05-31T23:00:00.000Z",
        "timezone": "Europe/Lisbon",
        "venue": "Hall",
        "texts": {},
        "status": "planned",
    }


@pytest.mark.parametrize(
    "starts_at, timezone, utc",
    [
        ("2027-01-15T20:00", "Europe/Lisbon", datetime(2027, 1, 15, 20, tzinfo=UTC)),
        ("2027-07-15T20:00", "Europe/Lisbon", datetime(2027, 7, 15, 19, tzinfo=UTC)),
        ("2027-07-15T20:00", "America/Sao_Paulo", datetime(2027, 7, 15, 23, tzinfo=UTC)),
        ("2027-07-15T20:00+05:45", "America/Sao_Paulo", datetime(2027, 7, 15, 14, 15, tzinfo=UTC)),
        ("2027-07-15T20:00Z", "Pacific/Auckland", datetime(2027, 7, 15, 20, tzinfo=UTC)),
        ("2027-03-28T01:30", "Europe/Lisbon", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2027-10-31T01:30", "Europe/Lisbon", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_events_zone(
    store: Store, starts_at: str, timezone: str, utc: datetime
) -> None:
    assert add(store, starts_at=starts_at, timezone=timezone).starts_at == utc


@pytest.mark.parametrize(
    "facts",
    [
        {"name": ""},
        {"name": " \t"},
        {"venue": " "},
        {"timezone": "Lisbon"},
        {"timezone": ""},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Europe"},
        {"starts_at": "12 June"},
        {"starts_at": ""},
        {"starts_at": "2027-06-31T18:30"},
        {"starts_at": "9999-12-31T23:59-10:00"},
        {"ends_at": "2027-06-12T18:30"},
        {"ends_at": "2027-06-12T18:29"},
        {"ends_at": "late"},
        {"answer_by": "soon"},
    ],
)
def test_facts_that_cannot_be_are_refused(store: Store, facts: dict[str, str]) -> None:
    with pytest.raises(EventFault) as refused:
        add(store, **facts)
    assert refused.value.todo
    assert events.listing(store) == []


def test_an_event_is_found_by_id_and_by_name(store: Store) -> None:
    event = add(store, name="Festa de Verão")
    for ref in (str(event.id), "Festa de Verão", "FESTA  DE VERÃO", " festa de verão "):
        assert events.find(store, ref).id == event.id


def test_a_name_of_digits_is_found_where_no_id_is_meant(store: Store) -> None:
    event = add(store, name="2027")
    assert events.find(store, "2027").id == event.id
    assert events.find(store, "1").id == event.id


@pytest.mark.parametrize("ref", ["Nothing", "2", "", "-1", "９", "99999999999999999999"])
def test_an_event_that_does_not_exist_is_refused(store: Store, ref: str) -> None:
    add(store)
    with pytest.raises(EventFault, match="There is no event"):
        events.find(store, ref)


def test_a_name_that_several_have_is_refused_with_the_candidates(store: Store) -> None:
    first, second = add(store), add(store, starts_at="2028-06-12T18:30")
    with pytest.raises(EventFault) as refused:
        events.find(store, "gala")
    assert refused.value.todo == f"Name one by its id: {first.id} (2027-06-12), {second.id} (2028-06-12)."


def test_events_are_listed_by_their_start_the_latest_first(store: Store) -> None:
    early, late = add(store), add(store, starts_at="2028-06-12T18:30")
    assert [event.id for event in events.listing(store)] == [late.id, early.id]


def test_an_edit_changes_what_it_names(store: Store) -> None:
    event = add(store, answer_by="2027-06-01", ends_at="2027-06-13T01:00")
    changed = edit(store, event, venue="Garden", starts_at="2027-06-12T19:00")
    assert changed.as_json() == {
        **event.as_json(),
        "venue": "Garden",
        "starts_at": "2027-06-12T18:00:00.000Z",
        "status": "changed",
    }
    assert changed.facts_version == event.facts_version + 1


def test_an_edit_is_refused_like_a_new_event(store: Store) -> None:
    event = add(store, ends_at="2027-06-13T01:00")
    for facts in ({"name": ""}, {"venue": " "}, {"starts_at": "2027-06-14T18:30"}, {"timezone": "Mars/Base"}):
        with pytest.raises(EventFault):
            edit(store, event, **facts)
    assert events.get(store, event.id) == event


def test_an_event_is_called_something_else_in_another_language(store: Store) -> None:
    event = add(store)

    def say(language: str, **texts: str) -> Event:
        return event_texts.translate(store, event, language, **texts, by=ORGANISER, now=later(60))

    said = say("Portuguese", name=" Baile ", venue="Salão")
    assert (said.texts, said.facts_version) == ({"pt": {"name": "Baile", "venue": "Salão"}}, 2)
    assert say("pt", name="Baile").facts_version == 2, "nothing is changed by the same words"
    assert say("pt-br", name="Festa").texts["pt_BR"] == {"name": "Festa"}
    assert event_value(events.get(store, event.id), "name", "pt_BR") == "Festa"
    assert event_value(events.get(store, event.id), "venue", "pt_BR") == "Salão"
    assert say("pt", name="", venue="").texts == {"pt_BR": {"name": "Festa"}}
    for language in ("", "Klingonese"):
        with pytest.raises(EventFault, match="no language"):
            say(language, name="x")
    with pytest.raises(ViewerMayNotAct):
        event_texts.translate(store, event, "pt", name="x", by=VIEWER, now=NOW)


Change = Callable[[Store, Event], Event]
CHANGES: dict[str, Change] = {
    "edit": lambda store, event: event_changes.edit(
        store, event, venue="Garden", by=ORGANISER, now=later(60)
    ),
    "translate": lambda store, event: event_texts.translate(
        store, event, "pt", venue="Jardim", by=ORGANISER, now=later(60)
    ),
    "cancel": lambda store, event: event_changes.cancel(store, event, by=ORGANISER, now=later(60)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_pauses_every_unfinished_run_of_this_event(store: Store, change: Change) -> None:
    for number in range(1, 6):
        a_contact(store, f"Guest {number}", number, tags=[f"t{number}"])
    event, other = an_event(store), an_event(store, "Winter gala")
    ready, sending, paused, cancelled = (
        a_run(store, a_plan(store, event, audience=f"tag:t{n}")).id for n in range(1, 5)
    )
    elsewhere = a_run(store, a_plan(store, other, audience="tag:t5")).id
    with store.write():
        runs.start(store, sending, at="2027-03-01T12:00:00.000Z")
    runs.pause(store, paused, runs.PauseReason.OPERATOR, by=ORGANISER, now=NOW)
    control.cancel_rest(store, cancelled, by=ORGANISER, now=NOW)
    assert runs.unfinished_of(store, event.id) == [ready, sending, paused]
    change(store, event)
    for run in (ready, sending, paused):
        assert runs.get(store, run).status is Status.PAUSED
        assert runs.get(store, run).paused_because == "facts_changed"
    assert runs.get(store, cancelled).status is Status.CANCELLED
    assert runs.get(store, elsewhere).status is Status.READY


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_facts_and_the_pause_are_one_transaction(store: Store, change: Change) -> None:
    a_contact(store)
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id
    with store.write():
        store.execute(
            """CREATE TRIGGER no_record BEFORE INSERT ON operator_acts
               BEGIN SELECT RAISE(ABORT, 'no record'); END"""
        )
    with pytest.raises(IntegrityError):
        change(store, event)
    assert events.get(store, event.id) == event
    assert runs.get(store, run).status is Status.READY


def test_a_cancelled_event_stays_cancelled(store: Store) -> None:
    event = event_changes.cancel(store, add(store), by=ORGANISER, now=NOW)
    assert edit(store, event, venue="Garden").status == "cancelled"


def test_cancelling_twice_is_refused_and_pauses_nothing(store: Store) -> None:
    """The run that tells people that the event is off must go on."""
    event = event_changes.cancel(store, add(store), by=ORGANISER, now=NOW)
    with pytest.raises(EventFault, match="cancelled already"):
        event_changes.cancel(store, event, by=ORGANISER, now=NOW)
    assert events.get(store, event.id).facts_version == event.facts_version


def test_changes_are_on_record(store: Store) -> None:
    event = edit(store, add(store), venue="Garden")
    event_changes.cancel(store, event, by=ORGANISER, now=NOW)
    acts = store.rows("SELECT act, by, subject FROM operator_acts WHERE subject_kind = 'event' ORDER BY id")
    assert [tuple(row) for row in acts] == [
        ("add event", "Rita", "1"),
        ("edit event", "Rita", "1"),
        ("cancel event", "Rita", "1"),
    ]


def test_a_viewer_may_not_touch_an_event(store: Store) -> None:
    with pytest.raises(ViewerMayNotAct, match="may not add an event"):
        events.add(store, **FACTS, by=VIEWER, now=NOW)
    event = add(store)
    with pytest.raises(ViewerMayNotAct, match="may not change an event"):
        event_changes.edit(store, event, venue="Garden", by=VIEWER, now=NOW)
    with pytest.raises(ViewerMayNotAct, match="may not cancel an event"):
        event_changes.cancel(store, event, by=VIEWER, now=NOW)
    assert events.listing(store) == [event]


def test_an_edit_keeps_what_was_changed_since_the_event_was_looked_at(store: Store) -> None:
    looked_at = add(store)
    edit(store, looked_at, name="Ball")
    assert edit(store, looked_at, venue="Garden").name == "Ball"


def test_a_run_cannot_be_resumed_while_its_event_is_being_changed(store: Store, database: Path) -> None:
    a_contact(store)
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id

    def resume() -> None:
        with Store.open(database) as another, pytest.raises(RunFault, match="the old facts"):
            runs.resume(another, run, by=ORGANISER, now=NOW)

    thread = ThreadPoolExecutor(1)
    with store.write():
        edit(store, event, venue="Garden")
        resumed = thread.submit(resume)
        wait([resumed], timeout=0.2)
    resumed.result()
    thread.shutdown()
    assert runs.get(store, run).paused_because == "facts_changed"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"venue": "Hall"},
        {"name": " Gala "},
        {"starts_at": "2027-06-12T17:30Z"},
        {"timezone": "Europe/Lisbon"},
    ],
)
def test_an_edit_that_changes_nothing_changes_nothing(store: Store, facts: dict[str, str]) -> None:
    event = add(store)
    a_contact(store)
    run = a_run(store, a_plan(store, event)).id
    assert edit(store, event, **facts) == event
    assert runs.get(store, run).status is Status.READY
    assert store.value("SELECT count(*) FROM operator_acts WHERE act = 'edit event'") == 0


def test_another_answer_by_alone_pauses_nothing(store: Store) -> None:
    event = add(store)
    a_contact(store)
    run = a_run(store, a_plan(store, event)).id
    changed = edit(store, event, answer_by="2027-06-01")
    assert changed.answer_by == datetime(2027, 5, 31, 23, tzinfo=UTC)
    assert (changed.facts_version, changed.status) == (event.facts_version, "planned")
    assert runs.get(store, run).status is Status.READY


@pytest.mark.parametrize(
    "fact, value",
    [
        ("name", "Ball"),
        ("starts_at", "2027-06-12T19:00"),
        ("ends_at", "2027-06-13T01:00"),
        ("timezone", "Europe/Madrid"),
        ("venue", "Garden"),
    ],
)
def test_every_fact_that_a_message_may_tell_pauses_the_runs(store: Store, fact: str, value: str) -> None:
    event = add(store)
    a_contact(store)
    run = a_run(store, a_plan(store, event)).id
    assert edit(store, event, **{fact: value}).facts_version == event.facts_version + 1
    assert runs.get(store, run).paused_because == "facts_changed"


def test_another_zone_keeps_the_time_of_day(store: Store) -> None:
    event = add(store, ends_at="2027-06-13T01:00", answer_by="2027-06-01T12:00")
    moved = edit(store, event, timezone="America/Sao_Paulo")
    assert moved.starts_at == datetime(2027, 6, 12, 21, 30, tzinfo=UTC)
    assert moved.ends_at == datetime(2027, 6, 13, 4, tzinfo=UTC)
    assert moved.answer_by == datetime(2027, 6, 1, 15, tzinfo=UTC)


def test_the_record_of_an_edit_tells_old_and_new(store: Store) -> None:
    edit(store, add(store), venue="Garden", name="Gala")
    detail = store.value("SELECT detail FROM operator_acts WHERE act = 'edit event'")
    assert json.loads(detail) == {"old": {"venue": "Hall"}, "new": {"venue": "Garden"}}
