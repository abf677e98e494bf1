"""Every bad input ends in one sentence with exit code 1, and changes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import TOKEN, Meta
from tests.command_line.world import PREVIEW, SEND, a_listener, a_world

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\n\n\n", "empty"),
    "no phone column": (b"name,town\nAna,Lisboa\n", "phone"),
    "no text": (b"\x00\x01\x02\xff\xfe\x00\x00" * 40, "CSV"),
    "a spreadsheet": (b"PK\x03\x04" + b"\x14\x00\x06\x00\x08\x00" * 40, "CSV"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_imported(cli: Cli, store: Store, tmp_path: Path, name: str) -> None:
    content, word = FILES[name]
    people = tmp_path / "people.csv"
    people.write_bytes(content)
    assert cli("contacts", "import", people).is_refused(word)
    assert store.value("SELECT count(*) FROM contacts") == 0


@pytest.mark.parametrize("what", ["missing.csv", "folder"])
def test_a_file_that_cannot_be_opened(cli: Cli, store: Store, tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()
    assert cli("contacts", "import", tmp_path / what).is_refused(what)


def test_consent_with_a_date_that_is_none(cli: Cli, store: Store, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,phone\nAna,+447700900001\n", "utf-8")
    answer = cli("contacts", "import", people, "--consent-source", "form", "--consent-at", "soon")
    assert answer.is_refused("soon")
    assert store.value("SELECT count(*) FROM contacts") == 0


def strangers_database(path: Path) -> None:
    """An SQLite file of another program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY)")


def newer_database(path: Path) -> None:
    """A file of a later version of this program."""
    Store.create_or_open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 9999")


def a_text(path: Path) -> None:
    """No SQLite file at all."""
    path.write_text("Dear diary, " * 1000, "utf-8")


@pytest.mark.parametrize(
    "make, word",
    [
        (strangers_database, "not a database of this program"),
        (newer_database, "newer"),
        (a_text, "not a database"),
    ],
)
@pytest.mark.parametrize("role", ["organiser", "viewer"])
def test_a_database_that_is_not_ours_to_use(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: object,
    word: str,
    role: str,
) -> None:
    assert callable(make)
    other = tmp_path / "other.db"
    make(other)
    before = other.read_bytes()
    monkeypatch.setenv("INVITE_ROLE", role)
    assert cli("--db", other, "events", "list").is_refused(str(other), word)
    assert other.read_bytes() == before


def test_a_folder_is_no_database(cli: Cli, tmp_path: Path) -> None:
    assert cli("--db", tmp_path, "events", "list").is_refused(str(tmp_path), "--db")


def test_a_database_where_none_can_be(cli: Cli, tmp_path: Path) -> None:
    a_text(tmp_path / "file")
    assert cli("--db", tmp_path / "file" / "invites.db", "events", "list").is_refused("invites.db")


