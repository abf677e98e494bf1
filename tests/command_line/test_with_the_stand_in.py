"""The commands against the real stand-in for Meta, a program of its own that is as strict as Meta."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from invite_core.store import Store
from tests.builders import DATA, SENDER_NUMBER
from tests.command_line.conftest import Cli
from tests.command_line.programs import TIMEOUT_S
from tests.command_line.world import SEND, a_world

TOKEN, WABA = "EAAstandin", "102290129340398"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The running stand-in, and settings that lead to it; gives its address."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "graph_simulator", "--port", "0", "--access-token", TOKEN,
            "--app-secret", "secret", "--phone-number-id", SENDER_NUMBER, "--waba-id", WABA,
            "--templates", str(DATA / "templates.sample.json"), "--log", str(tmp_path / "log.jsonl"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    watch = Timer(TIMEOUT_S, process.kill)
    watch.start()
    try:
        with process:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
            monkeypatch.setenv("INVITE_GRAPH_URL", url)
            monkeypatch.setenv("INVITE_ACCESS_TOKEN", TOKEN)
            monkeypatch.setenv("INVITE_PHONE_NUMBER_ID", SENDER_NUMBER)
            monkeypatch.setenv("INVITE_WABA_ID", WABA)
            yield url
            process.terminate()
    finally:
        watch.cancel()
        watch.join()


def accepted(url: str) -> list[str]:
    """The numbers whose messages the stand-in took, by its own log."""
    with urllib.request.urlopen(f"{url}/_simulator/log", timeout=TIMEOUT_S) as answer:  # noqa: S310 - loopback
        return [entry["to"] for entry in json.load(answer) if entry["kind"] == "accepted"]


def test_what_is_fetched_and_sent_is_what_meta_takes(cli: Cli, store: Store, stand_in: str) -> None:
    a_world(store, guests=3)
    synced = cli("templates", "sync", "--json")
    assert synced.code == 0
    assert synced.document["templates"] == len(cli("templates", "list", "--json").lines)
    invited = cli(*SEND, "--without-listener", "--yes", "--json")
    assert (invited.code, invited.document["counts"]["accepted"]) == (0, 3)
    assert sorted(accepted(stand_in)) == [f"+44770090000{n}" for n in (1, 2, 3)]
    ids = [line["provider_message_id"] for line in cli("messages", 1, "--json").lines]
    assert len(set(ids)) == 3


def test_a_cancellation_goes_to_whoever_may_have_the_invitation(
    cli: Cli, store: Store, stand_in: str
) -> None:
    a_world(store, guests=3)
    cli("dnm", "add", 2, "--reason", "asked")
    cli(*SEND, "--without-listener", "--yes")
    cli("events", "cancel", 1)
    send = (*SEND, "--without-listener", "--yes", "--json")
    refused = cli(*send)
    assert (refused.code, "--purpose cancellation" in refused.err) == (1, True)
    sent = cli(*send, "--purpose", "cancellation")
    assert (sent.code, sent.document["status"], sent.document["total"]) == (0, "finished", 2)
    assert sorted(accepted(stand_in)) == ["+447700900001"] * 2 + ["+447700900003"] * 2
