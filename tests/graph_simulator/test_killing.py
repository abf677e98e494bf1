"""The stand-in ends its client while it holds the request."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.graph_simulator.listening import Bench
from tests.graph_simulator.payloads import MESSAGES, party

pytestmark = pytest.mark.anyio


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("moment", ["before_reading", "before_answer", "mid_answer"])
async def test_the_client_dies_at_the_nth_post_and_its_message_is_taken(
    stand_in: Bench, victim: subprocess.Popen[bytes], moment: str
) -> None:
    armed = await stand_in.post("/_simulator/kill", {"pid": victim.pid, "moment": moment, "nth": 2})
    assert armed.status_code == 200
    await stand_in.post(MESSAGES, party("+447700900001"))
    assert victim.poll() is None
    answer = await stand_in.post(MESSAGES, party("+447700900002", "attempt-2"))
    assert victim.wait(10) == -signal.SIGKILL
    assert answer.json()["messages"]
    assert [entry["to"] for entry in await stand_in.log("accepted")] == ["+447700900001", "+447700900002"]


async def test_a_kill_can_be_taken_back(stand_in: Bench, victim: subprocess.Popen[bytes]) -> None:
    await stand_in.post("/_simulator/kill", {"pid": victim.pid, "moment": "before_answer", "nth": 1})
    await stand_in.post("/_simulator/kill", {})
    await stand_in.post(MESSAGES, party("+447700900001"))
    assert victim.poll() is None


@pytest.mark.parametrize(
    "asked",
    [
        {"pid": 1, "moment": "before_answer", "nth": 1},
        {"pid": os.getpid(), "moment": "before_answer", "nth": 1},
        {"pid": 99, "moment": "never", "nth": 1},
        {"pid": 99, "moment": "before_answer", "nth": 0},
        {"pid": 99},
    ],
)
async def test_what_is_not_to_be_killed_is_refused(stand_in: Bench, asked: dict[str, object]) -> None:
    assert (await stand_in.post("/_simulator/kill", asked)).status_code == 400
