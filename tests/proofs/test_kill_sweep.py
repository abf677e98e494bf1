"""A small kill sweep, in a process of its own, because only a process without threads can be forked safely."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_senders_and_listeners_send_nothing_twice_and_lose_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proofs.kill_sweep", "small", "11"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kills = re.search(r"(\d+) kills, \d+ people, 0 twice, 0 unaccounted", done.stdout)
    assert kills is not None
    assert int(kills[1]) >= 6
