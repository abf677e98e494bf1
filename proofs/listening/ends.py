"""Where a file ends: what has to be the same whatever the order, the splits and the deaths were.

Left out is the record of how it came about: transitions, ids of rows in their order of arrival, moments of
our own clock, how often an update was repeated, and whether one counted as stale.
"""

from pathlib import Path

from invite_core.delivery.payload import read_body
from invite_core.store import Store
from proofs.bodies import SENDER_NUMBER

End = list[list[tuple[object, ...]]]

_EFFECTS = (
    """SELECT id, state, held, accepted_at, sent_at, delivered_at, read_at, failed_at, error_code, error_detail,
           provider_message_id, slot_person, slot_address, block_reasons FROM invite_messages ORDER BY id""",
    """SELECT id, message, n, outcome, cause, state, held, accepted_at, sent_at, delivered_at, read_at, failed_at,
           http_status, error_code, error_detail, provider_message_id, wa_id, superseded_because
       FROM send_attempts ORDER BY id""",
    "SELECT run, kind, name, n FROM run_counters WHERE n <> 0 ORDER BY run, kind, name",
    """SELECT kind, contact, event, message, match_key, answer, places, body, given_at, status,
           provider_message_id, context_message_id FROM replies ORDER BY provider_message_id""",
    "SELECT DISTINCT act, scope, match_key, at FROM do_not_message ORDER BY match_key, act, scope, at",
    "SELECT kind, message, attempt, detail FROM alarms ORDER BY kind, message, detail",
    """SELECT contact, kind, value, retired_at IS NULL FROM contact_identities
       ORDER BY contact, kind, value""",
)

_RECEIPTS = """SELECT hex(key), kind, status, provider_at, error_code, message, outcome = 'unmatched'
    FROM webhook_receipts ORDER BY key"""

_ALARM_OWED = """SELECT message FROM send_attempts
    WHERE sent_at IS NOT NULL OR delivered_at IS NOT NULL OR read_at IS NOT NULL
    GROUP BY message HAVING count(*) > 1
    EXCEPT SELECT message FROM alarms WHERE kind = 'sent_twice'"""


def effects_in(store: Store) -> End:
    """What updates have done to an open file, their receipts aside."""
    return [[tuple(row) for row in store.rows(sql)] for sql in _EFFECTS]


def end_of(store: Store) -> End:
    """The end of an open file."""
    return [*effects_in(store), [tuple(row) for row in store.rows(_RECEIPTS)]]


def difference(found: End, expected: End) -> str:
    """The first rows that differ, in words."""
    for mine, other in zip(found, expected, strict=True):
        if mine != other:
            more = [row for row in mine if row not in other][:2]
            less = [row for row in other if row not in mine][:2]
            return f"{more} where there should be {less}"
    return "no difference"


def contradictions(store: Store) -> list[str]:
    """What must hold in any file at any time: exact counters, an alarm for what was sent twice, and a history
    without gaps."""
    faults = [
        f"message {row['message']} was sent twice and no alarm says so" for row in store.rows(_ALARM_OWED)
    ]
    counted = store.rows(
        "SELECT run, name, n FROM run_counters WHERE kind = 'state' AND n <> 0 ORDER BY run, name"
    )
    actual = store.rows(
        "SELECT run, state, count(*) FROM invite_messages GROUP BY run, state ORDER BY run, state"
    )
    if [tuple(row) for row in counted] != [tuple(row) for row in actual]:
        faults.append("the counters of a run differ from its rows")
    breaks = store.value(
        """SELECT count(*) FROM (
               SELECT from_state, lag(to_state) OVER (PARTITION BY message ORDER BY id) AS before
               FROM message_transitions) AS steps
           WHERE before IS NOT NULL AND before <> from_state"""
    )
    if breaks:
        faults.append(f"the history of messages has {breaks} gaps")
    return faults


def unsound(store: Store) -> list[str]:
    """What SQLite itself says is wrong with the file."""
    check = store.value("PRAGMA quick_check")
    return [] if check == "ok" else [f"quick_check: {check}"]


def missing(database: Path, acknowledged: list[bytes]) -> int:
    """How many updates of the bodies, all answered with 200, are not in the file that a dead listener left."""
    with Store.open(database, read_only=True) as store:
        kept = {row["key"] for row in store.rows("SELECT key FROM webhook_receipts")}
    updates = [each for body in acknowledged for each in read_body(body, phone_number_id=SENDER_NUMBER)]
    return sum(each.key not in kept for each in updates)


def everything(database: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those named, for a file that must not have changed at all."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    with Store.open(database, read_only=True) as store:
        names = [row["name"] for row in store.rows(tables) if row["name"] not in without]
        return {name: [tuple(row) for row in store.rows(f'SELECT * FROM "{name}"')] for name in names}
