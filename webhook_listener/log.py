"""The listener's own log: one JSON object a line on stderr, without anything that names a person.

A line holds a fixed phrase, numbers and words of ours; never a phone number, a name, a text, a message
id (it holds the number, base64) or a secret. What other libraries say is cut to their fixed phrase.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from time import monotonic

_LOGGER = logging.getLogger("webhook_listener")

_FACTS = "facts"


class _Lines(logging.Formatter):
    """A record as one JSON line; its arguments, in which a library may put data, are left out."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": str(record.msg).strip(),
            **getattr(record, _FACTS, {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            line["error"] = type(error).__name__
            line["where"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-5:]]
        return json.dumps(line)


def start_logging() -> None:
    """Send this process's log to stderr, in lines of ours."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # Anybody on the internet can make it warn, as often as they like.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    logging.getLogger("asyncio").setLevel(logging.ERROR)


def note(event: str, **facts: int | str) -> None:
    """Write one line: `event` is a fixed phrase, `facts` are numbers and words of ours."""
    _LOGGER.info(event, extra={_FACTS: facts})


def warn(event: str, error: BaseException | None = None, **facts: int | str) -> None:
    """Write one line that somebody should look at; of `error` only its class and place are told."""
    _LOGGER.warning(event, exc_info=error, extra={_FACTS: facts})


class Seldom:
    """A warning that anybody on the internet can cause: one line, then no other for `seconds`."""

    def __init__(self, event: str, *, seconds: float = 60.0) -> None:
        self._event = event
        self._seconds = seconds
        self._quiet_until = 0.0
        self._untold = 0

    def warn(self) -> None:
        """Write the line, with how often it happened since the last one; or only count."""
        self._untold += 1
        if (now := monotonic()) >= self._quiet_until:
            warn(self._event, count=self._untold)
            self._quiet_until = now + self._seconds
            self._untold = 0
