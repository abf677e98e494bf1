"""What a person reads where a script reads codes and UTC."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.people import contacts
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER, REMINDER
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.programs import asked
from tests.command_line.world import PREVIEW, SEND, a_world


@pytest.fixture(autouse=True)
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer whose clock is five hours and a half ahead of UTC."""
    with monkeypatch.context() as context:
        context.setenv("TZ", "IST-5:30")
        time.tzset()
        yield
    time.tzset()


def test_an_import_speaks_in_sentences(cli: Cli, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "Name,Surname,Phone,Consent,consent_source,consent_at,Shoe size\n"
        "Wim,de Vries,912 000 001,,,,\n"
        "Ana,Lopes,+447700900001,,form,01/05/2026,38\n"
        'Rui,Melo,"9,12E+08",,,,\n',
        "utf-8",
    )
    assert cli("contacts", "import", people).out.splitlines() == [
        "3 rows read: 1 person created, 0 updated, 0 unchanged, 2 rejected.",
        "2 rows rejected:",
        (
            "  row 2: 912 000 001 has no country code. Import again with --country PT (or your country), "
            "or write it with + and its code."
        ),
        "  row 4: 9,12E+08 was damaged by a spreadsheet. Format the column as text and fill it in again.",
        "1 warning:",
        "  row 3: 01/05/2026 may be 1 May or 5 January; write 2026-05-01. No consent was recorded.",
        "Column not used: Shoe size.",
        "1 of 1 person has no consent and will not be invited.",
    ]


