"""A viewer is refused by every act on an audience, an event, a template or a run, and nothing changes."""

from collections.abc import Callable

import pytest

from invite_core.invitations import event_changes, events, freezing, runs, saved_audiences, templates
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import control
from invite_core.operators import SENDER, Operator, ViewerMayNotAct
from invite_core.store import Store
from tests.builders import NOW, VIEWER, a_contact, a_plan, a_run, an_event

Act = Callable[[Store, Operator], object]

ACTS: dict[str, Act] = {
    "save an audience": lambda store, by: saved_audiences.save(store, "all", "all", by=by, now=NOW),
    "delete an audience": lambda store, by: saved_audiences.delete(store, "all", by=by, now=NOW),
    "add an event": lambda store, by: events.add(
        store, name="Gala", starts_at="2027-06-12", timezone="UTC", venue="Hall", by=by, now=NOW
    ),
    "change an event": lambda store, by: event_changes.edit(
        store, events.get(store, 1), venue="Garden", by=by, now=NOW
    ),
    "cancel an event": lambda store, by: event_changes.cancel(store, events.get(store, 1), by=by, now=NOW),
    "sync templates": lambda store, by: templates.save_synced(store, [], by=by, now=NOW),
    "create a run": lambda store, by: freezing.freeze(
        store, a_plan(store, events.get(store, 2)), by=by, now=NOW
    ),
    "pause a run": lambda store, by: runs.pause(store, 1, PauseReason.OPERATOR, by=by, now=NOW),
    "resume a run": lambda store, by: runs.resume(store, 1, by=by, now=NOW),
    "cancel a run": lambda store, by: control.cancel_rest(store, 1, by=by, now=NOW),
    "retry a run": lambda store, by: control.retry_failed(store, 1, by=by, now=NOW),
}


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = ("audiences", "events", "templates", "invite_send_runs", "invite_messages", "operator_acts")
    return {table: [tuple(row) for row in store.rows(f"SELECT * FROM {table}")] for table in tables}


@pytest.mark.parametrize("act", ACTS)
def test_a_viewer_is_refused_and_changes_nothing(store: Store, act: str) -> None:
    a_contact(store)
    a_run(store, a_plan(store, an_event(store)))
    an_event(store, "Winter gala")
    before = contents(store)
    with pytest.raises(ViewerMayNotAct, match=f"Vera is a viewer and may not {act}"):
        ACTS[act](store, VIEWER)
    assert contents(store) == before


def test_the_sender_may_pause_a_run_and_is_named(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    assert ACTS["pause a run"](store, SENDER)
    assert tuple(
        store.row(
            "SELECT by, role FROM operator_acts WHERE subject = ? ORDER BY id DESC LIMIT 1", (str(run),)
        )
        or ()
    ) == ("sender", "system")
