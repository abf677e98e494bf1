"""The check-up: what it says of settings, file, listener and templates, and of Meta's answers."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from invite_core.delivery import listener_life
from invite_core.delivery.listener_life import Refusals
from invite_core.delivery.tally import Tally
from invite_core.dispatch.sender_lock import sender_lock
from invite_core.instants import stored
from invite_core.invitations import review
from invite_core.operations.backup import LastBackup, back_up, last_backup
from invite_core.operations.check_account import ask_meta
from invite_core.operations.check_file import SCARCE, TOO_LITTLE, judge_backup, judge_disk
from invite_core.operations.check_meta import judge_clock, judge_number
from invite_core.operations.check_up import look_closely, look_here
from invite_core.operations.finding import Finding, Verdict, may_send, worst_first
from invite_core.provider.template_node import PhoneNumberNode
from invite_core.settings import GivenSettings, Settings
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_contact, a_run, later, sample_templates
from tests.command_line.meta import TOKEN

ACCOUNT = "102290129340398"


def settings(database: Path, **more: Any) -> Settings:
    """Settings in which nothing is missing."""
    given = {
        "db": database,
        "phone_number_id": SENDER_NUMBER,
        "waba_id": ACCOUNT,
        "access_token": SecretStr(TOKEN),
        "app_secret": SecretStr("a-made-up-secret"),
        "verify_token": SecretStr("a-made-up-word"),
    }
    return GivenSettings(**{**given, **more})


def seen(database: Path, **more: Any) -> dict[str, Finding]:
    """What is found on this computer, by its check."""
    found = look_here(settings(database, **more), now=NOW)
    assert len({finding.check for finding in found}) == len(found)
    assert all(finding.fact.endswith((".", ")")) for finding in found), found
    assert all(finding.todo or finding.state is Verdict.OK for finding in found), found
    return {finding.check: finding for finding in found}


def a_listener(store: Store, *, beat: float = -1, refused: int = 0) -> None:
    """A listener whose heart beat so many seconds from now."""
    with store.write():
        life = listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=later(beat))
        refusals = Refusals(refused, refused, later(beat) if refused else None)
        listener_life.beat(store, life, Tally(), refusals=refusals, now=later(beat))


def accepted(store: Store, minutes: float) -> None:
    """A message that Meta accepted so many minutes ago."""
    a_contact(store)
    run = a_run(store).id
    with store.write():
        store.execute(
            "UPDATE invite_messages SET state = 'accepted', accepted_at = ? WHERE run = ?",
            (stored(later(-minutes * 60)), run),
        )


def test_a_desk_that_is_ready_has_no_fault(store: Store, database: Path, tmp_path: Path) -> None:
    sample_templates(store)
    a_contact(store)
    a_listener(store)
    back_up(database, tmp_path / "copy.db", by=ORGANISER, now=NOW)
    found = seen(database)
    assert may_send(list(found.values()))
    assert {check for check, finding in found.items() if finding.state is Verdict.WARN} == {"templates"}
    assert str(tmp_path / "copy.db") in found["backup"].fact
    assert "3 can be sent" in found["templates"].fact
    assert list(found)[:3] == ["settings", "database", "guard"]
    assert TOKEN not in json.dumps([finding.as_json() for finding in found.values()])


@pytest.mark.parametrize(
    "setting, value, word",
    [
        ("access_token", SecretStr(""), "INVITE_ACCESS_TOKEN"),
        ("waba_id", "", "INVITE_WABA_ID"),
        ("phone_number_id", "+44 7700 900000", "digits only"),
        ("phone_number_id", ACCOUNT, "are the same number"),
    ],
)
def test_a_setting_that_stops_a_send_is_a_fault(
    store: Store, database: Path, setting: str, value: object, word: str
) -> None:
    finding = seen(database, **{setting: value})["settings"]
    assert (finding.state, word in finding.fact) == (Verdict.FAIL, True)


def test_what_only_the_listener_needs_is_a_warning(store: Store, database: Path) -> None:
    finding = seen(database, app_secret=SecretStr(""))["settings"]
    assert (finding.state, "INVITE_APP_SECRET" in finding.fact) == (Verdict.WARN, True)


def test_a_file_that_cannot_be_used_is_a_fault_and_the_rest_is_looked_at(database: Path) -> None:
    assert seen(database)["database"].state is Verdict.FAIL
    database.parent.mkdir(parents=True)
    database.write_text("somebody's notes, nothing of ours" * 99)
    found = seen(database)
    assert "is not a database of this program" in found["database"].fact
    assert {"settings", "disk", "transport"} < set(found)


def test_an_older_file_is_a_fault_that_names_the_remedy(store: Store, database: Path) -> None:
    with store.write():
        store.execute("PRAGMA user_version = 0")
    finding = seen(database)["database"]
    assert (finding.state, "Start invite-tui once" in finding.todo) == (Verdict.FAIL, True)


def test_a_guard_that_is_gone_is_told(store: Store, database: Path) -> None:
    assert seen(database)["guard"].state is Verdict.OK
    (database.parent / "invites.db.guard").unlink()
    assert seen(database)["guard"].state is Verdict.WARN


def test_a_file_that_others_may_read_is_told(store: Store, database: Path) -> None:
    database.chmod(0o644)
    finding = seen(database)["permissions"]
    assert (finding.state, f"chmod 600 {database}" in finding.todo) == (Verdict.WARN, True)


def test_the_listener_is_missed_and_its_refusals_are_told(store: Store, database: Path) -> None:
    assert seen(database)["listener"].state is Verdict.FAIL
    a_listener(store, beat=-3600)
    assert "last seen 2027-03-01 11:00 UTC" in seen(database)["listener"].fact
    a_listener(store, refused=9)
    finding = seen(database)["listener"]
    assert (finding.state, "INVITE_APP_SECRET" in finding.todo) == (Verdict.FAIL, True)


@pytest.mark.parametrize("minutes, state", [(5, Verdict.UNKNOWN), (15, Verdict.WARN)])
def test_silence_after_accepted_messages_points_at_the_tunnel(
    store: Store, database: Path, minutes: float, state: Verdict
) -> None:
    a_listener(store)
    accepted(store, minutes)
    finding = seen(database)["updates"]
    assert (finding.state, "tunnel" in finding.todo, "published" in finding.todo) == (
        state,
        state is Verdict.WARN,
        state is Verdict.WARN,
    )


def test_a_restored_file_waits_for_its_review_and_a_sender_is_named(store: Store, database: Path) -> None:
    with sender_lock(database, operator="Rita", since=stored(NOW)):
        assert "Rita is sending" in seen(database)["sender"].fact
    with store.write():
        review.ask(store, review.Why.BACKUP, now=NOW)
    finding = seen(database)["sender"]
    assert (finding.state, "restore --reviewed" in finding.todo) == (Verdict.FAIL, True)


def test_without_a_template_that_can_be_sent_there_is_a_fault(store: Store, database: Path) -> None:
    assert seen(database)["templates"].state is Verdict.FAIL
    sample_templates(store)
    with store.write():
        store.execute("UPDATE templates SET status = 'PAUSED'")
    finding = seen(database)["templates"]
    assert (finding.state, "5 template texts, 0 can be sent" in finding.fact) == (Verdict.FAIL, True)


@pytest.mark.parametrize(
    "free, state", [(SCARCE, Verdict.OK), (SCARCE - 1, Verdict.WARN), (TOO_LITTLE - 1, Verdict.FAIL)]
)
def test_room_on_the_disk(free: int, state: Verdict) -> None:
    assert judge_disk(free).state is state


def test_a_backup_grows_old(database: Path) -> None:
    assert last_backup(database) is None
    week_old = LastBackup(stored(later(-7 * 86_400)), "copy.db")
    assert judge_backup(week_old, is_worth_it=True, now=NOW).state is Verdict.OK
    assert judge_backup(week_old, is_worth_it=True, now=later(1)).state is Verdict.WARN
    assert judge_backup(None, is_worth_it=True, now=NOW).state is Verdict.WARN
    assert judge_backup(None, is_worth_it=False, now=NOW).state is Verdict.OK


@pytest.mark.parametrize(
    "off, state, words",
    [
        (0, Verdict.OK, ""),
        (-29, Verdict.OK, ""),
        (-45, Verdict.WARN, "behind"),
        (45, Verdict.WARN, "ahead of"),
        (600, Verdict.FAIL, "10 min ahead of"),
        (-600, Verdict.FAIL, "10 min behind"),
    ],
)
def test_a_clock_that_is_off_is_told_from_a_slow_answer(off: float, state: Verdict, words: str) -> None:
    told = NOW.replace(microsecond=0)
    asked = told + timedelta(seconds=off + 0.4)
    finding = judge_clock(told, asked, asked + timedelta(seconds=0.2))
    assert (finding.state, words in finding.fact) == (state, True)
    assert judge_clock(told, told - timedelta(seconds=20), told + timedelta(seconds=20)).state is Verdict.OK
    assert judge_clock(None, asked, asked).state is Verdict.OK


def test_what_meta_says_of_the_number_becomes_lines() -> None:
    node = PhoneNumberNode(
        id="1",
        display_phone_number="+44 7700 900000",
        verified_name="Party Office",
        quality_rating="RED",
        throughput={"level": "STANDARD"},
        whatsapp_business_manager_messaging_limit="TIER_250",
        health_status={
            "can_send_message": "BLOCKED",
            "entities": [
                {"entity_type": "APP", "can_send_message": "AVAILABLE"},
                {
                    "entity_type": "WABA",
                    "can_send_message": "BLOCKED",
                    "errors": [
                        {"error_description": "There is no payment method.", "possible_solution": "Add one."}
                    ],
                },
            ],
        },
    )
    found = {finding.check: finding for finding in judge_number(node)}
    assert found["number"].fact == "You write from +44 7700 900000 (Party Office)."
    assert (found["quality"].state, "low" in found["quality"].fact) == (Verdict.WARN, True)
    assert found["limit"].fact == "You may write to 250 people in 24 hours. Throughput: standard."
    assert found["health"] == Finding(
        "health",
        Verdict.FAIL,
        "Meta does not let the number send: There is no payment method.",
        "Add one.",
    )
    assert may_send(list(judge_number(PhoneNumberNode(id="1", health_status={"entities": 7}))))


@pytest.mark.anyio
async def test_a_dead_line_is_one_fault_and_without_settings_nobody_is_asked() -> None:
    dead = await ask_meta(settings(Path("none.db"), graph_url="http://127.0.0.1:9"))
    assert [(finding.check, finding.state) for finding in dead] == [("meta", Verdict.FAIL)]
    assert await ask_meta(settings(Path("none.db"), access_token=SecretStr(""))) == []


def test_a_damaged_page_is_found_by_reading_the_whole_file(store: Store, database: Path) -> None:
    given = settings(database)
    assert [finding.state for finding in look_closely(given)] == [Verdict.OK]
    store.close()
    with database.open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xff" * 4096)
    (finding,) = look_closely(given)
    assert (finding.check, finding.state, "restore" in finding.todo) == ("soundness", Verdict.FAIL, True)
    assert look_closely(settings(Path("none.db"))) == []


def test_what_is_wrong_stands_first() -> None:
    mixed = [Finding(state, Verdict(state), "") for state in ("ok", "fail", "warn")]
    assert [finding.check for finding in worst_first(mixed)] == ["fail", "warn", "ok"]
