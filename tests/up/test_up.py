"""`invite-tui up`: the listener and a tunnel beside the program, told to Meta, started again, and ended."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from socket import create_server, socket

import pytest

from invite_core.settings import GivenSettings, Settings
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.up.beside import beside, show
from invite_tui.up.child import Pauses
from invite_tui.up.keeper import Keeper, Rhythm
from invite_tui.up.looking import until
from invite_tui.up.tunnels import TUNNELS
from tests.builders import SENDER_NUMBER
from tests.command_line.conftest import Cli, cli
from tests.command_line.programs import ended, running
from tests.going_live.servers import SECRET, TOKEN, WABA, WORD, Outside, listening, outside, page
from tests.up.programs import is_there, put_on_path

pytestmark = pytest.mark.long

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


def said_until(program: "subprocess.Popen[str]", last: str) -> list[str]:
    """What the program tells a person, up to the line `last`."""
    told: list[str] = []
    assert program.stderr is not None
    while last not in told:
        line = program.stderr.readline()
        assert line, told
        told += [line.rstrip()] if not line.startswith("{") else []
    return told


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
        told = said_until(program, f"Meta calls this computer at http://localhost:{port}/webhook.")
        assert called_at("localhost")
        tunnel = int((tmp_path / "tunnels").read_text().split()[1])
        assert [is_there(tunnel), is_there(listener)] == [True, True]
        program.terminate()
        answer = ended(program)
    assert (answer.code, answer.out) == (0, ""), answer
    assert [is_there(tunnel), is_there(listener)] == [False, False]
    assert told == [
        f"Meta calls this computer at http://127.0.0.1:{port}/webhook.",
        "The tunnel (ngrok) has ended (signal 9) and is started again.",
        f"Meta calls this computer at http://localhost:{port}/webhook.",
    ]
    assert answer.err.startswith("Ending the listener and the tunnel.\n")


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


@pytest.mark.anyio
async def test_a_tunnel_that_answers_with_a_page_of_its_own_is_told_and_asked_again(
    meta: Outside, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = meta.callback.removesuffix("/webhook")
    line = json.dumps({"msg": "started tunnel", "url": door})
    put_on_path(monkeypatch, tmp_path / "bin", ngrok=f"echo '{line}'; exec sleep 100")
    settings, stop, told = Settings.load(), asyncio.Event(), asyncio.Queue[str]()
    addresses: list[str | None] = []
    rhythm = Rhythm(pauses=Pauses(first=0.05, longest=0.05), look=0.01, way=0.05)

    async def keep_up(*, choose: bool) -> None:
        tunnel = None if choose else TUNNELS[1]
        tell, log, ready = told.put_nowait, lambda line: None, addresses.append
        keeper = Keeper(settings, tunnel, choose=choose, tell=tell, log=log, ready=ready, rhythm=rhythm)
        await keeper.keep_up(stop)

    with listening(store.path) as listener, create_server(("127.0.0.1", settings.listen_port)):
        meta.door.leads_to = page(200)
        keeping = asyncio.create_task(keep_up(choose=False))
        async with asyncio.timeout(20):
            assert await told.get() == "A listener runs on this file already; it is left as it is."
            assert f"A page of the tunnel's or of somebody else's answers at {door}" in await told.get()
            meta.door.leads_to = listener
            assert await told.get() == f"Meta calls this computer at {meta.callback}."
            meta.door.leads_to = page(502)
            assert f"answers at {meta.callback} (HTTP 502), not the listener" in await told.get()
            meta.door.leads_to = listener
            assert await told.get() == f"A signed test to {meta.callback} came back through the listener."
            stop.set()
            await keeping
            stop.clear()
            keeping = asyncio.create_task(keep_up(choose=True))
            await told.get()
            assert await told.get() == f"Meta calls this computer at {meta.callback}.", (
                "and no tunnel is needed"
            )
            stop.set()
            await keeping
    assert addresses == [meta.callback, meta.callback]


@pytest.mark.anyio
async def test_without_meta_and_without_a_tunnel_both_are_said_and_no_tunnel_ends(
    meta: Outside, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("INVITE_GRAPH_URL", "http://127.0.0.1:9")
    settings, stop, told = Settings.load(), asyncio.Event(), asyncio.Queue[str]()
    keeper = Keeper(settings, None, choose=True, tell=told.put_nowait, log=print, ready=print)
    with listening(store.path), create_server(("127.0.0.1", settings.listen_port)):
        keeping = asyncio.create_task(keeper.keep_up(stop))
        async with asyncio.timeout(20):
            await told.get()
            said = await told.get()
            stop.set()
            await keeping
    assert said.startswith(
        "Meta cannot be reached (ConnectError). Check the internet connection and INVITE_GRAPH_URL"
    )
    assert said.endswith("Trying again, every 60 seconds at least; no tunnel program was found.")
    assert keeper.kept() == "the watch over the listener of another program"


@pytest.mark.anyio
async def test_beside_the_screen_sentences_are_shown_and_a_signal_leaves_both(
    store: Store,
) -> None:
    app = InviteApp(GivenSettings(db=store.path))
    ways: list[str] = []

    async def work(stop: asyncio.Event) -> None:
        ways.append("begun")
        await until(lambda: app.is_running, every=0.01)
        show(app, "The tunnel [has] ended.")
        await stop.wait()
        ways.append("ended")

    with beside(app, work):
        async with app.run_test() as pilot:
            async with asyncio.timeout(20):
                while not app._notifications:
                    await pilot.pause()
            (shown,) = app._notifications
            assert shown.message == "The tunnel [has] ended."
            signal.raise_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                while app.return_code is None:
                    await pilot.pause()
    show(app, "Nobody reads this any more.")
    assert ways == ["begun", "ended"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
