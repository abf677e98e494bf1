"""What only real processes show: signals, pipes, terminals, encodings, permissions."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from invite_core import instants
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.programs import TIMEOUT_S, asked, ended, program, running
from tests.command_line.world import SEND, a_guest, a_world

SEND_NOW = (*SEND, "--without-listener", "--yes", "--json")


@pytest.fixture
def own_file(cli: Cli, database: Path) -> Path:
    """The database that the environment names to every process of the test."""
    del cli
    return database


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_lets_nothing_new_leave_and_awaits_what_is_on_its_way(
    cli: Cli, store: Store, meta: Meta, name: str
) -> None:
    a_world(store, guests=5)
    meta.may_answer.clear()
    with running(*SEND_NOW, INVITE_MAX_IN_FLIGHT="2") as sender:
        assert all(meta.arrived.acquire(timeout=TIMEOUT_S) for _ in range(2))
        sender.send_signal(getattr(signal, name))
        assert sender.stderr is not None
        assert "Stopping" in sender.stderr.readline()
        second = cli(*SEND, "--without-listener", "--yes")
        assert second.is_refused(f"Rita (process {sender.pid}")
        meta.may_answer.set()
        answer = ended(sender)
    run = answer.document
    assert answer.code == 130
    assert (run["status"], run["paused_because"]) == ("paused", "sender_stopped")
    assert (run["counts"]["accepted"], run["counts"]["queued"], len(meta.posts)) == (2, 3, 2)
    assert len(cli("runs", "list", "--json").lines) == 1
    done = cli("runs", "resume", run["run"], "--wait", "--without-listener", "--json")
    assert (done.code, done.document["counts"]["accepted"]) == (0, 5)
    assert len({post["to"] for post in meta.posts}) == len(meta.posts) == 5


def test_resume_with_wait_sees_a_run_through_that_another_process_sends(
    cli: Cli, store: Store, meta: Meta
) -> None:
    a_world(store, guests=3)
    meta.may_answer.clear()
    with running(*SEND_NOW, INVITE_MAX_IN_FLIGHT="1") as sender:
        assert meta.arrived.acquire(timeout=TIMEOUT_S)
        assert cli("runs", "pause", 1, "--json").document["paused_because"] == "operator"
        with running("runs", "resume", 1, "--wait", "--without-listener", "--json") as waiting:
            assert waiting.stderr is not None
            said = waiting.stderr.readline()
            assert f"process {sender.pid}" in said
            meta.may_answer.set()
            assert (ended(sender).document["status"], sender.returncode) == ("finished", 0)
            assert (ended(waiting).document["status"], waiting.returncode) == ("finished", 0)
    assert len(meta.posts) == 3


def test_a_killed_sender_leaves_nothing_that_is_sent_again(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=3)
    meta.may_answer.clear()
    with running(*SEND_NOW, INVITE_MAX_IN_FLIGHT="2") as sender:
        assert all(meta.arrived.acquire(timeout=TIMEOUT_S) for _ in range(2))
        sender.kill()
    meta.may_answer.set()
    done = cli("runs", "resume", 1, "--wait", "--without-listener", "--json").document
    assert (done["status"], done["counts"]["unconfirmed"], done["counts"]["accepted"]) == ("finished", 2, 1)
    assert len({post["to"] for post in meta.posts}) == len(meta.posts) == 3


def test_meta_out_of_reach_keeps_everything_in_the_queue(own_file: Path, store: Store, meta: Meta) -> None:
    a_world(store, guests=3)
    with running(*SEND_NOW[:-1], INVITE_GRAPH_URL="http://127.0.0.1:9") as sender:
        assert sender.stderr is not None
        assert "3 queued" in sender.stderr.readline()
        sender.send_signal(signal.SIGINT)
        answer = ended(sender)
    assert answer.code == 130
    assert "3  queued" in answer.out
    assert "runs resume 1 --wait" in answer.err


def test_progress_goes_to_stderr_and_only_for_a_person(own_file: Path, store: Store, meta: Meta) -> None:
    a_world(store, guests=2)
    meta.may_answer.clear()
    with running(*SEND_NOW[:-1]) as sender:
        assert sender.stderr is not None
        assert "2 sending" in sender.stderr.readline()
        meta.may_answer.set()
        assert ended(sender).out.startswith("Run 1: Summer party")


@pytest.mark.parametrize("word, code, runs", [("n", 1, 0), ("y", 0, 1)])
def test_on_a_terminal_it_asks(cli: Cli, store: Store, meta: Meta, word: str, code: int, runs: int) -> None:
    a_world(store, guests=2)
    with asked(*SEND, "--without-listener") as (said, answer):
        assert "2 people (0 blocked)" in said
        assert answer(word) == code
    assert len(cli("runs", "list", "--json").lines) == runs
    assert len(meta.posts) == 2 * runs


def test_more_people_than_were_confirmed_get_nothing(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=2)
    with asked(*SEND, "--without-listener") as (_, answer):
        a_guest(store, "Latecomer", 50)
        assert answer("y") == 1
    assert cli("runs", "list", "--json").lines == []
    assert meta.posts == []


def test_facts_that_changed_while_it_asked_are_sent_to_nobody(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=1)
    with asked(*SEND, "--without-listener") as (_, answer):
        cli("events", "edit", 1, "--venue", "Town hall")
        assert answer("y") == 1
    assert cli("runs", "list", "--json").lines == []
    assert meta.posts == []


@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}],
)
def test_a_poor_encoding_loses_no_command(own_file: Path, store: Store, environment: dict[str, str]) -> None:
    a_guest(store, "Zoe 名 🎉", 1)
    person = program("contacts", "list", environment=environment)
    assert (person.code, person.err) == (0, "")
    assert "+447700900001" in person.out
    assert program("contacts", "list", "--json", environment=environment).document["name"] == "Zoe 名 🎉"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_goes_early_is_no_fault(own_file: Path, store: Store, options: tuple[str, ...]) -> None:
    with store.write():
        for n in range(1, 400):
            a_guest(store, f"Guest {n} {'x' * 200}", n)
    with running("contacts", "list", *options) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(TIMEOUT_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_full_disk_for_the_answer_is_one_sentence(own_file: Path, store: Store) -> None:
    a_guest(store, "Ana", 1)
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "invite_tui", "contacts", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
            timeout=TIMEOUT_S,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


def test_a_read_only_database(own_file: Path, store: Store) -> None:
    a_guest(store, "Ana", 1)
    store.close()
    own_file.chmod(0o400)
    before = own_file.read_bytes()
    answer = program("dnm", "add", 1, "--reason", "asked", heeding_permissions=True)
    assert answer.is_refused(str(own_file), "permissions")
    assert own_file.read_bytes() == before


def test_unreadable_settings(own_file: Path, tmp_path: Path) -> None:
    settings = tmp_path / ".env"
    settings.write_text("INVITE_OPERATOR=Rita\n", "utf-8")
    settings.chmod(0)
    assert program("events", "list", heeding_permissions=True).is_refused(".env", "permissions")
    assert not own_file.exists()


def test_an_unreadable_file_of_people(own_file: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,phone\nAna,+447700900001\n", "utf-8")
    people.chmod(0)
    answer = program("contacts", "import", people, heeding_permissions=True)
    assert answer.is_refused("people.csv")
    assert program("contacts", "list", "--json").out == ""


def test_an_export_that_fails_leaves_the_old_file(own_file: Path, store: Store, tmp_path: Path) -> None:
    a_guest(store, "Ana", 1)
    folder = tmp_path / "exports"
    folder.mkdir()
    target = folder / "consents.csv"
    target.write_text("old", "utf-8")
    folder.chmod(0o500)
    try:
        answer = program("consent", "export", "-o", target, "--force", heeding_permissions=True)
    finally:
        folder.chmod(0o700)
    assert answer.is_refused("consents.csv")
    assert [each.read_text("utf-8") for each in folder.iterdir()] == ["old"]


def test_waiting_for_its_time_can_be_interrupted(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store, guests=1)
    tomorrow = (instants.now() + timedelta(days=1)).isoformat()
    with running(*SEND_NOW, "--not-before", tomorrow, "--wait") as sender:
        while not cli("runs", "list", "--json").out.count('"outside_window"'):
            assert sender.poll() is None
        sender.send_signal(signal.SIGINT)
        answer = ended(sender)
    assert (answer.code, answer.document["paused_because"], meta.posts) == (130, "outside_window", [])
    assert "Wait until its time" in answer.err


def test_an_interrupt_while_the_program_is_loaded_leaves_no_traceback() -> None:
    interrupted = """
import sys
from invite_tui.__main__ import main
class Interrupts:
    def find_spec(self, name, *_):
        if name == "invite_tui.command_line.root":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
main()
"""
    done = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
