"""`python -m proofs.listening`: every proof of the listener, one after the other; 0 if all of it holds.

`python -m proofs.listening deaths flood` runs those alone; `python -m proofs.listening small` runs, in seconds,
those that need a process without threads.
"""

import sys
import time
from collections.abc import Callable
from functools import partial

from proofs.listening import bit_flips, deaths, flood, orders, two_writers, witness

Proof = tuple[str, Callable[[Callable[[str], None]], list[str]]]

PROOFS: dict[str, Proof] = {
    "bit_flips": ("Signatures: every single-bit flip of body and signature is refused", bit_flips.prove),
    "orders": ("Orders: every order of eight updates, every split into bodies, one end", orders.prove),
    "witness": ("Lives of a listener, by Hypothesis, against a plain model", witness.prove),
    "deaths": ("Deaths: SIGKILL at every commit boundary, and redelivery", deaths.prove),
    "two_writers": ("Listener, senders and an importer on one file", two_writers.prove),
    "flood": ("Hostile bodies, signed and unsigned", flood.prove),
}

SMALL: dict[str, Proof] = {
    "deaths": ("Some deaths", partial(deaths.prove, step=13, rounds=1)),
    "two_writers": ("Listener, sender and importer for a second", partial(two_writers.prove, seconds=1.0)),
}


def main(arguments: list[str]) -> int:
    """Run them all, or the named ones, and print a table."""
    began = time.monotonic()
    table: list[tuple[str, int, float]] = []
    small = arguments == ["small"]
    for name, (title, prove) in (SMALL if small else PROOFS).items():
        if arguments and not small and name not in arguments:
            continue
        started = time.monotonic()
        _say(f"{title}.")
        faults = prove(_say)
        for fault in faults[:20]:
            _say(f"  ! {fault}")
        table.append((name, len(faults), time.monotonic() - started))
    _say(f"\n{'proof':<12} {'contradictions':>14} {'seconds':>8}")
    for name, count, seconds in table:
        _say(f"{name:<12} {count:>14} {seconds:>8.0f}")
    failed = [name for name, count, _ in table if count]
    outcome = f"NOT PROVED: {', '.join(failed)}" if failed else "Everything holds"
    _say(f"{outcome}; {time.monotonic() - began:.0f} s in all.")
    return 1 if failed or not table else 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
