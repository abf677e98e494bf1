"""The order of system calls: of every message, the attempt is synced before its request leaves.

A send runs under strace. The id of an attempt is text, and so can be seen in what is written to the
write-ahead log and in what is written to the socket; between the two there must be an fsync or fdatasync of
the log that ended well. This is the evidence about power loss that a kill cannot give: a killed process
leaves the system's cache as it is.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from invite_core.settings import without_settings
from invite_core.store import Store
from invite_tui.demo import environment
from proofs.sender import run_of
from proofs.world import PEOPLE, Party, World, open_world

TRACED = "pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync"
_CALL = re.compile(
    r"^(?P<pid>\d+) +(?:(?P<name>\w+)\(|<\.\.\. (?P<resumed>\w+) resumed>)(?P<rest>.*)$", re.DOTALL
)
_FILE = re.compile(r"^\d+<(?P<path>[^>]*)>")


@dataclass(slots=True)
class Order:
    """What is known of each attempt so far: in the log, synced, sent."""

    written: set[str] = field(default_factory=set)
    synced: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    too_early: list[str] = field(default_factory=list)
    """Attempts whose request left before they were synced."""


def follow(lines: Iterable[str], attempts: set[str]) -> Order:
    """Read strace's lines (`-f -y -s 9000`); what was in order for these attempts. Pure."""
    order, begun = Order(), dict[str, tuple[str, str, set[str]]]()
    for line in lines:
        found = _CALL.match(line)
        if found is None:
            continue
        pid, name, rest = found["pid"], found["name"], found["rest"]
        if name is None:
            name, path, covers = begun.pop(pid, ("", "", set()))
            _ended(order, name, path, rest, covers)
            continue
        described = _FILE.match(rest)
        path = described["path"] if described else ""
        named = {each for each in attempts if each in rest}
        if path.endswith("-wal") and name in ("pwrite64", "write", "writev"):
            order.written |= named
        elif path.startswith(("TCP", "socket")) and named:
            order.sent += sorted(named)
            order.too_early += sorted(named - order.synced)
        covers = set(order.written)
        if "<unfinished ...>" in rest:
            begun[pid] = (name, path, covers)
        else:
            _ended(order, name, path, rest, covers)
    return order


def _ended(order: Order, name: str, path: str, rest: str, covers: set[str]) -> None:
    if name in ("fsync", "fdatasync") and path.endswith("-wal") and re.search(r"= 0$", rest.strip()):
        order.synced |= covers


def prove(say: Callable[[str], None], *, parties: int = 4) -> list[str]:
    """Send under strace; what does not hold. Says so, and gives nothing, where strace cannot be used."""
    strace = shutil.which("strace")
    if strace is None:
        say("  skipped: strace is not installed (Debian: apt-get install strace)")
        return []
    faults: list[str] = []
    with open_world(seed=5, in_flight=4) as world:
        sent = 0
        for _ in range(parties):
            party = world.party({1: {"fate": "closed", "then": "read"}})
            trace = world.settings.db.with_name("trace")
            command = [strace, "-f", "-y", "-s", "9000", "-e", f"trace={TRACED}", "-o", str(trace)]
            done = subprocess.run(  # noqa: S603 - our own program, arguments of ours
                [*command, sys.executable, "-m", "proofs.sender", party.name, *party.numbers],
                env={**without_settings(), **environment(world.settings), "INVITE_MAX_IN_FLIGHT": "4"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                if "ptrace" in done.stderr:
                    say(f"  skipped: strace may not trace here ({done.stderr.strip().splitlines()[-1]})")
                    return []
                return [f"the traced sender ended with {done.returncode}: {done.stderr[-500:]}"]
            order = _order(world, party, trace)
            sent += len(order.sent)
            faults += [f"{party.name}: attempt {each} left before it was synced" for each in order.too_early]
            if len(set(order.sent)) != PEOPLE:
                faults.append(f"{party.name}: {len(set(order.sent))} requests were seen, not {PEOPLE}")
    say(
        f"  {sent} requests under strace, each after the sync of its attempt"
        if not faults
        else "  not in order"
    )
    return faults


def _order(world: World, party: Party, trace: Path) -> Order:
    with Store.open(world.settings.db, read_only=True) as store:
        rows = store.rows(
            """SELECT attempts.id FROM send_attempts AS attempts
               JOIN invite_messages AS messages ON messages.id = attempts.message WHERE messages.run = ?""",
            (run_of(store, party),),
        )
    return follow(_lines(trace), {row["id"] for row in rows})


def _lines(trace: Path) -> Iterator[str]:
    with trace.open(encoding="utf-8", errors="replace") as file:
        yield from file
