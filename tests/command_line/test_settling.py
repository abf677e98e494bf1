"""`resolve`, `resend`, `backup` and `restore` as a script and a person call them."""

from pathlib import Path

import pytest

from invite_core import instants
from invite_core.invitations import freezing
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Unknown
from invite_core.store import Store
from tests.builders import ORGANISER, SENDER_NUMBER, a_plan
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.programs import asked
from tests.command_line.world import SEND, a_guest, a_world


@pytest.fixture
def doubt(store: Store) -> int:
    """An unconfirmed message in a run of one; its id."""
    a_guest(store, "Ana", 1)
    now = instants.now()
    run = freezing.freeze(store, a_plan(store), by=ORGANISER, now=now)
    with store.write():
        store.execute("UPDATE invite_send_runs SET status = 'sending'")
        (claim,) = attempts.claim(
            store, run.id, freezing.plan_of(store, run), limit=1, phone_number_id=SENDER_NUMBER, now=now
        )
        attempts.record_outcome(store, claim.attempt, Unknown(cause="ReadTimeout", detail=""), now=now)
    return claim.message


@pytest.mark.parametrize("as_, state", [("sent", "accepted"), ("not-sent", "cancelled")])
def test_resolve_settles_a_message(cli: Cli, doubt: int, as_: str, state: str) -> None:
    answer = cli("resolve", doubt, "--as", as_, "--reason", "she told me", "--json")
    assert answer.code == 0
    assert answer.document == {"message": doubt, "resolved": as_, "state": state, "reason": "she told me"}
    assert cli("resolve", doubt, "--as", as_, "--reason", "again").is_refused("nothing to settle")


def test_messages_and_timeline_say_what_is_in_doubt(cli: Cli, doubt: int) -> None:
    found = cli("messages", 1, "--json").document["unconfirmed"]
    assert (found["cause"], found["listener_up"]) == ("ReadTimeout", 0.0)
    assert cli("timeline", doubt, "--json").lines[-1]["unconfirmed"]["since"] == found["since"]


def test_resend_without_a_terminal_needs_the_flag(cli: Cli, doubt: int) -> None:
    assert cli("resend", doubt, "--reason", "she asked").is_refused("--may-arrive-twice")
    answer = cli("resend", doubt, "--may-arrive-twice", "--reason", "she asked", "--json")
    assert (answer.code, answer.document["run"], answer.document["status"]) == (0, 1, "paused")
    assert cli("messages", 1, "--json").document["state"] == "queued"


@pytest.mark.parametrize("words, code", [("yes", 1), ("may arrive twice", 0)])
def test_resend_asks_for_the_words_on_a_terminal(
    cli: Cli, doubt: int, database: Path, words: str, code: int
) -> None:
    with asked("--db", database, "resend", doubt, "--reason", "she asked", until=b"to send it again") as (
        _,
        answer,
    ):
        assert answer(words) == code
    assert cli("messages", 1, "--json").document["state"] == ("queued" if code == 0 else "unconfirmed")


def test_restoring_a_backup_sends_nobody_anything_twice(
    cli: Cli, store: Store, meta: Meta, database: Path
) -> None:
    a_world(store, 3)
    store.close()
    copy = database.with_name("copy.db")
    made = cli("backup", copy, "--json")
    assert (made.code, made.document["backup"]) == (0, str(copy))
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    assert cli("dnm", "add", "+447700900003", "--reason", "asked").code == 0
    restored = cli("restore", copy, "--yes", "--json")
    assert restored.code == 0
    assert Path(restored.document["kept"]).is_file()
    assert "restored from a backup" in restored.document["found"]
    assert cli(*SEND, "--without-listener", "--yes").is_refused("restore --reviewed")
    assert cli("restore", "--reviewed", "--json").document == {"reviewed": True, "was_needed": True}
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    assert len(meta.posts) == 3
    states = {each["name"]: each["state"] for each in cli("messages", 1, "--json").lines}
    assert states == {"Guest 1": "unconfirmed", "Guest 2": "unconfirmed", "Guest 3": "blocked"}
    assert [each["source"] for each in cli("dnm", "list", "--json").lines] == ["guard"]


def test_restore_wants_a_file_or_the_word_that_it_was_reviewed(
    cli: Cli, store: Store, database: Path
) -> None:
    assert cli("restore").code == 2
    assert cli("restore", database, "--reviewed").code == 2
    assert cli("restore", database.with_name("nothing.db")).is_refused("no database")
    assert cli("restore", "--reviewed", "--json").document == {"reviewed": True, "was_needed": False}


def test_a_backup_overwrites_nothing_else(cli: Cli, store: Store, database: Path) -> None:
    assert cli("backup", database).is_refused("is there already")


def test_a_viewer_may_neither_settle_nor_restore(
    cli: Cli, doubt: int, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    copy = database.with_name("copy.db")
    for command in (
        ("resolve", doubt, "--as", "sent", "--reason", "x"),
        ("resend", doubt, "--may-arrive-twice", "--reason", "x"),
        ("backup", copy),
        ("restore", copy),
        ("restore", "--reviewed"),
    ):
        assert cli(*command).is_refused("viewer")
    assert not copy.exists()
