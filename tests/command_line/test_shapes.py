"""The JSON of every command, in exactly the shapes of design section 8."""

import json
from pathlib import Path
from typing import Any

import pytest

from invite_core.lifecycle.states import State
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_guest, a_world, wrote

Shape = dict[str, type | tuple[type, ...]]
TEXT_OR_NONE = (str, type(None))

RUN: Shape = {
    "run": int, "event": int, "purpose": str, "occasion": str, "template": str, "status": str,
    "paused_because": TEXT_OR_NONE, "audience": str, "total": int, "eligible": int, "counts": dict, "blocked": dict,
}  # fmt: skip
PREVIEWED: Shape = {
    "event": int, "template": str, "audience": str, "total": int, "eligible": int, "blocked": dict, "people": list,
}  # fmt: skip
PERSON: Shape = {"contact": int, "name": str, "phone": TEXT_OR_NONE, "eligible": bool, "reasons": list}
MESSAGE: Shape = {
    "message": int, "run": int, "contact": int, "name": str, "phone": TEXT_OR_NONE, "language": TEXT_OR_NONE,
    "state": str, "held": bool, "block_reason": TEXT_OR_NONE, "block_reasons": list,
    "provider_message_id": TEXT_OR_NONE, "attempts": int, "accepted_at": TEXT_OR_NONE, "sent_at": TEXT_OR_NONE,
    "delivered_at": TEXT_OR_NONE, "read_at": TEXT_OR_NONE, "failed_at": TEXT_OR_NONE,
    "error_code": (int, type(None)), "error_detail": TEXT_OR_NONE, "alarms": list,
}  # fmt: skip
TIMELINE: Shape = {
    "at": str, "provider_at": TEXT_OR_NONE, "from": TEXT_OR_NONE, "to": str, "cause": str, "outcome": str,
}  # fmt: skip
RSVP: Shape = {
    "event": int, "yes": int, "no": int, "maybe": int, "none": int, "not_reached": int, "places": int, "people": list,
}  # fmt: skip
GUEST: Shape = {
    "contact": int, "name": str, "phone": TEXT_OR_NONE, "answer": str, "places": int, "at": TEXT_OR_NONE,
    "late": bool, "reached": bool, "history": list,
}  # fmt: skip
BLOCK: Shape = {
    "address": TEXT_OR_NONE, "contact": (int, type(None)), "name": TEXT_OR_NONE, "reason": str, "source": str,
    "at": str, "by": str, "lifted_at": TEXT_OR_NONE,
}  # fmt: skip
IMPORT: Shape = {
    "read": int, "created": int, "updated": int, "unchanged": int, "shared_number": int, "rejected": list,
    "people": int, "without_consent": int,
}  # fmt: skip


WAITING: Shape = {
    "reply": int, "status": str, "kind": str, "contact": (int, type(None)), "name": TEXT_OR_NONE,
    "profile_name": str, "phone": TEXT_OR_NONE, "event": (int, type(None)), "event_name": TEXT_OR_NONE,
    "message": (int, type(None)), "text": str, "at": str,
}  # fmt: skip


def has_shape(document: dict[str, Any], shape: Shape) -> bool:
    """Whether `document` has every key of `shape` with a value of its type."""
    assert set(shape) <= set(document)
    wrong = {key: document[key] for key, kind in shape.items() if not isinstance(document[key], kind)}
    assert not wrong
    return True


