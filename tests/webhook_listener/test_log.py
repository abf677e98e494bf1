"""The log names nobody: fixed phrases, numbers, and the class of an error."""

import json
import subprocess
import sys

import pytest

from tests.webhook_listener.conftest import environment
from webhook_listener import log

NUMBER = "+44 7700 900101"

PROGRAM = f"""
import logging
from webhook_listener import log
log.start_logging()
log.note("listening", port=8080)
try:
    raise ValueError("no such number: {NUMBER}")
except ValueError as error:
    log.warn("a body could not be taken in", error)
logging.getLogger("uvicorn.error").error("refused %s", "{NUMBER}")
logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, object]]:
    """What a program of its own logs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert NUMBER not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_what_strangers_cause_is_told_seldom_and_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    moments = [1000.0, 1001.0, 1059.0, 1060.0, 1061.0]
    clock = iter(moments)
    monkeypatch.setattr(log, "monotonic", lambda: next(clock))
    seldom = log.Seldom("refused", seconds=60)
    for _ in moments:
        seldom.warn()
    assert [(record.msg, record.__dict__["facts"]) for record in caplog.records] == [
        ("refused", {"count": 1}),
        ("refused", {"count": 3}),
    ]


def test_a_line_has_its_facts(lines: list[dict[str, object]]) -> None:
    assert (lines[0]["level"], lines[0]["event"], lines[0]["port"]) == ("info", "listening", 8080)


def test_an_error_is_told_by_class_and_place_only(lines: list[dict[str, object]]) -> None:
    assert (lines[1]["event"], lines[1]["error"]) == ("a body could not be taken in", "ValueError")
    assert lines[1]["where"] == ["<module>:7"]


def test_what_other_libraries_put_into_a_phrase_is_left_out(lines: list[dict[str, object]]) -> None:
    assert [line["event"] for line in lines[2:]] == ["refused %s"]
