"""People and policy on the command line: words typed before what cannot be undone, and JSON for scripts."""

from pathlib import Path

import pytest

from invite_core import instants
from invite_core.store import Store
from invite_tui.reach_words import WHY, in_words
from invite_tui.reasons import blocked_because, remedy
from tests.builders import a_phone
from tests.command_line.conftest import Cli
from tests.command_line.world import a_guest, a_world


def test_people_are_found_by_name_number_and_tag(cli: Cli, store: Store) -> None:
    a_world(store)
    a_guest(store, "Ana Silva", 9, tags=["vip"])
    for search in ("silva", "900009", "vip", "ana vi"):
        assert [line["name"] for line in cli("contacts", "list", "--search", search, "--json").lines] == [
            "Ana Silva"
        ]
    assert "Nobody matches" in cli("contacts", "list", "--search", "nobody").out


def test_a_person_is_shown_with_everything_an_organiser_asks_for(cli: Cli, store: Store) -> None:
    guest, *_ = a_world(store)
    cli("dnm", "add", guest, "--reason", "asked")
    shown = cli("contacts", "show", a_phone(1), "--json").document
    assert {"addresses", "blocks", "messages", "answers", "consents", "consent_doubts"} <= set(shown)
    assert [each["value"] for each in shown["addresses"]] == [a_phone(1)]
    assert [(each["act"], each["reason"]) for each in shown["blocks"]] == [("block", "asked")]


def test_one_person_is_added_with_a_user_id_alone(cli: Cli) -> None:
    added = cli(
        "contacts", "add", "Ana Silva", "--user-id", "GB.13491208655302741918", "--tag", "vip",
        "--attribute", "table=4", "--json",
    )  # fmt: skip
    assert (added.code, added.document["phones"]) == (0, ["GB.13491208655302741918"])
    assert (added.document["tags"], added.document["attributes"]) == (["vip"], {"table": "4"})
    (line,) = cli("contacts", "list", "--search", "GB.1349", "--json").lines
    assert line["phone"] == "GB.13491208655302741918"
    for ref in ("GB.13491208655302741918", "PT.13491208655302741918"):
        assert cli("dnm", "add", ref, "--reason", "asked").code == 0
    assert cli("contacts", "show", "GB.13491208655302741918", "--json").document["do_not_message"] is True
    assert len(cli("dnm", "list", "--json").lines) == 2
    assert cli("dnm", "lift", "GB.13491208655302741918", "--reason", "asked again").code == 0
    assert cli("contacts", "show", "Ana Silva", "--json").document["do_not_message"] is False
    again = cli("contacts", "add", "Ana Silva", "--user-id", "GB.13491208655302741918")
    assert (again.code, "already there" in again.err) == (1, True)


def test_a_merge_is_asked_for_and_cannot_be_undone(cli: Cli, store: Store) -> None:
    kept, gone, _ = a_world(store)
    refused = cli("contacts", "merge", kept, gone)
    assert (refused.code, "cannot be undone" in refused.err) == (2, True)
    done = cli("contacts", "merge", kept, gone, "--yes", "--json")
    assert (done.code, done.document) == (0, {"kept": kept, "gone": gone, "addresses": 1, "withdrawn": 0})
    assert cli("contacts", "show", gone, "--json").document["contact"] == kept


def test_a_report_is_a_page_to_be_given_to_the_guest(cli: Cli, store: Store) -> None:
    a_world(store)
    page = cli("contacts", "report", "Guest 1")
    assert page.code == 0
    for text in ("What is held about Guest 1", "Your consent", "web form", a_phone(1)):
        assert text in page.out
    document = cli("contacts", "report", "Guest 1", "--json").document
    assert document["sections"][0]["rows"][0]["name"] == "Guest 1"


def test_an_erasure_is_asked_for_and_stays(cli: Cli, store: Store, tmp_path: Path) -> None:
    guest, *_ = a_world(store)
    assert cli("contacts", "erase", guest).code == 2
    assert cli("contacts", "list", "--json").lines[0]["contact"] == guest
    done = cli("contacts", "erase", guest, "--yes", "--json")
    assert (done.code, done.document["contact"], done.document["messages"]) == (0, guest, 0)
    again = tmp_path / "again.csv"
    again.write_text(f"name,phone\nGuest 1,{a_phone(1)}\nSomebody,{a_phone(1)}\n")
    report = cli("contacts", "import", again, "--json").document
    assert [each["reason"] for each in report["rejected"]] == ["erased", "erased"]
    assert cli("contacts", "erase", guest, "--yes").code == 1


