"""The ids under which WhatsApp tells of people who hide their number (`GB.1349…`).

Meta's updates name the id beside the number while it tells the number. What is learnt then lets a stop
that comes under the id alone reach the number that we would write to.
"""

from datetime import datetime

from invite_core.instants import stored
from invite_core.people import guard_entries
from invite_core.people.identity import match_key
from invite_core.store import Store


def learn(store: Store, contact: int, user_id: str, *, now: datetime) -> None:
    """Note that a person is known to WhatsApp under `user_id`, unless that is known or they are erased.

    To be called inside `Store.write`.
    """
    store.execute(
        """INSERT INTO contact_identities (contact, kind, value, match_key, position, created_at)
           SELECT id, 'user_id', :value, :key, 0, :now FROM contacts WHERE id = :contact AND erased_at IS NULL
           ON CONFLICT DO NOTHING""",
        {"contact": contact, "value": user_id, "key": match_key(user_id), "now": stored(now)},
    )
    guard_entries.recognise(store, [match_key(user_id)], now=now)


def beside(store: Store, number: str) -> list[str]:
    """The ids under which those who have the number now are known, in any spelling of it."""
    rows = store.rows(
        """SELECT DISTINCT ids.value FROM contact_identities AS phones
           JOIN contact_identities AS ids ON ids.contact = phones.contact AND ids.kind = 'user_id'
           WHERE phones.match_key = ? AND phones.kind = 'phone' AND phones.retired_at IS NULL
           ORDER BY ids.value""",
        (match_key(number),),
    )
    return [row["value"] for row in rows]


def numbers_of(store: Store, user_id: str) -> list[str]:
    """The numbers, in E.164, that people known under `user_id` have or had."""
    rows = store.rows(
        """SELECT DISTINCT phones.value FROM contact_identities AS ids
           JOIN contact_identities AS phones ON phones.contact = ids.contact AND phones.kind = 'phone'
           WHERE ids.match_key = ? AND ids.kind = 'user_id' ORDER BY phones.value""",
        (match_key(user_id),),
    )
    return [row["value"] for row in rows]
