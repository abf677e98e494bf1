"""What is not kept for ever: updates that wait for a message nobody knows, and what could not be read.

The receipts themselves stay, because their keys are what a repetition is known by, however late. Meta
repeats for seven days (webhooks/create-webhook-endpoint); what has waited for four times as long waits
for a message of another program on the same number.
"""

from datetime import datetime, timedelta

from invite_core.instants import stored
from invite_core.store import Store

SHELF_LIFE = timedelta(days=30)
"""How long an update waits for its message."""

MOST_BODIES = 1_000
"""Of how many odd updates, the newest, what came is kept beside the note."""

AT_ONCE = 500
"""How many rows one call changes at most, of each kind, so that no update waits for it."""


def prune(store: Store, *, now: datetime) -> int:
    """Take from the shelf what has waited too long, and from old receipts what could not be read; how many
    rows were changed.

    To be called inside `Store.write`, again and again: one call does a bounded part.
    """
    overdue = store.execute(
        """UPDATE webhook_receipts SET outcome = 'ignored', update_json = NULL, note = :note
           WHERE id IN (SELECT id FROM webhook_receipts WHERE outcome = 'unmatched' AND received_at < :before
               ORDER BY received_at LIMIT :most)""",
        {
            "before": stored(now - SHELF_LIFE),
            "note": f"no message in {SHELF_LIFE.days} days",
            "most": AT_ONCE,
        },
    )
    emptied = store.execute(
        """UPDATE webhook_receipts SET body = NULL
           WHERE id IN (SELECT id FROM webhook_receipts WHERE body IS NOT NULL
               ORDER BY id DESC LIMIT :most OFFSET :kept)""",
        {"most": AT_ONCE, "kept": MOST_BODIES},
    )
    return overdue + emptied
