"""What a sender does first, under its lock: settle what a dead sender left behind."""

from datetime import datetime

from invite_core.crashpoints import crashpoint
from invite_core.dispatch import sender_lock
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import attempts
from invite_core.operators import SENDER
from invite_core.store import Store

_STOPPED = (PauseReason.SENDER_STOPPED, "The sender ended before the run did.")
_STORAGE = (PauseReason.STORAGE, "The file could not be written, and the sender gave up.")


def recover(store: Store, *, now: datetime) -> int:
    """Make every attempt left on the wire `unconfirmed`, and every run left `sending` paused; how many
    messages became unconfirmed. The caller holds the sender's lock.

    The pause is `storage` where the sender left word that it could not write the file, else
    `sender_stopped`.
    """
    full = sender_lock.storage_failed(store.path)
    because, detail = _STORAGE if full else _STOPPED
    with store.write():
        messages = attempts.abandoned(store, now=now)
        crashpoint("recovery.abandoned")
        for row in store.rows("SELECT id FROM invite_send_runs WHERE status = 'sending'"):
            runs.pause(store, row["id"], because, by=SENDER, now=now, detail=detail)
    sender_lock.take_word_away(store.path)
    return len(messages)
