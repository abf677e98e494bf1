"""`send` and `runs resume`: what leaves, what is refused before anything leaves, what a pause says."""

import json
from pathlib import Path

import pytest

from invite_core.dispatch.sender_lock import sender_lock
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_guest, a_listener, a_world, wrote


def test_a_send_goes_to_each_eligible_person_once(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    a_listener(store)
    first = cli(*SEND, "--yes", "--json")
    assert (first.code, first.document["status"], first.err) == (0, "finished", "")
    again = cli(*SEND, "--yes", "--json")
    assert (again.code, again.document["blocked"]) == (0, {"already_invited": 3})
    assert sorted(post["to"] for post in meta.posts) == [f"+44770090000{n}" for n in (1, 2, 3)]


def test_a_person_reads_the_same_facts(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    answer = cli(*SEND, "--without-listener", "--yes")
    assert answer.code == 0
    assert "Summer party" in answer.out
    assert "3  accepted" in answer.out


def test_without_a_listener_nothing_is_sent_unless_said(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    assert cli(*SEND, "--yes").is_refused("--without-listener")
    assert cli("runs", "list", "--json").lines == []
    assert meta.posts == []


def test_without_yes_and_without_a_terminal_it_is_wrong_usage(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    answer = cli(*SEND, "--without-listener")
    assert (answer.code, answer.out) == (2, "")
    assert "--yes" in answer.err
    assert meta.posts == []


def test_a_second_sender_is_told_who_sends_before_it_makes_a_run(
    cli: Cli, store: Store, meta: Meta, database: Path
) -> None:
    a_world(store)
    with sender_lock(database, operator="Olga", since="2026-11-25T08:30:00.000Z"):
        assert cli(*SEND, "--without-listener", "--yes").is_refused("Olga", "2026-11-25T08:30:00.000Z")
    assert cli("runs", "list", "--json").lines == []


def test_a_wrong_token_pauses_the_run_and_names_the_reason(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(store)
    token = "wrong-token-of-the-organiser"
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", token)
    answer = cli(*SEND, "--without-listener", "--yes", "--json")
    run = answer.document
    assert (answer.code, run["status"], run["paused_because"]) == (1, "paused", "account")
    assert run["counts"]["queued"] == 3
    assert "Invalid OAuth access token" in answer.err
    assert "INVITE_ACCESS_TOKEN" in answer.err
    assert f"runs resume {run['run']} --wait" in answer.err
    assert token not in answer.err + answer.out
    shown = cli("runs", "show", run["run"])
    assert (shown.code, "INVITE_ACCESS_TOKEN" in shown.err) == (0, True)


def test_a_paused_run_goes_on_where_it_stopped(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(store)
    first = cli(*SEND, "--first", 1, "--without-listener", "--yes", "--json")
    assert (first.code, first.document["paused_because"]) == (1, "first_slice")
    assert "first results" in first.err
    run = first.document["run"]
    lifted = cli("runs", "resume", run, "--json")
    assert (lifted.code, lifted.document["status"]) == (0, "ready")
    assert len(meta.posts) == 1
    done = cli("runs", "resume", run, "--wait", "--without-listener", "--json")
    assert (done.code, done.document["status"], done.document["counts"]["accepted"]) == (0, "finished", 3)
    assert len({post["to"] for post in meta.posts}) == len(meta.posts) == 3


def test_going_on_needs_a_listener_like_sending(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    run = cli(*SEND, "--first", 1, "--without-listener", "--yes", "--json").document["run"]
    assert cli("runs", "resume", run, "--wait").is_refused("--without-listener")
    assert cli("runs", "show", run, "--json").document["status"] == "paused"
    a_listener(store)
    assert cli("runs", "resume", run, "--wait", "--json").document["status"] == "finished"


def test_what_may_mean_stop_holds_a_person_back_until_it_is_dealt_with(
    cli: Cli, store: Store, meta: Meta
) -> None:
    guests = a_world(store)
    for guest in guests[:2]:
        wrote(store, guest, "please do not stop the music")
    held = cli(*PREVIEW, "--json").document
    assert (held["eligible"], held["blocked"]) == (1, {"possible_opt_out": 2})
    second, first = cli("inbox", "list", "--json").lines
    assert (first["name"], first["text"]) == ("Guest 1", "please do not stop the music")
    assert cli("inbox", "done", first["reply"], "--json").document["status"] == "done"
    assert cli("inbox", "stop", second["reply"], "--json").document["blocked"] == 1
    assert cli("inbox", "list", "--json").lines == []
    after = cli(*PREVIEW, "--json").document
    assert (after["eligible"], after["blocked"]) == (2, {"do_not_message": 1})


def test_everyone_blocked_is_a_finished_run(cli: Cli, store: Store, meta: Meta) -> None:
    guests = a_world(store, guests=1)
    cli("dnm", "add", guests[0], "--reason", "asked")
    answer = cli(*SEND, "--without-listener", "--yes", "--json")
    assert (answer.code, answer.document["status"], meta.posts) == (0, "finished", [])


def test_choices_are_remembered_for_the_next_run(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=1)
    cli(*SEND, "--map", "guest_name==dear friend", "--button", "2=none", "--without-listener", "--yes")
    parameters = json.dumps(meta.posts[0], ensure_ascii=False)
    assert "dear friend" in parameters
    assert "rsvp:none:" in parameters
    shown = cli("templates", "list", "--json").lines
    english = next(line for line in shown if line["language"] == "en" and "guest_name" in line["parameters"])
    assert english["mapping"]["guest_name"] == "=dear friend"
    assert english["buttons"][2]["meaning"] == "none"


def test_household_and_audience_are_as_previewed(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=2)
    a_guest(store, "Vip", 50, tags=("vip",))
    wish = ("--audience", "tag:vip", "--per-household")
    previewed = cli(*PREVIEW, *wish, "--json").document
    sent = cli(*SEND, *wish, "--without-listener", "--yes", "--json").document
    assert (previewed["total"], previewed["eligible"]) == (sent["total"], sent["eligible"]) == (1, 1)
    assert [post["to"] for post in meta.posts] == ["+447700900050"]
