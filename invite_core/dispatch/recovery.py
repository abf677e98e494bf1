"""What a sender does first, under its lock: settle what a dead sender left behind."""

from datetime import datetime

from invite_core.crashpoints import crashpoint
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import attempts
from invite_core.operators import SENDER
from invite_core.store import Store


def recover(store: Store, *, now: datetime) -> int:
    """Make every attempt left on the wire `unconfirmed`, and every run left `sending` paused
    (`sender_stopped`); how many messages became unconfirmed. The caller holds the sender's lock."""
    with store.write():
        messages = attempts.abandoned(store, now=now)
        crashpoint("recovery.abandoned")
        for row in store.rows("SELECT id FROM invite_send_runs WHERE status = 'sending'"):
            runs.pause(
                store,
                row["id"],
                PauseReason.SENDER_STOPPED,
                by=SENDER,
                now=now,
                detail="The sender ended before the run did.",
            )
    return len(messages)
