"""Alarms are acknowledged by name and note, and never taken back."""

import pytest

from invite_core.instants import stored
from invite_core.lifecycle.alarms import AlarmFault, acknowledge
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from invite_core.views.alarms import waiting_alarms
from invite_core.views.run_board import run_board
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_run, later


def raised(store: Store) -> tuple[int, int]:
    """A run with two alarms about one of its messages: the run, and the message."""
    a_contact(store)
    run = a_run(store)
    message = int(store.value("SELECT id FROM invite_messages"))
    with store.write():
        for kind in ("sent_twice", "released_slot"):
            store.execute(
                "INSERT INTO alarms (kind, message, detail, at) VALUES (:kind, :message, 'It went wrong.', :at)",
                {"kind": kind, "message": message, "at": stored(NOW)},
            )
    return run.id, message


def test_waiting_alarms_are_told_newest_first_until_they_are_acknowledged(store: Store) -> None:
    run, message = raised(store)
    assert [alarm.kind for alarm in waiting_alarms(store)] == ["released_slot", "sent_twice"]
    assert waiting_alarms(store)[0].name == "Ana Example"
    assert waiting_alarms(store, run=run) == waiting_alarms(store, message=message) == waiting_alarms(store)
    assert waiting_alarms(store, run=run + 1) == waiting_alarms(store, message=message + 1) == []

    assert acknowledge(store, message, reason=" she got it once ", by=ORGANISER, now=later(5)) == 2
    assert waiting_alarms(store) == []
    assert run_board(store, run).alarms == 0
    kept = store.rows("SELECT acknowledged_at, acknowledged_by FROM alarms")
    assert {tuple(row) for row in kept} == {(stored(later(5)), "Rita")}
    act = store.row("SELECT act, subject, reason, by FROM operator_acts WHERE act = 'acknowledge alarm'")
    assert act is not None
    assert tuple(act) == ("acknowledge alarm", str(message), "she got it once", "Rita")


def test_an_alarm_is_not_acknowledged_without_a_note_or_twice_or_by_a_viewer(store: Store) -> None:
    _, message = raised(store)
    with pytest.raises(AlarmFault, match="with a note"):
        acknowledge(store, message, reason="  ", by=ORGANISER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        acknowledge(store, message, reason="seen", by=VIEWER, now=NOW)
    assert len(waiting_alarms(store)) == 2
    acknowledge(store, message, reason="seen", by=ORGANISER, now=NOW)
    with pytest.raises(AlarmFault, match="No alarm"):
        acknowledge(store, message, reason="seen", by=ORGANISER, now=NOW)
