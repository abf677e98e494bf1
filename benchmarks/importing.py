"""How long an import takes, against what no import can do without. `python -m benchmarks.importing [N]`.

CSV with numbers that have their country code, as `csv_of` makes it. Everything is measured in this one
process, each part three times in turn; the quickest of each counts, by the CPU as well as by the clock,
because other work on the machine reaches the clock.

The import also makes its people found by the search as you type. Triggers of the tables see to that, so a bare
`executemany` into them would do it as well; what counts is the import, search and all, against an `executemany`
into the same tables without those triggers, which fills no search index. The other figures are beside it.
"""

import csv
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.baseline import bare_import
from invite_core.operators import Operator
from invite_core.people.importing.contact_import import import_people
from invite_core.store import Store
from invite_tui.sample_people import csv_of

_ROUNDS = 3
_BY = Operator("Benchmark")
_TARGET = 1.5

_PARSE, _CHECK = "phonenumbers: parse", "phonenumbers: parse and validity"
_UNSEARCHED, _SEARCHED = "executemany, no search index", "executemany, search index too"

Rows = dict[str, list[tuple[object, ...]]]


class Taken:
    """The quickest of several rounds, by what was measured: seconds by the clock, seconds of CPU."""

    def __init__(self) -> None:
        self.by: dict[str, tuple[float, float]] = {}

    def measure(self, name: str, work: Callable[[], object]) -> None:
        """Do the work once, under this name."""
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        took = time.perf_counter() - clock, time.process_time() - cpu
        known = self.by.get(name, took)
        self.by[name] = min(known[0], took[0]), min(known[1], took[1])


def main(n: int) -> int:
    """Print the table; gives 1 if the target was missed."""
    content = csv_of(n, 1)
    numbers = [row[1] for row in csv.reader(io.StringIO(content.decode()))][1:]
    before = _peak_megabytes()
    taken = Taken()
    with tempfile.TemporaryDirectory() as folder:
        _import(Path(folder) / "first.db", content)
        peak = _peak_megabytes()
        stored = _stored(Path(folder) / "first.db")
        for turn in range(_ROUNDS):
            path = Path(folder) / f"{turn}.db"
            taken.measure("import", partial(_import, path, content))
            taken.measure("the same file again", partial(_import, path, content))
            taken.measure(_PARSE, partial(bare_import.parse, numbers))
            taken.measure(_CHECK, partial(bare_import.parse_and_check, numbers))
            unsearched = _without_search(Path(folder) / f"unsearched{turn}.db")
            taken.measure(_UNSEARCHED, partial(_bare, unsearched, stored))
            taken.measure(_SEARCHED, partial(_bare, Path(folder) / f"bare{turn}.db", stored))
    return _print(n, taken, peak - before)


def _import(path: Path, content: bytes) -> None:
    with Store.create_or_open(path) as store:
        import_people(store, content, by=_BY, now=datetime.now(UTC))


def _stored(path: Path) -> Rows:
    with Store.open(path) as store:
        return {
            table: [tuple(row) for row in store.rows(f"SELECT * FROM {table}")]
            for table in bare_import.TABLES
        }


def _without_search(path: Path) -> Path:
    """A new file whose tables note nobody for the search index."""
    with Store.create_or_open(path) as store, store.write():
        triggers = (
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%INTO search_pending%'"
        )
        for row in store.rows(triggers):
            store.execute(f"DROP TRIGGER {row['name']}")
    return path


def _bare(path: Path, rows: Rows) -> None:
    with Store.create_or_open(path) as store:
        bare_import.store_rows(store, rows)


def _print(n: int, taken: Taken, grown: float) -> int:
    say = sys.stdout.write
    say(f"{n:,} rows, the quickest of {_ROUNDS} rounds; memory grew by {grown:.0f} MB at its peak\n")
    say(f"{'':34}{'clock':>9}{'CPU':>9}\n")
    for name, (clock, cpu) in taken.by.items():
        say(f"{name:34}{clock:8.2f}s{cpu:8.2f}s\n")
    for bare in (_UNSEARCHED, _SEARCHED):
        for name in (_PARSE, _CHECK):
            clock, cpu = _ratio(taken, name, bare)
            say(f"import / ({name} + {bare}): {clock:.2f} by the clock, {cpu:.2f} by the CPU\n")
    say(f"wanted is at most {_TARGET} for the first of these, by the CPU\n")
    return 0 if _ratio(taken, _PARSE, _UNSEARCHED)[1] <= _TARGET else 1


def _ratio(taken: Taken, parsing: str, storing: str) -> tuple[float, float]:
    """How many times as long the import takes, by the clock and by the CPU."""
    parts = zip(taken.by["import"], taken.by[parsing], taken.by[storing], strict=True)
    clock, cpu = (whole / (parse + store) for whole, parse, store in parts)
    return clock, cpu


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