def test_a_locked_database(cli: Cli, store: Store, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invite_core.store.file.BUSY_TIMEOUT_MS", 20)
    a_world(store, guests=1)
    with store.write():
        answer = cli("dnm", "add", 1, "--reason", "asked")
    assert answer.is_refused(str(database), "Another program", "Try again")
    assert cli("dnm", "list", "--json").lines == []


@pytest.mark.parametrize(
    "setting, value, word",
    [
        ("INVITE_ROLE", "king", "INVITE_ROLE"),
        ("INVITE_LISTEN_PORT", "many", "INVITE_LISTEN_PORT"),
        ("INVITE_GRAPH_VERSION", "newest", "INVITE_GRAPH_VERSION"),
        ("INVITE_DEFAULT_REGION", "Portugal", "INVITE_DEFAULT_REGION"),
    ],
)
def test_a_setting_that_cannot_be_used(
    cli: Cli, database: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, word: str
) -> None:
    monkeypatch.setenv(setting, value)
    assert cli("events", "list").is_refused(word)
    assert not database.exists()


@pytest.mark.parametrize("command", [("templates", "sync"), (*SEND, "--yes", "--without-listener")])
def test_a_missing_token(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("INVITE_ACCESS_TOKEN")
    a_world(store, guests=1)
    assert cli(*command).is_refused("INVITE_ACCESS_TOKEN")
    assert cli("runs", "list", "--json").lines == []


@pytest.mark.parametrize("token", ["two words", "caf\u00e9", "line\nbreak"])
def test_a_token_that_cannot_travel_sends_nothing(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    a_world(store, guests=1)
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", token)
    answer = cli(*SEND, "--yes", "--without-listener")
    assert answer.is_refused("INVITE_ACCESS_TOKEN")
    assert token not in answer.err
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0


def test_a_token_pasted_with_a_line_break_is_the_token(
    cli: Cli, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", f" {TOKEN}\n")
    assert cli("templates", "sync").code == 0


def test_a_wrong_token_when_templates_are_fetched(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", "another")
    a_world(store)
    before = cli("templates", "list", "--json").lines
    answer = cli("templates", "sync")
    assert answer.is_refused("token")
    assert "another" not in answer.err
    assert cli("templates", "list", "--json").lines == before


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "graph.example", "http://[", "{meta}/elsewhere?"])
def test_an_address_that_is_not_meta_s(
    cli: Cli, store: Store, meta: Meta, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("INVITE_GRAPH_URL", url.replace("{meta}", meta.url))
    assert cli("templates", "sync").is_refused("INVITE_GRAPH_URL")


def test_no_template(cli: Cli, store: Store, meta: Meta) -> None:
    assert cli("templates", "show", "nothing", "--language", "en").is_refused("templates sync")
    cli(
        "events", "add", "--name", "Picnic", "--starts-at", "2099-06-12T18:30", "--timezone", "Europe/Lisbon",
        "--venue", "Park",
    )  # fmt: skip
    for command in ("preview", "send"):
        assert cli(command, "--event", "Picnic", "--template", "nothing").is_refused("templates sync")


@pytest.mark.parametrize(
    "options, word",
    [
        ("--language xx", "xx"),
        ("--fallback xx", "xx"),
        ("--audience tag:nobody", "nobody"),
        ("--audience tag", "tag"),
        ("--audience @nowhere", "@nowhere"),
        ("--map nothing=name", "nothing"),
        ("--map guest_name=shoe.size", "shoe.size"),
        ("--button 7=yes", "7"),
        ("--button 0=perhaps", "perhaps"),
        ("--occasion again", "--occasion"),
        ("--not-before soon", "soon"),
    ],
)
def test_a_wish_that_does_not_fit(cli: Cli, store: Store, meta: Meta, options: str, word: str) -> None:
    a_world(store, guests=1)
    a_listener(store)
    assert cli(*PREVIEW, *options.split()).is_refused(word)
    assert cli(*SEND, "--yes", *options.split()).is_refused(word)
    assert meta.posts == []


@pytest.mark.parametrize(
    "arguments, word",
    [
        ("rsvp show 99", "99"),
        ("runs show 99", "runs list"),
        ("runs pause 99", "runs list"),
        ("runs resume 99 --wait", "runs list"),
        ("inbox done 99", "inbox list"),
        ("inbox stop 99", "inbox list"),
        ("messages 99", "runs list"),
        ("timeline 99", "99"),
        ("contacts show Nobody", "Nobody"),
        ("dnm add Nobody --reason asked", "Nobody"),
        ("dnm lift +447700900001 --reason mistake", "dnm list"),
        ("consent grant Nobody --source form --at 2026-01-01", "Nobody"),
        ("consent grant 1 --source form --at yesterday", "yesterday"),
        ("consent grant 1 --source form --at 0001-01-01T00:00+14:00", "0001-01-01"),
        ("consent export -o nowhere/consents.csv", "nowhere/consents.csv"),
        ("export 99 -o run.csv", "runs list"),
        ("export Nothing -o answers.csv", "events list"),
        ("events edit Nothing --venue Park", "Nothing"),
        ("events add --name X --starts-at soon --timezone Europe/Lisbon --venue Park", "soon"),
        ("events add --name X --starts-at 2099-01-01T10:00 --timezone Lisbon --venue Park", "Lisbon"),
        ("audience save two:words all", "two:words"),
    ],
)
def test_what_does_not_exist_is_named(cli: Cli, store: Store, meta: Meta, arguments: str, word: str) -> None:
    a_world(store, guests=1)
    assert cli(*arguments.split()).is_refused(word)


def test_an_amount_is_refused_rather_than_ignored(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=1)
    assert cli(*SEND, "--yes", "--without-listener", "--max-cost", "5").is_refused("--max-cost")
    assert meta.posts == []
