"""Kills the client while its request is held: what a sender must survive, and cannot do to itself."""

import os
import signal
from contextlib import suppress
from enum import StrEnum


class Moment(StrEnum):
    """When the client dies, seen from the stand-in."""

    BEFORE_READING = "before_reading"
    """The head of the request is here, its body not read; what had left the client is still read."""
    MID_BODY = "mid_body"
    """Only half of the body came: the message is not taken."""
    BEFORE_ANSWER = "before_answer"
    """The message is taken, and no byte of the answer has left."""
    MID_ANSWER = "mid_answer"
    """Half of the answer has left."""


class Killing:
    """At most one client, to be killed at the nth POST of a message from now on."""

    def __init__(self) -> None:
        self._pid = 0
        self._moment = Moment.BEFORE_ANSWER
        self._posts_left = 0

    def arm(self, *, pid: int, moment: Moment, nth: int) -> None:
        """Kill the process `pid` at `moment` of the `nth` POST. Raises ValueError for one that is not to
        be killed."""
        if pid <= 1 or pid == os.getpid() or nth < 1:
            raise ValueError("pid must be another process's and nth at least 1")
        self._pid, self._moment, self._posts_left = pid, moment, nth

    def disarm(self) -> None:
        """Kill nobody."""
        self._posts_left = 0

    def next_post(self) -> Moment | None:
        """When the client of the POST that has just come is to die, or None."""
        if not self._posts_left:
            return None
        self._posts_left -= 1
        return None if self._posts_left else self._moment

    def kill(self) -> None:
        """End the client with SIGKILL, if it still lives."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
