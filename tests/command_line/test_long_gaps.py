"""`--stops-may-be-lost`: a listener that was away for longer than Meta waits, as scripts and people meet it."""

from datetime import timedelta

import pytest

from invite_core import instants
from invite_core.instants import stored
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import SEND, a_listener, a_world


@pytest.fixture
def run(cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch) -> int:
    """A run whose first message left ten days ago, two days before the listener ended; it is back now."""
    monkeypatch.setenv("INVITE_CATCH_UP_MINUTES", "0.001")
    a_world(store)
    sent = cli(*SEND, "--first", 1, "--without-listener", "--yes", "--json").document
    now = instants.now()
    began, ended = (stored(now - timedelta(days=days)) for days in (10, 8))
    with store.write():
        store.execute("UPDATE send_attempts SET claimed_at = ?", (began,))
        store.execute(
            """INSERT INTO listener_status (pid, address, started_at, heartbeat_at, stopped_at)
               VALUES (1, '127.0.0.1:8080', :began, :ended, :ended)""",
            {"began": began, "ended": ended},
        )
    a_listener(store)
    return int(sent["run"])


def test_a_run_goes_on_only_with_the_word_and_a_reason(cli: Cli, store: Store, meta: Meta, run: int) -> None:
    for wait in ((), ("--wait",)):
        assert cli("runs", "resume", run, *wait).is_refused("may be lost", f"resume {run} --wait --stops-may")
    gap = cli("runs", "show", run, "--json").document["listener"]["gap"]
    assert (gap["minutes"], gap["may_have_lost"], gap["acknowledged_by"]) == (8 * 24 * 60, True, None)
    assert cli("runs", "resume", run, "--stops-may-be-lost").code == 2
    assert cli("runs", "resume", run, "--reason", "so").code == 2
    assert cli("runs", "show", run, "--json").document["status"] == "paused"

    word = ("--stops-may-be-lost", "--reason", "I asked them all")
    done = cli("runs", "resume", run, "--wait", *word, "--json")
    assert (done.code, done.document["status"], len(meta.posts)) == (0, "finished", 3)
    listener = done.document["listener"]
    assert (listener["alive"], listener["gap"]["acknowledged_by"]) == (True, "Rita")
    assert store.value("SELECT reason FROM operator_acts WHERE act LIKE 'accept%'") == "I asked them all"


def test_a_send_takes_the_word_too(cli: Cli, store: Store, meta: Meta, run: int) -> None:
    cli("runs", "cancel", run)
    send = (*SEND, "--yes", "--json")
    held = cli(*send)
    assert (held.code, held.document["paused_because"], len(meta.posts)) == (1, "listener_gap", 1)
    assert "stops and answers may be lost" in held.err
    assert f"runs resume {held.document['run']} --wait --stops-may-be-lost --reason TEXT" in held.err
    cli("runs", "cancel", held.document["run"])
    sent = cli(*send, "--stops-may-be-lost", "--reason", "I asked them all")
    assert (sent.code, sent.document["status"], len(meta.posts)) == (0, "finished", 3)


def test_where_nothing_is_lost_the_word_is_not_kept(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    run = cli(*SEND, "--first", 1, "--without-listener", "--yes", "--json").document["run"]
    lifted = cli("runs", "resume", run, "--stops-may-be-lost", "--reason", "so", "--json")
    assert (lifted.code, lifted.document["status"], lifted.document["listener"]["gap"]) == (0, "ready", None)
    assert "nothing to accept" in lifted.err
    assert store.value("SELECT count(*) FROM listener_gaps") == 0