def test_an_old_event_is_purged_and_a_coming_one_is_not(cli: Cli, store: Store) -> None:
    a_world(store)
    early = cli("events", "purge", "Summer party", "--yes")
    assert (early.code, "not over" in early.err) == (1, True)
    with store.write():
        store.execute("UPDATE events SET starts_at = '2020-01-01T00:00:00.000Z'")
    assert cli("events", "purge", "Summer party").code == 2
    done = cli("events", "purge", "Summer party", "--yes", "--json").document
    assert (done["messages"], done["answers"], done["tally"]) == (0, 0, {})


def test_blocks_are_searched_and_have_a_history(cli: Cli, store: Store) -> None:
    a_world(store)
    cli("dnm", "add", "Guest 1", "--reason", "asked")
    cli("dnm", "add", "Guest 2", "--reason", "moved away")
    assert [line["name"] for line in cli("dnm", "list", "--search", "moved", "--json").lines] == ["Guest 2"]
    cli("dnm", "lift", "Guest 1", "--reason", "asked again")
    told = cli("dnm", "history", a_phone(1), "--json").lines
    assert [(line["act"], line["by"]) for line in told] == [("lift", "Rita"), ("block", "Rita")]
    assert "Nothing was ever blocked" in cli("dnm", "history", a_phone(3)).out


def test_consent_keeps_wording_evidence_and_scope_and_doubts_are_told(
    cli: Cli, store: Store, tmp_path: Path
) -> None:
    a_world(store)
    assert cli("consent", "limits", "--sender", "Rita", "--days", 5, "--json").document == {
        "sender": "Rita",
        "days": 5,
    }
    given = cli(
        "consent", "grant", "Guest 1", "--source", "form", "--at", f"{instants.now():%Y-%m-%d}",
        "--wording", "=you may write", "--evidence", "folder 3", "--scope", "all", "--json",
    )  # fmt: skip
    assert (given.code, given.document["doubts"]) == (0, ["sender_not_named"])
    assert "does not say who" in given.err
    assert [line["doubts"] for line in cli("consent", "doubts", "--json").lines][1:] == [
        ["sender_not_named", "old"]
    ] * 2
    cli("consent", "export", "-o", tmp_path / "consents.csv")
    written = (tmp_path / "consents.csv").read_text("utf-8-sig")
    assert "'=you may write,folder 3" in written
    assert cli("consent", "limits", "--sender", "", "--days", 0, "--json").document == {
        "sender": "",
        "days": None,
    }
    assert cli("consent", "doubts", "--json").lines == []


def test_who_is_not_reached_can_be_invited_otherwise(cli: Cli, store: Store) -> None:
    guest, *_ = a_world(store)
    assert cli("not-reached", "Summer party", "--json").lines == []
    done = cli("invited", "Summer party", guest, "--via", "by telephone", "--json")
    assert done.document == {"event": 1, "contact": guest, "via": "by telephone"}
    assert cli("rsvp", "show", "Summer party", "--json").document["people"][0]["reached"]
    assert cli("invited", "Summer party", guest, "--undo").code == 0
    assert cli("invited", "Summer party", guest).code == 2


def test_who_is_not_reached_is_told_why_in_words_and_a_script_by_code() -> None:
    line = {
        "name": "Ana",
        "phone": "",
        "places": 1,
        "state": "blocked",
        "reason": "no_consent",
        "todo": "",
        "since": "",
    }
    told = in_words(line)
    assert (told["reason"], told["todo"]) == (blocked_because("no_consent"), remedy("no_consent"))
    doubtful = {**line, "state": "unconfirmed", "reason": "", "todo": "Settle it."}
    told = in_words(doubtful)
    assert (told["reason"], told["todo"]) == (WHY["unconfirmed"], "Settle it.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("contacts", "merge", "1", "2", "--yes"),
        ("contacts", "erase", "1", "--yes"),
        ("events", "purge", "1", "--yes"),
        ("invited", "1", "1", "--via", "letter"),
        ("consent", "limits", "--days", "3"),
    ],
)
def test_a_viewer_does_none_of_it(
    cli: Cli, store: Store, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    a_world(store)
    with store.write():
        store.execute("UPDATE events SET starts_at = '2020-01-01T00:00:00.000Z'")
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    refused = cli(*arguments)
    assert (refused.code, "viewer" in refused.err) == (1, True)
