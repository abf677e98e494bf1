"""`python -m invite_tui` as a process of its own, for what only a process can show."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer

from tests.command_line.answers import Answer

TIMEOUT_S = 20.0

_WITHOUT_ROOTS_RIGHTS = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability)  # PR_CAPBSET_DROP; harmless for anybody but root
os.execv(sys.executable, [sys.executable, "-m", "invite_tui", *sys.argv[1:]])
"""
"""Starts the program with the file permissions of an ordinary person, even where root runs the tests."""


def program(
    *arguments: object, heeding_permissions: bool = False, environment: Mapping[str, str] | None = None
) -> Answer:
    """Run a command to its end; gives its exit code and what it printed."""
    start = ["-c", _WITHOUT_ROOTS_RIGHTS] if heeding_permissions else ["-m", "invite_tui"]
    done = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
        timeout=TIMEOUT_S,
        check=False,
    )
    out, err = (printed.decode(errors="replace") for printed in (done.stdout, done.stderr))
    return Answer(done.returncode, out, err)


@contextmanager
def running(*arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on while the block does; it is killed if it outlives its time."""
    process = subprocess.Popen(
        [sys.executable, "-m", "invite_tui", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    watch = Timer(TIMEOUT_S, process.kill)
    watch.start()
    try:
        with process:
            yield process
    finally:
        watch.cancel()
        watch.join()


@contextmanager
def asked(*arguments: object, until: bytes = b"[y/N]") -> Iterator[tuple[str, Callable[[str], int]]]:
    """A command on a terminal of its own, once it has asked its question (`until`): what it printed so
    far, and a function that answers and gives the exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "invite_tui", *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ,
    )
    os.close(theirs)
    watch = Timer(TIMEOUT_S, process.kill)
    watch.start()

    def answer(word: str) -> int:
        os.write(ours, f"{word}\n".encode())
        return process.wait(TIMEOUT_S)

    try:
        said = b""
        while until not in said:
            said += os.read(ours, 4096)
        yield said.decode(), answer
    finally:
        process.kill()
        process.wait(TIMEOUT_S)
        watch.cancel()
        watch.join()
        os.close(ours)


def ended(process: subprocess.Popen[str]) -> Answer:
    """Wait for a running command; gives its exit code and what it printed (since it was last read)."""
    out, err = process.communicate(timeout=TIMEOUT_S)
    return Answer(process.returncode, out, err)
