"""A program that is kept running: pauses that grow, what it prints, and an end that leaves nothing behind."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from invite_core.dispatch.sender_lock import sender_lock
from invite_tui.up.awake import command, keep_awake_while_sending
from invite_tui.up.child import Pauses, keep_running
from tests.up.programs import is_there, put_on_path

QUICK = Pauses(first=0.01, longest=0.02)


def test_pauses_double_up_to_the_longest() -> None:
    pauses = Pauses(first=1, longest=60)
    assert [pauses.before(n) for n in (1, 2, 3, 6, 7, 1000)] == [1, 2, 4, 32, 60, 60]


@pytest.mark.anyio
async def test_what_ends_is_started_again_and_what_is_ended_takes_its_children_along() -> None:
    script = "echo $$; sleep 100 & echo $!; test -e again && { echo stays; wait; }; : > again; exit 3"
    lines: list[str] = []
    ended: list[str] = []
    stays = asyncio.Event()

    def hear(line: str) -> None:
        lines.append(line)
        if line == "stays":
            stays.set()

    keeping = asyncio.create_task(
        keep_running(["/bin/sh", "-c", script], hear=hear, ended=ended.append, pauses=QUICK)
    )
    async with asyncio.timeout(20):
        await stays.wait()
    first, orphan, second, child, _ = lines
    assert ended == ["exit code 3"]
    assert [is_there(int(each)) for each in (first, orphan, second, child)] == [False, False, True, True]
    keeping.cancel()
    await asyncio.wait([keeping])
    assert [is_there(int(each)) for each in (second, child)] == [False, False]


@pytest.mark.anyio
async def test_what_cannot_be_started_or_was_killed_is_told() -> None:
    async def told(*words: str) -> str:
        ended: asyncio.Queue[str] = asyncio.Queue()
        keeping = asyncio.create_task(
            keep_running(words, hear=lambda _: None, ended=ended.put_nowait, pauses=Pauses(first=60))
        )
        async with asyncio.timeout(20):
            how = await ended.get()
        keeping.cancel()
        await asyncio.wait([keeping])
        return how

    assert await told("/no/such/program") == "it cannot be started: No such file or directory"
    assert await told("/bin/sh", "-c", "kill -9 $$") == "signal 9"


@pytest.mark.anyio
async def test_the_computer_is_kept_awake_as_long_as_something_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(
        monkeypatch, tmp_path / "bin", systemd_inhibit="echo $$ >inhibited; for last; do :; done; exec $last"
    )
    mark, database = tmp_path / "inhibited", tmp_path / "invites.db"
    said: list[str] = []

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():  # noqa: ASYNC110 - a file is looked at
                await asyncio.sleep(0.01)

    keeping = asyncio.create_task(keep_awake_while_sending(database, said.append, look_s=0.01))
    with sender_lock(database, operator="Rita", since="now"):
        await until(lambda: mark.exists() and mark.read_text().strip() != "")
        pid = int(mark.read_text())
        assert is_there(pid)
    await until(lambda: not is_there(pid))
    assert said == []
    put_on_path(monkeypatch, tmp_path / "bin", systemd_inhibit="echo Access denied >&2; exit 1")
    with sender_lock(database, operator="Rita", since="now"):
        await until(lambda: bool(said))
    assert said == [
        "The computer could not be kept awake (systemd-inhibit ended): turn its sleeping off yourself."
    ]
    keeping.cancel()
    await asyncio.wait([keeping])


def test_what_keeps_a_computer_awake_ends_with_this_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(monkeypatch, tmp_path / "bin", systemd_inhibit="", caffeinate="")
    linux, mac = command("linux"), command("darwin")
    assert linux is not None
    assert (linux[1], linux[-1]) == ("--what=sleep:idle", "cat")
    assert mac is not None
    assert mac[1:] == ["-i", "-w", str(os.getpid())]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("linux") is None
