"""`invite-tui up`: the listener and a tunnel beside the program, told to Meta, started again, and ended."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket

import pytest

from invite_core.store import Store
from tests.builders import SENDER_NUMBER
from tests.command_line.conftest import Cli, cli
from tests.command_line.programs import ended, running
from tests.going_live.servers import SECRET, TOKEN, WABA, WORD, Outside, outside
from tests.up.programs import is_there, put_on_path

__all__ = ["cli"]

NGROK = """\
echo $$ >>tunnels
if [ $(wc -l <tunnels) = 1 ]; then host=127.0.0.1; else host=localhost; fi
echo "{\\"msg\\":\\"started tunnel\\",\\"url\\":\\"http://$host:$2\\"}"
exec sleep 100"""
"""At its first start it has one address, at every further one another."""


@pytest.fixture
def meta(monkeypatch: pytest.MonkeyPatch, database: Path) -> Iterator[Outside]:
    """Meta's stand-in, and settings for it and for a listener on a free port."""
    with socket() as probe, outside() as world:
        probe.bind(("127.0.0.1", 0))
        given = {
            "DB": database, "GRAPH_URL": world.graph_url, "ACCESS_TOKEN": TOKEN, "APP_SECRET": SECRET,
            "VERIFY_TOKEN": WORD, "WABA_ID": WABA, "PHONE_NUMBER_ID": SENDER_NUMBER,
            "LISTEN_PORT": probe.getsockname()[1], "HEALTH_PORT": 0,
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(f"INVITE_{name}", str(value))
        probe.close()
        yield world


def wait_until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(2000):
        if holds():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not come to pass in 20 seconds")


def test_meta_follows_the_tunnel_and_nothing_outlives_the_program(
    meta: Outside, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(monkeypatch, tmp_path / "bin", ngrok=NGROK)
    port = os.environ["INVITE_LISTEN_PORT"]

    def called_at(host: str) -> bool:
        return meta.account().hearing.destination == f"http://{host}:{port}/webhook"

    with running("up", "--tunnel", "ngrok", "--json") as program:
        assert program.stdout is not None
        assert json.loads(program.stdout.readline()) == {"address": f"http://127.0.0.1:{port}/webhook"}
        assert called_at("127.0.0.1")
        listener = store.value("SELECT pid FROM listener_status")
        os.kill(int((tmp_path / "tunnels").read_text()), signal.SIGKILL)
        wait_until(lambda: called_at("localhost"))
        tunnel = int((tmp_path / "tunnels").read_text().split()[1])
        assert is_there(tunnel) and is_there(listener)
        program.terminate()
        answer = ended(program)
    assert (answer.code, answer.out) == (0, ""), answer
    assert not is_there(tunnel) and not is_there(listener)
    told = [line for line in answer.err.splitlines() if not line.startswith("{")]
    assert told == [
        f"Meta calls this computer at http://127.0.0.1:{port}/webhook.",
        "The tunnel (ngrok) has ended (signal 9) and is started again.",
        f"Meta calls this computer at http://localhost:{port}/webhook.",
        "Ending the listener and the tunnel.",
    ], answer.err


def test_what_is_missing_is_said_before_anything_is_started(
    meta: Outside, cli: Cli, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del meta
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli("up", "--tunnel", "tailscale").is_refused("tailscale is not installed, or not on the PATH")
    assert cli("up").code == 2, "a screen needs a terminal"
    assert cli("up", "--tunnel", "carrier-pigeon").code == 2
    assert cli("--read-only", "up", "--no-screen").is_refused("viewer")
    monkeypatch.setenv("INVITE_LISTEN_PORT", "0")
    assert cli("up", "--no-screen").is_refused("INVITE_LISTEN_PORT is 0")
    monkeypatch.delenv("INVITE_VERIFY_TOKEN")
    assert cli("up", "--no-screen").is_refused("INVITE_VERIFY_TOKEN")
    assert not database.exists()
