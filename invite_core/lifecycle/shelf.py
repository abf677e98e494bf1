"""The shelf: updates that came before their message id was known.

A status can be quicker than the answer to its own POST, and Meta never tells it again. It waits as an
`unmatched` receipt until the id is stored; both happen in one transaction each, so that none falls
between.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from invite_core.lifecycle import stops
from invite_core.lifecycle.prices import Pricing
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.store import Store
from invite_core.store.dialect import members, together


@dataclass(slots=True)
class Shelved:
    """One update that waits for its message, and what became of it."""

    update: StatusUpdate
    """The update."""
    receipt: int | None = None
    """Its receipt in the file; None while it has none."""
    outcome: UpdateOutcome = UpdateOutcome.UNMATCHED
    """What became of it."""
    message: int | None = None
    """The message that it was about."""


def as_json(update: StatusUpdate) -> str:
    """The update as its receipt keeps it (`webhook_receipts.update_json`)."""
    return json.dumps(update._asdict())


class Shelf:
    """What waits for message ids: in the file, and of the updates that a ledger is just hearing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_for: set[str] = set()
        self._in_the_file: dict[str, list[Shelved]] = {}
        self._unwritten: dict[str, list[Shelved]] = {}
        self._taken: list[Shelved] = []
        self._told: dict[str, int] = {}

    def look_for(self, provider_message_ids: Collection[str]) -> None:
        """These message ids may become known; their updates are read together, once the first has."""
        self._looked_for.update(provider_message_ids)

    def put(self, unmatched: Shelved) -> None:
        """Let an update wait that has no receipt yet."""
        self._unwritten.setdefault(unmatched.update.provider_message_id, []).append(unmatched)

    def take(self, provider_message_id: str, message: int) -> list[Shelved]:
        """Take off the shelf what waits for an id, now that it is known to be of `message`, in the order of
        its arrival. The caller says on each what became of it."""
        self._told[provider_message_id] = message
        if self._looked_for:
            for each in waiting(self._store, self._looked_for):
                self._in_the_file.setdefault(each.update.provider_message_id, []).append(each)
            self._looked_for.clear()
        waited = self._in_the_file.pop(provider_message_id, [])
        self._taken += waited
        return waited + self._unwritten.pop(provider_message_id, [])

    def write(self, *, now: str) -> None:
        """Store what became of what was taken, and give replies the message that they are about."""
        settle(self._store, self._taken)
        if self._told:
            _link_replies(self._store, self._told, now=now)


def waiting(store: Store, provider_message_ids: Collection[str]) -> list[Shelved]:
    """The statuses that wait for one of these message ids, in the order of their arrival."""
    return _shelved(store, "provider_message_id", provider_message_ids)


def waiting_for_attempt(store: Store, attempt: str) -> list[Shelved]:
    """The statuses that wait for the attempt of this id, in the order of their arrival."""
    return _shelved(store, "attempt", [attempt])


def _shelved(store: Store, column: str, values: Collection[str]) -> list[Shelved]:
    rows = store.rows(
        f"""SELECT id, update_json FROM webhook_receipts
            WHERE {column} IN ({members("names")}) AND outcome = 'unmatched' AND kind = 'status' ORDER BY id""",
        {"names": together(values)},
    )
    shelved = []
    for row in rows:
        kept = json.loads(row["update_json"])
        pricing = kept.get("pricing") and Pricing(*kept["pricing"])
        update = StatusUpdate(**{**kept, "status": State(kept["status"]), "pricing": pricing})
        shelved.append(Shelved(update, row["id"]))
    return shelved


def settle(store: Store, taken: Iterable[Shelved]) -> None:
    """Let the receipts of what was taken off the shelf say what became of it."""
    settled = [{"id": each.receipt, "outcome": each.outcome.value, "message": each.message} for each in taken]
    if settled:
        store.execute_many(
            """UPDATE webhook_receipts SET outcome = :outcome, message = :message, update_json = NULL
               WHERE id = :id""",
            settled,
        )


def _link_replies(store: Store, told: dict[str, int], *, now: str) -> None:
    """Give taps and quotes that came before an id was known the message that they are about."""
    waits = f"""SELECT DISTINCT context_message_id FROM replies
        WHERE context_message_id IN ({members("names")}) AND message IS NULL"""
    for row in store.rows(waits, {"names": together(told)}):
        values = {"id": row["context_message_id"], "message": told[row["context_message_id"]]}
        stops.block_of_replies(store, row["context_message_id"], told[row["context_message_id"]], now=now)
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
