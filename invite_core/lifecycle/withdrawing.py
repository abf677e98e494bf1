"""Taking back what waits for one person in any run."""

from datetime import datetime

from invite_core.instants import stored
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.states import State
from invite_core.store import Store


def withdraw(store: Store, contact: int, *, cause: str, now: datetime) -> int:
    """Cancel every message to `contact` that waits, slots given back, inside `Store.write`; gives how many."""
    waiting = [
        row["id"]
        for row in store.rows(
            "SELECT id FROM invite_messages WHERE contact = ? AND state = 'queued' ORDER BY id", (contact,)
        )
    ]
    ledger = Ledger(store, now=stored(now))
    ledger.read(messages=waiting)
    for message in waiting:
        ledger.release_slots(ledger.message(message))
        ledger.show(ledger.message(message), own=State.CANCELLED, cause=cause)
    ledger.write()
    return len(waiting)
