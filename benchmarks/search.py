"""How long a keystroke of the search for people takes, over 10 thousand and a million of them.

`python -m benchmarks.search` (`--people N ...` for other sizes). A keystroke counts those who match and reads the
first page; the texts are typed letter by letter. The quickest of three counts, by the CPU as well as by the clock,
because other work on the machine reaches the clock.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from benchmarks.lines import say
from invite_core.instants import stored
from invite_core.store import Store
from invite_core.views.people_page import people_lines, people_list

SIZES = (10_000, 1_000_000)

_GIVEN = (
    "ana", "béa", "caio", "dora", "emil", "françois", "grete", "hugo", "ines", "joão", "kim", "李", "maria", "noor",
    "olga", "pavel", "qiu", "rui", "sofia", "王伟",
)  # fmt: skip
_FAMILY = (
    "almeida", "bauer", "castro", "dubois", "eriksen", "ferreira", "garcía", "haddad", "ivanova", "jansen", "kowalski",
    "lindqvist", "müller", "nakamura", "o'brien", "pereira", "quiroga", "rossi", "silva", "tanaka", "ueda", "van dijk",
    "weber",
)  # fmt: skip

TYPED = (
    "ana silva", "sofia o'brien", "joao", "王伟", "maria per 12345", "447910012345", "10012", "vip", "vip rossi",
    "zzyzx", "e", "12345x", "guest of 999999", "a b",
)  # fmt: skip
"""What is typed; every beginning of it is a keystroke."""

_NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people)"


def a_file_of(path: Path, size: int) -> float:
    """A file with so many people, each with names, a number, and one in ten with a tag; how long writing took."""
    values = {"people": size, "at": stored(datetime.now(UTC))}
    with Store.create_or_open(path) as store:
        began = time.perf_counter()
        with store.write():
            store.execute("CREATE TEMP TABLE given (n INTEGER PRIMARY KEY, word TEXT)")
            store.execute("CREATE TEMP TABLE family (n INTEGER PRIMARY KEY, word TEXT)")
            store.execute_many("INSERT INTO given VALUES (?, ?)", list(enumerate(_GIVEN)))
            store.execute_many("INSERT INTO family VALUES (?, ?)", list(enumerate(_FAMILY)))
            store.execute(
                f"""{_NUMBERS} INSERT INTO contacts (id, name, name_key, created_at, changed_at)
                    SELECT numbers.n, given.word || ' ' || family.word || ' guest of ' || numbers.n,
                        given.word || ' ' || family.word || ' guest of ' || numbers.n, :at, :at
                    FROM numbers JOIN given ON given.n = numbers.n * 7919 % {len(_GIVEN)}
                    JOIN family ON family.n = numbers.n * 104729 / 7 % {len(_FAMILY)}""",
                values,
            )
            store.execute(
                f"""{_NUMBERS} INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
                    SELECT n, 'phone', '+4479' || (10000000 + n), '4479' || (10000000 + n), :at FROM numbers""",
                values,
            )
            store.execute("INSERT INTO tags (id, name, name_key) VALUES (1, 'VIP', 'vip')")
            store.execute("INSERT INTO contact_tags SELECT id, 1 FROM contacts WHERE id % 10 = 0")
        return time.perf_counter() - began


def milliseconds(store: Store, text: str) -> tuple[float, float]:
    """The quickest of three keystrokes that lead to `text`, by the clock and by the CPU."""
    clock, cpu = [], []
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        found = people_list(text)
        found.count(store)
        people_lines(store, found.page(store, 0, 50))
        clock.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return min(clock), min(cpu)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=SIZES)
    say("| people | written and indexed | keystrokes | median | 95 of 100 under | by the CPU | slowest |")
    say("|---|---|---|---|---|---|---|")
    for size in parser.parse_args().people:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "invites.db"
            written = a_file_of(path, size)
            keystrokes = sorted({text[:end] for text in TYPED for end in range(1, len(text) + 1)})
            with Store.open(path, read_only=True) as store:
                by_text = {text: milliseconds(store, text) for text in keystrokes}
        clock = quantiles((each[0] for each in by_text.values()), n=20)
        cpu = quantiles((each[1] for each in by_text.values()), n=20)
        slowest = max(by_text, key=lambda text: by_text[text])
        say(
            f"| {size:,} | {written:.1f} s | {len(by_text)} | {clock[9]:.1f} ms | {clock[18]:.1f} ms "
            f"| {cpu[18]:.1f} ms | {by_text[slowest][0]:.1f} ms (“{slowest}”) |"
        )


if __name__ == "__main__":
    main()
