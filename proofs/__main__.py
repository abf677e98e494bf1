"""`python -m proofs [kills] [seed]`: every proof about sending, one after the other; 0 if all of it holds.

`python -m proofs --only races` runs the proof of that module alone.
"""

import sys
import time
from collections.abc import Callable

from proofs import clock, fault_sweep, kill_sweep, lives, races, system_calls

PROOFS: tuple[tuple[str, Callable[[Callable[[str], None]], list[str]]], ...] = (
    ("Order of system calls: the sync of an attempt comes before its request", system_calls.prove),
    ("Races: two senders, pause, cancellation, STOP", races.prove),
    ("Clock: jumps and sleep", clock.prove),
    ("Lives of a file, by Hypothesis", lives.prove),
    ("Faults of the disk: every statement and commit of a send fails, in every way", fault_sweep.prove),
)


def main(arguments: list[str]) -> int:
    """Run them all, or the one of a module."""
    began, failed = time.monotonic(), []
    alone = arguments[1] if arguments[:1] == ["--only"] else ""
    if not alone and kill_sweep.main(arguments):
        failed.append("Kill sweep")
    for title, prove in PROOFS:
        if alone and prove.__module__ != f"proofs.{alone}":
            continue
        started = time.monotonic()
        _say(f"{title}.")
        faults = prove(_say)
        for fault in faults[:40]:
            _say(f"  ! {fault}")
        _say(f"  {len(faults)} contradictions; {time.monotonic() - started:.0f} s.")
        if faults:
            failed.append(title)
    outcome = f"NOT PROVED: {', '.join(failed)}" if failed else "Everything holds"
    _say(f"{outcome}; {time.monotonic() - began:.0f} s in all.")
    return 1 if failed else 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
