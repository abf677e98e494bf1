"""A process that changes messages of run 1 as a listener does.

`python -m benchmarks.tui_flood FILE A_SECOND SECONDS`.
"""

import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.lines import say
from invite_core.instants import stored
from invite_core.store import Store

COMMITS_A_SECOND = 20

_CHANGE = """UPDATE invite_messages SET changed_at = :at, read_at = :at,
    state = CASE state WHEN 'read' THEN 'delivered' ELSE 'read' END
    WHERE id = :message AND state IN ('read', 'delivered')"""

_NOTE = """INSERT INTO message_transitions (message, from_state, to_state, at, cause)
    VALUES (:message, 'delivered', 'read', :at, 'webhook')"""

_COUNT = """UPDATE run_counters SET n = (SELECT count(*) FROM invite_messages WHERE run = 1 AND state = name)
    WHERE run = 1 AND kind = 'state' AND name IN ('read', 'delivered')"""


def flood(path: Path, a_second: int, seconds: float) -> int:
    """Change so many messages a second, chosen anywhere; how many were."""
    chance, changed, began = random.Random(5), 0, time.monotonic()  # noqa: S311 - which messages is no secret
    portion = a_second // COMMITS_A_SECOND
    with Store.open(path) as store:
        people = store.value("SELECT max(id) FROM invite_messages")
        for commit in range(int(seconds * COMMITS_A_SECOND)):
            time.sleep(max(0.0, began + commit / COMMITS_A_SECOND - time.monotonic()))
            at = stored(datetime.now(UTC))
            picked = [{"message": chance.randint(1, people), "at": at} for _ in range(portion)]
            with store.write():
                changed += store.execute_many(_CHANGE, picked)
                store.execute_many(_NOTE, picked)
        with store.write():
            store.execute(_COUNT)
    return changed


if __name__ == "__main__":
    begun = time.monotonic()
    n = flood(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    say(f"{n} {time.monotonic() - begun:.1f}")