def test_an_import_takes_its_country_and_a_preview_says_what_would_be(cli: Cli, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("Name,Phone\nWim,912 000 001\n", "utf-8")
    looked = cli("contacts", "import", people, "--dry-run", "--country", "pt")
    assert looked.out.startswith("1 row read: 1 person would be created, 0 updated")
    assert cli("contacts", "import", people, "--country", "Portugal").code == 2
    assert cli("contacts", "import", people, "--country", "pt").out.startswith("1 row read: 1 person created")
    assert "+351912000001" in cli("contacts", "show", "Wim").out


def test_before_anybody_was_invited_nobody_is_said_to_have_it(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 1)
    assert cli("not-reached", "Summer party").out == "Nobody has been invited yet.\n"
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    assert cli("not-reached", "Summer party").out.startswith("Nobody: whoever was to be invited has it")


EVENT = ("--name", "Summer party", "--timezone", "Europe/Lisbon", "--venue", "Jardim da Estrela")


def test_a_new_event_is_told_with_its_day_and_place(cli: Cli) -> None:
    added = cli("events", "add", *EVENT, "--starts-at", "2037-06-12T18:30")
    said = "Summer party, Fri 12 June 2037 18:30 (Europe/Lisbon), Jardim da Estrela."
    assert (added.code, added.out, added.err) == (0, f"Event 1: {said}\n", "")
    assert "Fri 12 June 2037 18:30" in cli("events", "list").out
    assert cli("events", "list", "--json").document["starts_at"] == "2037-06-12T17:30:00.000Z"


def test_what_looks_like_a_mistake_in_a_new_event_is_told_and_stored(cli: Cli) -> None:
    assert "no time was given" in cli("events", "add", *EVENT, "--starts-at", "2037-06-12").err
    twin = cli("events", "add", *EVENT, "--starts-at", "2037-06-12T00:00")
    assert "event 1 has the same name and start" in twin.err
    past = cli("events", "add", *EVENT, "--starts-at", "2017-06-12T18:30", "--json")
    assert (past.code, past.document["event"]) == (0, 3)
    assert "in the past" in past.err


def test_moments_are_those_of_the_computers_clock(cli: Cli, store: Store, meta: Meta) -> None:
    (guest,) = a_world(store, 1)
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    stored = cli("timeline", 1, "--json").lines[0]["at"]
    local = instants.read(stored) + timedelta(hours=5, minutes=30)
    assert f"{local:%Y-%m-%d %H:%M:%S}" in cli("timeline", 1).out
    assert stored not in cli("timeline", 1).out
    consent = cli("contacts", "show", guest, "--json").document["consents"][0]["recorded_at"]
    assert consent not in cli("contacts", "show", guest).out
    cli("dnm", "add", "+447700900001", "--reason", "asked")
    assert "Z" not in cli("dnm", "list").out


def test_reasons_are_words_with_their_remedy(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 1)
    contacts.add(store, name="Bea", phones=["+447700900009"], by=ORGANISER, now=datetime.now(UTC))
    preview = cli(*PREVIEW).out
    assert "1  no consent on record. Ask them, then record how and when they agreed." in preview
    assert "Bea  +447700900009: no consent on record" in preview
    assert cli(*PREVIEW, "--json").document["blocked"] == {"no_consent": 1}
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    assert "no consent on record. Ask them" in cli("runs", "show", 1).out
    assert "no consent on record" in cli("messages", 1).out
    assert "2 people: 0 would get it, 2 would not.\nNobody would get it." in cli(*PREVIEW).out
    assert "go on with that run, or cancel it and send again" in cli(*PREVIEW).out


def test_a_send_to_nobody_says_so_asks_nothing_and_keeps_its_run(
    cli: Cli, store: Store, meta: Meta, database: Path
) -> None:
    a_world(store, 1)
    assert cli(*SEND, "--without-listener", "--yes").code == 0
    again = cli(*SEND, "--without-listener", "--yes", "--json")
    assert (again.code, again.document["run"], again.err) == (0, 2, "Nobody would get it.\n")
    with asked(*SEND, "--without-listener", until=b"Run 3") as (said, _):
        assert "Nobody would get it." in said
        assert "[y/N]" not in said


def test_nobody_can_be_reminded_before_somebody_has_the_invitation(
    cli: Cli, store: Store, meta: Meta
) -> None:
    a_world(store, 1)
    mapped = ("--map", "1=name", "--map", "2=event.name", "--map", "button.2=event.name")
    wish = ("--event", "Summer party", "--template", REMINDER, "--purpose", "reminder", *mapped)
    assert "so there is nobody to remind" in cli("preview", *wish).out
    assert cli("send", *wish, "--without-listener", "--yes").is_refused("so there is nobody to remind")


def test_a_run_that_is_only_resumed_says_that_nothing_is_sent_yet(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 2)
    cli(*SEND, "--without-listener", "--yes", "--first", 1)
    resumed = cli("runs", "resume", 1)
    assert resumed.code == 0
    assert "Nothing is being sent yet: say --wait" in resumed.err


def test_a_blocked_message_is_not_sent_again(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 1)
    cli(*SEND, "--without-listener", "--yes")
    cli(*SEND, "--without-listener", "--yes")
    refused = cli("resend", 2, "--may-arrive-twice", "--reason", "please")
    assert refused.is_refused("Message 2 is blocked and was never sent")


def test_who_was_not_reached_is_not_called_silent(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 3)
    cli(*SEND, "--without-listener", "--yes", "--first", 1)
    said = cli("rsvp", "show", "Summer party").out
    assert "0 yes (0 places), 0 no, 0 maybe, 1 silent, 2 not reached." in said
    assert "Guest 3  +447700900003: not reached" in said


def test_the_demo_takes_no_database(cli: Cli, database: Path) -> None:
    refused = cli("demo", "--headless", "--db", database)
    assert refused.code == 2
    assert "leave out --db" in refused.err


def test_an_id_of_metas_is_digits(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(store, 1)
    monkeypatch.setenv("INVITE_PHONE_NUMBER_ID", "+351 912 000 001")
    words = "INVITE_PHONE_NUMBER_ID is “+351 912 000 001”: it is the number's id (WhatsApp > API setup)"
    assert cli("templates", "sync").is_refused(words)
    assert cli(*SEND, "--without-listener", "--yes").is_refused(words)


def test_a_country_that_is_none_is_told_in_plain_words(
    cli: Cli, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_DEFAULT_REGION", "Portugal")
    assert cli("events", "list").is_refused("INVITE_DEFAULT_REGION", "two letters of a country")


def test_restoring_is_asked_about(cli: Cli, store: Store, database: Path) -> None:
    a_world(store, 1)
    copy = database.with_name("copy.db")
    assert "replaced" not in cli("backup", copy).out
    assert "The backup that was there before is replaced." in cli("backup", copy).out
    assert cli("restore", copy).code == 2
    with asked("restore", copy) as (said, answer):
        assert f"Put {copy.name}" in said.replace(str(copy.parent), "").replace("/", "")
        assert answer("n") == 1
    assert not list(database.parent.glob("*.before-*"))


def test_the_copy_of_another_database_is_named(cli: Cli, store: Store, database: Path) -> None:
    a_world(store, 1)
    cli("dnm", "add", "+447700900001", "--reason", "asked")
    other, copy = database.with_name("other.db"), database.with_name("copy.db")
    assert cli("audience", "save", "all", "all", "--db", other).code == 0
    assert cli("backup", copy, "--db", other).code == 0
    assert cli("restore", copy, "--yes").is_refused(f"{copy} is no backup of {database}")


def test_a_retry_says_how_many_of_the_failed_it_is_about(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, 3)
    cli(*SEND, "--without-listener", "--yes")
    with store.write():
        for message, code in ((1, 131000), (2, 131026), (3, 131026)):
            store.execute(
                """UPDATE invite_messages SET state = 'failed', error_code = ?, failed_at = ?, slot_person = NULL,
                       slot_address = NULL WHERE id = ?""",
                (code, instants.stored(instants.now() - timedelta(days=2)), message),
            )
        store.execute("UPDATE run_counters SET name = 'failed' WHERE name = 'accepted'")
    assert cli("runs", "retry", 1).err == (
        "1 of the 3 failed waits again; 2 cannot be tried again now (see the reasons). "
        "`invite-tui runs resume 1 --wait` sends it.\n"
    )


def test_an_event_has_words_in_other_languages_and_an_edit_minds_them(cli: Cli, store: Store) -> None:
    a_world(store)
    said = cli("events", "text", 1, "--language", "pt", "--name", "Festa de verão", "--json")
    assert (said.code, said.document["texts"]) == (0, {"pt": {"name": "Festa de verão"}})
    shown = cli("templates", "show", INVITATION, "--for", "Guest 1", "--language", "pt_PT", "--json")
    assert shown.document["header"] == "Convite: Festa de verão"
    edited = cli("events", "edit", 1, "--name", "Winter party")
    assert "in pt: Festa de verão" in edited.out
    assert "invite-tui events text 1 --language pt" in edited.err
    assert not cli("events", "edit", 1, "--venue", "Town hall").err
    assert cli("events", "text", 1, "--language", "pt").code == 2
