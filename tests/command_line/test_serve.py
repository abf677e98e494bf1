"""The screen in a browser: what the command says and refuses, and one real session of the real program."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from socket import create_server

import pytest
from aiohttp import ClientSession

from browser_server.session_driver import NAME
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.programs import TIMEOUT_S, ended, running
from tests.command_line.world import a_world


def test_without_the_extra_one_sentence_says_what_to_install(
    cli: Cli, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert cli("serve").is_refused(
        "textual-serve, which is not installed", 'pip install "textual-serve>=1.1.3"'
    )


def test_an_address_that_is_taken_and_a_file_that_is_not_there_are_told(
    cli: Cli, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("serve", "--read-only").is_refused(str(database))
    assert not database.exists()
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli("serve", "--port", port).is_refused(f"Nothing can answer at 127.0.0.1, port {port}")


@pytest.mark.parametrize("arguments", [("--sessions", "0"), ("--port", "70000"), ("--port", "x"), ("more",)])
def test_what_makes_no_sense_is_wrong_usage(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("serve", *arguments).code == 2


def test_read_only_makes_a_viewer_of_whoever_says_it(cli: Cli, store: Store) -> None:
    a_world(store)
    assert cli("--read-only", "dnm", "add", 1, "--reason", "asked").is_refused("Rita is a viewer and may not")
    assert cli("--read-only", "contacts", "list", "--json").code == 0


async def drawn_in_a_browser(address: str, *words: str) -> None:
    """Open a session as the page does, and wait until all of `words` have been drawn."""
    origin = address.rsplit("/", 2)[0]
    async with (
        asyncio.timeout(TIMEOUT_S),
        ClientSession() as client,
        client.ws_connect(f"{address}ws?width=100&height=30", origin=origin) as socket,
    ):
        seen = ""
        while not all(word in seen for word in words):
            seen += (await socket.receive_bytes()).decode()


def test_a_visitor_sees_the_screen_and_the_end_of_the_server_is_the_end_of_the_session(
    cli: Cli, store: Store
) -> None:
    del cli
    a_world(store)
    with running("serve", "--read-only", "--port", 0, "--json") as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        assert told["read_only"] is True
        assert told["address"].startswith("http://127.0.0.1:")
        asyncio.run(drawn_in_a_browser(told["address"], "Invitations", "viewer", "Summer party", "Check-up"))
        server.terminate()
        answer = ended(server)
    assert (answer.code, answer.out, answer.err) == (0, "", "Closing the sessions.\n")


def test_a_session_ends_with_a_server_that_dies(cli: Cli, store: Store) -> None:
    del cli, store
    session = subprocess.Popen(
        [sys.executable, "-m", "invite_tui"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TEXTUAL_DRIVER": NAME},
    )
    with session:
        assert session.stdout is not None
        while session.stdout.readline() != b"__GANGLION__\n":
            assert session.poll() is None
        _, err = session.communicate(timeout=TIMEOUT_S)  # closes its input first
    assert (session.returncode, err) == (0, b"")
