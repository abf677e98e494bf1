"""The tunnels that are known: how each is started, and what in its output is the public address. Pure.

Sources: cloudflared's `tunnel --url` (trycloudflare), ngrok's agent log as JSON (`--log-format json`), Tailscale's
`funnel` in the foreground. What each may read is in docs/listener.md.
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NO_TUNNEL = (
    "Meta does not reach this computer, and no tunnel was found (cloudflared, ngrok or tailscale): "
    "install one of them; docs/listener.md compares them."
)

_QUICK = re.compile(r"https://(?!api\.)[a-z0-9-]+\.trycloudflare\.com\b")
_FUNNEL = re.compile(r"^\s*(https://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ts\.net(?::\d+)?)/?\s*$")
_FUNNEL_IS_OPEN = re.compile(r"^\s*(Available on the internet|\|--|Press Ctrl)|\.ts\.net(:\d+)?/?\s*$")
_STAMPED = re.compile(r"^\d{4}-\S+ (?P<level>[A-Z]{3}) ")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A program that makes a port of this computer reachable from outside."""

    name: str
    """The program, as it is called on the PATH."""
    arguments: tuple[str, ...]
    """What it is started with; `{port}` is the listener's port."""
    address: Callable[[str], str | None]
    """The public address, if a line of its output says one."""
    complaint: Callable[[str], str | None]
    """What is wrong, if a line of its output may say that."""

    def command(self, port: int) -> list[str] | None:
        """How it is started for the listener at this port; None where it is not on the PATH."""
        program = shutil.which(self.name)
        if program is None:
            return None
        return [program, *(each.format(port=port) for each in self.arguments)]


def _quick_address(line: str) -> str | None:
    found = _QUICK.search(line)
    return found[0] if found else None


def _quick_complaint(line: str) -> str | None:
    stamp = _STAMPED.match(line)
    if stamp is None:
        return _short(line)
    return _short(line[stamp.end() :]) if stamp["level"] in ("ERR", "FTL") else None


def _agent_address(line: str) -> str | None:
    said = _agent_line(line)
    address = said.get("url") if said.get("msg") == "started tunnel" else None
    return address if isinstance(address, str) else None


def _agent_complaint(line: str) -> str | None:
    said = _agent_line(line)
    if not said:
        return _short(line)
    error = said.get("err")
    return _short(error) if isinstance(error, str) and error != "<nil>" else None


def _agent_line(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _funnel_address(line: str) -> str | None:
    found = _FUNNEL.match(line)
    return found[1] if found else None


def _funnel_complaint(line: str) -> str | None:
    return None if _FUNNEL_IS_OPEN.search(line) else _short(line)


def _short(text: str) -> str | None:
    """A text on one line, cut; None where there is none."""
    return " ".join(text.split())[:_LONGEST].rstrip(". ") or None


TUNNELS = (
    Tunnel(
        "cloudflared",
        # It would end itself to renew itself.
        ("tunnel", "--no-autoupdate", "--url", "http://127.0.0.1:{port}"),
        _quick_address,
        _quick_complaint,
    ),
    Tunnel(
        "ngrok",
        ("http", "{port}", "--log", "stdout", "--log-format", "json"),
        _agent_address,
        _agent_complaint,
    ),
    Tunnel("tailscale", ("funnel", "{port}"), _funnel_address, _funnel_complaint),
)
"""In the order in which they are looked for."""


def installed(port: int) -> Tunnel | None:
    """The first that is on the PATH, or None."""
    return next((each for each in TUNNELS if each.command(port) is not None), None)
