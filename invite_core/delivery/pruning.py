"""What is not kept for ever: updates that wait for a message nobody knows, what could not be read, and the new
addresses of strangers.

The receipts themselves stay, because their keys are what a repetition is known by, however late. Meta
repeats for seven days (webhooks/create-webhook-endpoint); what has waited for four times as long waits
for a message of another program on the same number. An address to which somebody went of whom nobody here
knows is kept as long, so that a change which comes late still finds it; its hash stays.
"""

from datetime import datetime, timedelta

from invite_core.instants import stored
from invite_core.people import left_addresses
from invite_core.store import Store

SHELF_LIFE = timedelta(days=30)
"""How long an update waits for its message, and a stranger's new address is kept in clear."""

MOST_BODIES = 1_000
"""Of how many odd updates, the newest, what came is kept beside the note."""

AT_ONCE = 500
"""How many rows one call changes at most, of each kind, so that no update waits for it."""


def prune(store: Store, *, now: datetime) -> int:
    """Take from the shelf what has waited too long, from old receipts what could not be read, and from changes of
    address where strangers went; how many rows were changed.

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
    unknown = left_addresses.prune(store, before=stored(now - SHELF_LIFE), most=AT_ONCE)
    return overdue + emptied + unknown
