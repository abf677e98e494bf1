"""How quick the screen is over 10 thousand and a million messages, in one run (under five minutes).

`python -m benchmarks.tui` (`--people N ...` for other sizes, `--files FOLDER` to keep the files, which take most of
the time). The start is measured in a terminal, against a bare Textual application; the tables and the keys without
one. By the clock unless it says CPU: other work on the machine reaches the clock.
"""

import argparse
import asyncio
import tempfile
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks.baseline.bare_textual import PAINTED
from benchmarks.lines import say
from benchmarks.tui_file import EVENT, a_file_with_messages
from benchmarks.tui_keys import an_open_run
from benchmarks.tui_tables import tour
from benchmarks.tui_terminal import first_paint

SIZES = (10_000, 1_000_000)
STARTS = 9


def compare_starts(path: Path) -> None:
    """Start both in turn; print the medians."""
    bare, ours = [], []
    for _ in range(STARTS):
        bare.append(first_paint(("benchmarks.baseline.bare_textual",), PAINTED))
        ours.append(first_paint(("invite_tui", "--db", str(path)), "Invitations", EVENT))
    bare_clock, bare_cpu = (median(each[n] for each in bare) for n in (0, 1))
    clock, home, cpu = (median(each[n] for each in ours) for n in (0, 1, 2))
    say("| start, medians | first paint | CPU until then | with the file's content |")
    say("|---|---|---|---|")
    say(f"| bare Textual | {bare_clock:.0f} ms | {bare_cpu:.0f} ms | |")
    say(f"| the program | {clock:.0f} ms | {cpu:.0f} ms | {home:.0f} ms |")
    say(f"| ratio | {clock / bare_clock:.2f} | {cpu / bare_cpu:.2f} | |")
    say("")


def print_tour(path: Path, people: int) -> None:
    """Every step of the tour, in a process of its own, so that the memory is its own."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        steps, memory = pool.apply(tour, (path,))
    for step, clock, cpu in steps:
        say(f"| {people:,} | {step} | {clock:.0f} ms | {cpu:.0f} ms |")
    say(f"| {people:,} | memory at most | {memory} MiB | |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=SIZES)
    parser.add_argument("--files", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = {people: (chosen.files or Path(folder)) / f"{people}.db" for people in chosen.people}
        for people, path in files.items():
            if not path.exists():
                a_file_with_messages(path, people)
        largest = files[max(files)]
        compare_starts(largest)
        say("| messages | what is done | until it is painted | CPU |")
        say("|---|---|---|---|")
        for people, path in files.items():
            print_tour(path, people)
        say("")
        say("| the screen of a run of the largest file | |")
        say("|---|---|")
        for line in asyncio.run(an_open_run(largest)):
            say(line)


if __name__ == "__main__":
    main()
