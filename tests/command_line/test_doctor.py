"""`doctor`: one line for each check, in the shape that scripts rest on, and an exit code."""

import pytest

from invite_core import instants
from invite_core.delivery import listener_life
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import TOKEN, Meta
from tests.command_line.world import a_world


def test_a_desk_that_is_ready_is_exit_0_and_each_line_has_its_shape(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_APP_SECRET", "a-made-up-secret")
    a_world(store)
    meta.number |= {"quality_rating": "GREEN"}
    with store.write():
        listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=instants.now())
    answer = cli("doctor", "--json")
    assert answer.code == 0, answer
    assert all(set(line) == {"check", "state", "fact", "todo"} for line in answer.lines)
    assert {line["state"] for line in answer.lines} == {"ok", "warn", "unknown"}
    assert [line["check"] for line in answer.lines if line["state"] == "unknown"] == ["updates"]
    checks = {line["check"] for line in answer.lines}
    assert {"database", "guard", "listener", "token", "number", "clock", "subscription", "backup"} <= checks
    assert all(bool(line["todo"]) is (line["state"] != "ok") for line in answer.lines)
    told = cli("doctor")
    assert (told.code, told.err) == (0, "")
    assert "! warning" in told.out.replace("  ", " ")
    assert told.out.rstrip().endswith("warnings.")
    assert TOKEN not in answer.out + told.out
    assert "a-made-up-secret" not in answer.out + told.out


def test_what_would_stop_a_send_is_exit_1(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    answer = cli("doctor", "--json")
    faults = {line["check"] for line in answer.lines if line["state"] == "fail"}
    assert (answer.code, "listener" in faults) == (1, True)


def test_without_a_file_and_with_a_wrong_setting_it_still_tells(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = cli("doctor", "--json", "--db", "nothing.db")
    assert (answer.code, answer.err) == (1, "")
    assert {line["check"] for line in answer.lines} >= {"settings", "database", "disk"}
    monkeypatch.setenv("INVITE_LISTEN_PORT", "many")
    (line,) = cli("doctor", "--json").lines
    assert (line["check"], line["state"], "INVITE_LISTEN_PORT" in line["fact"]) == ("settings", "fail", True)
