"""The shelf: updates that came before their message id was known.

A status can be quicker than the answer to its own POST, and Meta never tells it again. It waits as an
`unmatched` receipt until the id is stored; both happen in one transaction each, so that none falls
between.
"""

import json
from dataclasses import asdict, dataclass

from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class Shelved:
    """One update on the shelf, and its receipt."""

    receipt: int
    update: StatusUpdate


def as_json(update: StatusUpdate) -> str:
    """The update as its receipt keeps it (`webhook_receipts.update_json`)."""
    return json.dumps(asdict(update))


def waiting(store: Store, provider_message_id: str) -> list[Shelved]:
    """The statuses that wait for this message id, in the order of their arrival."""
    return _shelved(store, "provider_message_id = ?", provider_message_id)


def waiting_for_attempt(store: Store, attempt: str) -> list[Shelved]:
    """The statuses that wait for the attempt of this id, in the order of their arrival."""
    return _shelved(store, "attempt = ?", attempt)


def _shelved(store: Store, condition: str, value: str) -> list[Shelved]:
    rows = store.rows(
        f"""SELECT id, update_json FROM webhook_receipts
            WHERE {condition} AND outcome = 'unmatched' AND kind = 'status' ORDER BY id""",
        (value,),
    )
    shelved = []
    for row in rows:
        kept = json.loads(row["update_json"])
        shelved.append(Shelved(row["id"], StatusUpdate(**{**kept, "status": State(kept["status"])})))
    return shelved


def settle(store: Store, receipt: int, outcome: UpdateOutcome, message: int) -> None:
    """Take an update off the shelf: its receipt now says what became of it."""
    store.execute(
        "UPDATE webhook_receipts SET outcome = :outcome, message = :message, update_json = NULL WHERE id = :id",
        {"id": receipt, "outcome": outcome, "message": message},
    )


def link_replies(store: Store, provider_message_id: str, message: int) -> None:
    """Give taps and quotes that came before the id was known the message that they are about."""
    values = {"message": message, "id": provider_message_id}
    waits = "SELECT 1 FROM replies WHERE context_message_id = :id AND message IS NULL"
    if store.value(waits, {"id": provider_message_id}) is None:
        return
    store.execute(
        """UPDATE webhook_receipts SET outcome = 'applied', message = :message
           WHERE outcome = 'unmatched' AND kind = 'message' AND provider_message_id IN (
               SELECT provider_message_id FROM replies WHERE context_message_id = :id AND message IS NULL)""",
        values,
    )
    store.execute(
        """UPDATE replies SET message = :message,
               event = (SELECT event FROM invite_messages WHERE id = :message),
               contact = (SELECT contact FROM invite_messages WHERE id = :message)
           WHERE context_message_id = :id AND message IS NULL""",
        values,
    )
