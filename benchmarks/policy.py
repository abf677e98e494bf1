"""How fast an audience is judged and frozen, against one bare INSERT … SELECT, in one run.

`python -m benchmarks.policy` (`--people N ...` for other sizes, `--rounds N`). Everyone has a consent and a message
of an earlier event; one in twenty is blocked, one in forty has revoked, one in fifty shares a number, one in two
hundred has stopped marketing, and one in a thousand has written what may mean stop. Each way has its turn in every
round, for an event of its own; the quickest counts, by the CPU as well as by the clock, because other work on the
machine reaches the clock.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from benchmarks.baseline.bare_verdicts import BARE_VERDICTS
from benchmarks.lines import say
from benchmarks.population import ORGANISER, TEMPLATE, people, sample_templates, the_event
from invite_core.instants import stored
from invite_core.invitations import freezing, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.store import Store

SIZES = (10_000, 100_000, 1_000_000)

_HISTORY = """INSERT INTO invite_messages (run, event, purpose, occasion, contact, address, address_kind, match_key,
        language, verdict, state, next_attempt_at, accepted_at, delivered_at, changed_at)
    SELECT :run, :event, 'invitation', 'invitation', contact, value, 'phone', match_key, 'en', 'eligible',
        'delivered', :at, :at, :at, :at FROM contact_identities WHERE contact > 1 GROUP BY match_key"""

_BLOCKS = """INSERT INTO do_not_message (act, scope, match_key, reason, source, at, recorded_at, recorded_by)
    SELECT 'block', 'all', match_key, 'made up', 'organiser', :at, :at, 'Benchmark'
    FROM contact_identities WHERE contact % 20 = 0"""

_MARKETING_STOPS = """INSERT INTO do_not_message (act, scope, match_key, reason, source, at, recorded_at, recorded_by)
    SELECT 'block', 'marketing', match_key, 'made up', 'user_preferences', :at, :at, 'Benchmark'
    FROM contact_identities WHERE contact % 200 = 7"""

_POSSIBLE_OPT_OUTS = """INSERT INTO replies (kind, contact, match_key, body, given_at, status, recorded_at, recorded_by)
    SELECT 'text', contact, match_key, 'made up', :at, 'possible_opt_out', :at, 'Benchmark'
    FROM contact_identities WHERE contact % 1000 = 9"""

_REVOCATIONS = """INSERT INTO consents (contact, act, at, source, recorded_at, recorded_by)
    SELECT id, 'revoke', :at, 'made up', :at, 'Benchmark' FROM contacts WHERE id % 40 = 1"""

_SHARED = """UPDATE contact_identities SET (value, match_key) = (SELECT other.value, other.match_key
    FROM contact_identities AS other WHERE other.contact = contact_identities.contact - 1) WHERE contact % 50 = 3"""


def a_file_of(path: Path, size: int) -> None:
    """A file with so many people and what is known of them."""
    at = stored(datetime.now(UTC))
    with Store.create_or_open(path) as store:
        sample_templates(store)
        with store.write():
            people(store, size)
            for sql in (_BLOCKS, _MARKETING_STOPS, _REVOCATIONS, _POSSIBLE_OPT_OUTS):
                store.execute(sql, {"at": at})
            store.execute(_SHARED)
        earlier = the_event(store, "An earlier party")
        first = make_plan(
            store, Wish(event=str(earlier.id), template=TEMPLATE, language="en", audience="language:en")
        )
        with store.write():
            store.execute("UPDATE contacts SET language = 'pt' WHERE id > 1")
        run = freezing.freeze(store, first, by=ORGANISER, now=datetime.now(UTC)).id
        with store.write():
            store.execute("UPDATE contacts SET language = 'en'")
            store.execute(_HISTORY, {"run": run, "event": earlier.id, "at": at})


def seconds_of(path: Path, way: str, turn: int) -> tuple[float, float, int]:
    """How long `bare` or `ours` takes by the clock and the CPU, and the most memory that the process had, in MiB."""
    with Store.create_or_open(path) as store:
        event = the_event(store, f"Party {turn} of {way}")
        plan = make_plan(store, Wish(event=str(event.id), template=TEMPLATE, language="en"))
        now = datetime.now(UTC)
        began, used = time.perf_counter(), time.process_time()
        if way == "ours":
            freezing.freeze(store, plan, by=ORGANISER, now=now)
        else:
            with store.write():
                values = {"run": _an_empty_run(store, turn), "event": event.id, "now": stored(now)}
                store.execute(BARE_VERDICTS, values)
        took, used = time.perf_counter() - began, time.process_time() - used
    return took, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _an_empty_run(store: Store, turn: int) -> int:
    return store.insert(
        """INSERT INTO invite_send_runs (event, purpose, occasion, template, language, audience, facts_version, status,
               operator, created_at, changed_at)
           SELECT event, 'invitation', :occasion, template, language, audience, facts_version, 'ready', operator,
               created_at, changed_at FROM invite_send_runs WHERE id = :first""",
        {"first": runs.get(store, 1).id, "occasion": f"bare {turn}"},
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    say(
        "| people | bare INSERT … SELECT | a run judged and frozen | ours of it | by the CPU | a person | memory |"
    )
    say("|---|---|---|---|---|---|---|")
    for size in wanted.people:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "invites.db"
            # Each in a process of its own, so that the memory is its own; a process begins with the peak of its parent.
            with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
                pool.apply(a_file_of, (path, size))
                taken = [
                    (pool.apply(seconds_of, (path, "bare", n)), pool.apply(seconds_of, (path, "ours", n)))
                    for n in range(wanted.rounds)
                ]
        say(_line(size, *zip(*taken, strict=True)))


def _line(
    size: int, bare: Sequence[tuple[float, float, int]], ours: Sequence[tuple[float, float, int]]
) -> str:
    (clock, cpu, _), (our_clock, our_cpu, _) = (
        tuple(map(min, zip(*each, strict=True))) for each in (bare, ours)
    )
    memory = max(each[2] for each in ours)
    return (
        f"| {size:,} | {clock:.2f} s | {our_clock:.2f} s | {our_clock / clock:.2f} | {our_cpu / cpu:.2f} "
        f"| {our_clock / size * 1e6:.1f} µs | {memory} MiB |"
    )


if __name__ == "__main__":
    main()
