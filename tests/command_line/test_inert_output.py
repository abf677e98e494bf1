"""Text from outside never acts on the organiser's terminal."""

import json
import re
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.invitations import event_changes, events
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_guest, a_world

ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
NAMES = [
    "Ana\x1b[2J\x1b]0;owned\x07",
    "Bob\x9b31m",
    "Cid\u202egnp.exe",
    "[bold]Dan[/] [@click=app.quit]x[/]",
    "Eve\u2028Second line",
    "\u2067Fay\u2069",
]
LOOKS = [
    "contacts list",
    "contacts show 1",
    "dnm list",
    "events list",
    "runs list",
    "runs show 1",
    "messages 1",
    "timeline 1",
    "timeline 2",
    "rsvp show 1",
    f"templates show {INVITATION} --for 1",
    " ".join(PREVIEW).replace("Summer party", "1"),
]


@pytest.fixture
def hostile(cli: Cli, store: Store, meta: Meta) -> Cli:
    """The command line over a file full of names, places and errors that would act on a terminal."""
    a_world(store, guests=0)
    for n, name in enumerate(NAMES, start=1):
        guest = a_guest(store, f"Guest {n}", n)
        with store.write():  # past the clean-up that names get at the door
            store.execute("UPDATE contacts SET name = ? WHERE id = ?", (name, guest))
    event = events.find(store, "Summer party")
    event_changes.edit(store, event, venue="Park\x1b]8;;http://x\x07", by=ORGANISER, now=instants.now())
    cli("dnm", "add", 1, "--reason", "asked\x1b[31m")
    meta.refusal = {"code": 131049, "message": "\x1b[2Jnot\u202e delivered\r\nTraceback"}
    cli(*SEND, "--without-listener", "--yes")
    return cli


def test_what_a_person_reads_is_inert(hostile: Cli) -> None:
    for look in LOOKS:
        answer = hostile(*look.split())
        assert answer.code == 0, look
        assert answer.out, look
        assert not ACTING.search(answer.out + answer.err), look


def test_json_is_ascii_and_says_the_names_as_they_are(hostile: Cli) -> None:
    for look in LOOKS:
        answer = hostile(*look.split(), "--json")
        assert answer.out.isascii(), look
        assert not ACTING.search(answer.out), look
        assert answer.lines, look
    assert [person["name"] for person in hostile("contacts", "list", "--json").lines] == NAMES


def test_markup_stays_what_it_is(hostile: Cli) -> None:
    assert NAMES[3] in hostile("contacts", "list").out


def test_a_refusal_that_quotes_a_name_is_inert(cli: Cli, meta: Meta, store: Store) -> None:
    a_world(store, guests=1)
    assert not ACTING.search(cli("contacts", "show", NAMES[0]).err.rstrip("\n"))
    meta.refusal = {"code": 190, "message": "\x1b]0;owned\x07"}
    paused = cli(*SEND, "--without-listener", "--yes")
    assert paused.code == 1
    assert not ACTING.search(paused.err.rstrip("\n"))


def test_refused_rows_of_an_import_are_inert(cli: Cli, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,phone\nAna,\x1b[2J12\nBob,\u202e34\n", "utf-8")
    answer = cli("contacts", "import", people)
    assert answer.code == 0
    assert not ACTING.search(answer.out)
    report = json.loads(cli("contacts", "import", people, "--json").out)
    assert len(report["rejected"]) == 2
