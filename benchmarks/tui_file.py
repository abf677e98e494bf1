"""A file with one run to everybody in it, as a benchmark of the screen needs it."""

from pathlib import Path

from benchmarks.population import TEMPLATE, sample_templates, the_event
from benchmarks.search import a_file_of
from invite_core.store import Store

EVENT = "Summer party"

_AT = "2026-11-01T10:00:00.000Z"

# Which state a message is in has nothing to do with the name of its person.
_MESSAGES = """WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people),
    drawn AS (SELECT n, n * 48271 % 2147483647 / 1000 % 100 AS drawn FROM numbers),
    made AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%S', 1793527200 + n * 48271 % 1000003, 'unixepoch') || '.000Z' AS at,
        CASE WHEN drawn < 50 THEN 'read' WHEN drawn < 80 THEN 'delivered' WHEN drawn < 90 THEN 'sent'
            WHEN drawn < 98 THEN 'accepted' WHEN drawn < 99 THEN 'failed' ELSE 'blocked' END AS state FROM drawn)
    INSERT INTO invite_messages (id, run, event, purpose, occasion, contact, address, address_kind, match_key,
        language, verdict, block_reasons, state, next_attempt_at, accepted_at, sent_at, delivered_at, read_at,
        failed_at, error_code, slot_person, slot_address, changed_at)
    SELECT n, 1, :event, 'invitation', 'invitation', n, '+4479' || (10000000 + n), 'phone', '4479' || (10000000 + n),
        'en', CASE state WHEN 'blocked' THEN 'blocked' ELSE 'eligible' END,
        CASE state WHEN 'blocked' THEN 'no_consent' ELSE '' END, state, at, at, at, at, at,
        CASE state WHEN 'failed' THEN at END, CASE state WHEN 'failed' THEN 131026 END, n,
        '4479' || (10000000 + n), at
    FROM made"""

_RUN = """INSERT INTO invite_send_runs (id, event, purpose, occasion, template, language, audience, facts_version,
        status, operator, total, eligible, created_at, started_at, changed_at)
    VALUES (1, :event, 'invitation', 'invitation', :template, 'en', 'all', 1, 'finished', 'Benchmark', :people,
        :people, :at, :at, :at)"""


def a_file_with_messages(path: Path, people: int) -> None:
    """So many people, each with a name, a number and a message of run 1, finished: half of them read, one in a
    hundred failed."""
    a_file_of(path, people)
    with Store.open(path) as store:
        sample_templates(store)
        event = the_event(store, EVENT)
        values = {"event": event.id, "people": people, "template": TEMPLATE, "at": _AT}
        with store.write():
            store.execute(_RUN, values)
            store.execute(_MESSAGES, values)
            store.execute(
                """INSERT INTO run_counters SELECT run, 'state', state, count(*) FROM invite_messages
                   GROUP BY run, state"""
            )
            store.execute(
                """INSERT INTO run_counters SELECT run, 'block', 'no_consent', count(*) FROM invite_messages
                   WHERE state = 'blocked' GROUP BY run"""
            )
