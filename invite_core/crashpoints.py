"""Named places at which a proof can make the process die as if the power had gone. Inert otherwise.

`INVITE_CRASHPOINT=name` kills the process with SIGKILL the first time it comes to that place, and
`name:3` the third time. `INVITE_CRASHPOINT_LOG=path` appends the name of every place that is passed, so
that a harness can learn them all.
"""

import os
import signal
from collections import Counter

_armed = _log = ""
_occurrence = 1
_passed: Counter[str] = Counter()


def arm(place: str, log: str = "") -> None:
    """Arm this process at `place` (`name` or `name:3`, '' for none) and have what it passes logged in the
    file `log` ('' for none): for a process that was forked, and so has read its environment long ago."""
    global _armed, _occurrence, _log
    name, _, occurrence = place.partition(":")
    _armed, _occurrence, _log = name, int(occurrence or "1"), log
    _passed.clear()


def crashpoint(name: str) -> None:
    """Die here, if this place is armed and it is its turn."""
    if not _armed and not _log:
        return
    if _log:
        with open(_log, "a", encoding="utf-8") as log:
            log.write(f"{name}\n")
    if name == _armed:
        _passed[name] += 1
        if _passed[name] == _occurrence:
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("INVITE_CRASHPOINT", ""), os.environ.get("INVITE_CRASHPOINT_LOG", ""))