def test_run(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    run = cli(*SEND, "--without-listener", "--yes", "--json")
    assert run.code == 0
    assert has_shape(run.document, RUN)
    assert run.document["status"] == "finished"
    assert run.document["audience"] == "all"
    assert cli("runs", "show", run.document["run"], "--json").document == run.document
    assert cli("runs", "list", "--json").lines == [run.document]


def test_counts_have_every_state_and_blocked_counts_each_person_once(
    cli: Cli, store: Store, meta: Meta
) -> None:
    guests = a_world(store, guests=4)
    cli("dnm", "add", guests[0], "--reason", "asked at the door")
    cli("consent", "revoke", guests[0])
    cli("consent", "revoke", guests[1])
    run = cli(*SEND, "--without-listener", "--yes", "--json").document
    assert set(run["counts"]) == {state.value for state in State}
    assert sum(run["counts"].values()) == run["total"] == 4
    assert run["blocked"] == {"do_not_message": 1, "no_consent": 1}
    assert run["counts"]["blocked"] == 2
    assert run["counts"]["accepted"] == run["eligible"] == len(meta.posts) == 2


def test_preview_and_dry_run_are_the_same_document_and_change_nothing(cli: Cli, store: Store) -> None:
    guests = a_world(store)
    cli("dnm", "add", guests[0], "--reason", "asked at the door")
    preview = cli(*PREVIEW, "--json")
    assert has_shape(preview.document, PREVIEWED)
    assert all(has_shape(person, PERSON) for person in preview.document["people"])
    blocked = preview.document["people"][0]
    assert (blocked["contact"], blocked["eligible"], blocked["reasons"]) == (
        guests[0],
        False,
        ["do_not_message"],
    )
    assert (preview.document["total"], preview.document["eligible"]) == (3, 2)
    assert cli(*SEND, "--dry-run", "--json").out == preview.out
    assert cli("runs", "list", "--json").lines == []


def test_messages_and_timeline(cli: Cli, store: Store, meta: Meta) -> None:
    guests = a_world(store)
    cli("dnm", "add", guests[0], "--reason", "asked at the door")
    run = cli(*SEND, "--without-listener", "--yes", "--json").document["run"]
    messages = cli("messages", run, "--json").lines
    assert all(has_shape(message, MESSAGE) for message in messages)
    assert [message["state"] for message in messages] == ["blocked", "accepted", "accepted"]
    assert messages[0]["block_reason"] == "do_not_message"
    assert messages[1]["attempts"] == 1
    assert messages[1]["accepted_at"].endswith("Z")
    assert cli("messages", run, "--state", "blocked", "--json").lines == messages[:1]
    timeline = cli("timeline", messages[1]["message"], "--json").lines
    assert all(has_shape(line, TIMELINE) for line in timeline)
    assert [line["to"] for line in timeline] == ["queued", "sending", "accepted"]


def test_a_refused_message_has_meta_s_code_as_an_integer(cli: Cli, store: Store, meta: Meta) -> None:
    meta.refusal = {"code": 131026, "message": "Message undeliverable"}
    a_world(store, guests=1)
    run = cli(*SEND, "--without-listener", "--yes", "--json")
    assert (run.code, run.document["status"], run.document["counts"]["failed"]) == (0, "finished", 1)
    (message,) = cli("messages", run.document["run"], "--json").lines
    assert message["error_code"] == 131026
    assert message["error_detail"]


def test_rsvp(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    cli(*SEND, "--without-listener", "--yes")
    board = cli("rsvp", "show", "summer party", "--json").document
    assert has_shape(board, RSVP)
    assert all(has_shape(guest, GUEST) for guest in board["people"])
    assert (board["none"], board["yes"], board["places"]) == (3, 0, 0)


def test_events_add_names_the_event_that_list_shows(cli: Cli) -> None:
    added = cli(
        "events", "add", "--name", "Picnic", "--starts-at", "2099-06-12T18:30", "--timezone", "Europe/Lisbon",
        "--venue", "Park", "--answer-by", "2099-06-01", "--json",
    )  # fmt: skip
    assert added.code == 0
    assert isinstance(added.document["event"], int)
    (listed,) = cli("events", "list", "--json").lines
    assert listed["event"] == added.document["event"]
    assert listed["starts_at"] == "2099-06-12T17:30:00.000Z"


def test_an_edited_event_names_the_runs_it_paused(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    run = cli(*SEND, "--first", 1, "--without-listener", "--yes", "--json").document
    assert (run["status"], run["paused_because"]) == ("paused", "first_slice")
    edited = cli("events", "edit", "Summer party", "--venue", "Town hall", "--json").document
    assert edited["paused_runs"] == [run["run"]]
    assert cli("runs", "resume", run["run"]).is_refused("runs cancel")


def test_inbox_lines(cli: Cli, store: Store) -> None:
    wrote(store, a_guest(store, "Ana", 1), "please do not stop the music")
    (line,) = cli("inbox", "list", "--json").lines
    assert has_shape(line, WAITING)


def test_do_not_message_lines(cli: Cli, store: Store) -> None:
    guest = a_guest(store, "Ana", 1)
    assert cli("dnm", "add", guest, "--reason", "asked").code == 0
    assert cli("dnm", "add", "+447700900777", "--reason", "a stranger asked").code == 0
    assert cli("dnm", "lift", "+447700900777", "--reason", "it was a mistake").code == 0
    lines = cli("dnm", "list", "--json").lines
    assert all(has_shape(line, BLOCK) for line in lines)
    by_address = {line["address"]: line for line in lines}
    assert by_address["+447700900001"]["lifted_at"] is None
    assert by_address["+447700900001"]["by"] == "Rita"
    assert by_address["+447700900777"]["lifted_at"] is not None


def test_import_report_adds_up(cli: Cli, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name;phone\nAna;+44 7700 900001\nBob;+447700900001\nCid;12\n", "utf-8")
    report = cli("contacts", "import", people, "--tag", "vip", "--json").document
    assert has_shape(report, IMPORT)
    assert (report["read"], report["created"], report["shared_number"]) == (3, 2, 1)
    assert report["read"] == report["created"] + report["updated"] + report["unchanged"] + len(
        report["rejected"]
    )
    (rejected,) = report["rejected"]
    assert set(rejected) == {"row", "reason", "value"}
    assert (rejected["row"], rejected["value"]) == (4, "12")
    again = cli("contacts", "import", people, "--tag", "vip", "--json").document
    assert (again["created"], again["unchanged"]) == (0, 2)


def test_templates(cli: Cli, meta: Meta) -> None:
    synced = cli("templates", "sync", "--json").document
    assert synced["templates"] == len(cli("templates", "list", "--json").lines) > 3
    shown = cli("templates", "show", INVITATION, "--language", "pt-PT", "--json").document
    assert shown["language"] == "pt_PT"
    assert [button["meaning"] for button in shown["buttons"]] == ["yes", "no", "maybe"]
    assert "Convite" in shown["header"]
    person = cli("templates", "show", INVITATION, "--language", "en").out
    assert "means yes" in person
    assert "guest_name = name" in person


def test_saved_audience_is_used_by_name(cli: Cli, store: Store) -> None:
    a_world(store)
    a_guest(store, "Vip", 50, tags=("vip",))
    saved = cli("audience", "save", "inner", "tag:vip", "--json").document
    assert saved == {"name": "inner", "expression": "tag:vip"}
    previewed = cli(*PREVIEW, "--audience", "@inner", "--json").document
    assert [person["name"] for person in previewed["people"]] == ["Vip"]


def test_consent_export_is_private_and_safe_in_a_spreadsheet(cli: Cli, store: Store, tmp_path: Path) -> None:
    a_guest(store, "=HYPERLINK(1)", 1)
    target = tmp_path / "consents.csv"
    answer = cli("consent", "export", "-o", target, "--json")
    assert answer.code == 0
    assert answer.document["rows"] == 1
    assert target.stat().st_mode & 0o777 == 0o600
    written = target.read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in written
    assert "web form" in written


def test_retry_and_cancel(cli: Cli, store: Store, meta: Meta) -> None:
    meta.refusal = {"code": 132005, "message": "Not delivered to keep a healthy ecosystem"}
    a_world(store, guests=2)
    run = cli(*SEND, "--without-listener", "--yes", "--json").document["run"]
    retried = cli("runs", "retry", run, "--json")
    assert retried.code == 0
    assert (retried.document["status"], retried.document["counts"]["queued"]) == ("paused", 2)
    cancelled = cli("runs", "cancel", run, "--json").document
    assert (cancelled["status"], cancelled["counts"]["cancelled"]) == ("cancelled", 2)
    assert cli("runs", "cancel", run).is_refused("cancelled")


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_a_finished_run_can_be_neither_paused_nor_resumed(
    cli: Cli, store: Store, meta: Meta, act: str
) -> None:
    a_world(store, guests=1)
    run = cli(*SEND, "--without-listener", "--yes", "--json").document["run"]
    assert cli("runs", act, run).is_refused("finished")


def test_json_stays_one_line_of_ascii_whatever_a_name_holds(cli: Cli, store: Store) -> None:
    a_guest(store, "Zoë\u2028\x1b]0;x\x07\u202e名", 1)
    answer = cli("contacts", "list", "--json")
    assert answer.out.isascii()
    assert answer.out.count("\n") == 1
    assert json.loads(answer.out)["name"].startswith("Zoë")
    assert ORGANISER.name == "Rita"
