"""The check-up's own update: what it sends through the public address to see whether it arrives.

It has a field of its own, which no update of Meta's has, so that the listener writes its receipt as `ignored` and
nothing else happens; it does not count as something heard.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from invite_core.delivery.payload import read_body
from invite_core.delivery.updates import Update
from invite_core.store import Store

FIELD = "invite_tui_self_test"


@dataclass(frozen=True, slots=True)
class SelfTest:
    """One test: what is sent, and the key of the receipt that shows that it came."""

    body: bytes
    key: bytes


def a_test() -> SelfTest:
    """A body like none before, in the shape of Meta's."""
    change = {"field": FIELD, "value": {"said": secrets.token_hex(16)}}
    entry = {"id": "0", "time": 0, "changes": [change]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    (update,) = read_body(body, phone_number_id="0")
    return SelfTest(body, update.key)


def has_arrived(store: Store, test: SelfTest) -> bool:
    """Whether a listener on this file has taken it in."""
    return store.value("SELECT 1 FROM webhook_receipts WHERE key = ?", (test.key,)) is not None


def is_self_test(updates: Sequence[Update]) -> bool:
    """Whether these are the updates of such a body."""
    return bool(updates) and all(update.kind == FIELD for update in updates)
