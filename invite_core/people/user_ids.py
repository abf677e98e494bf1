"""The ids under which WhatsApp tells of people who hide their number (`GB.1349…`).

Meta's updates name the id beside the number while it tells the number. What is learnt then lets a stop
that comes under the id alone reach the number that we would write to.
"""

from collections.abc import Sequence
from datetime import datetime

from invite_core.instants import stored
from invite_core.people import guard_entries
from invite_core.people.finding import by_address
from invite_core.people.identity import match_key
from invite_core.store import Store
from invite_core.store.dialect import members, together


def learn(store: Store, contact: int, user_id: str, *, now: datetime) -> bool:
    """Note that a person is known to WhatsApp under `user_id`, unless that is known or they are erased.

    Whether it is new; an id that was retired stays so. To be called inside `Store.write`.
    """
    return learn_all(store, [(contact, user_id)], now=now) > 0


def learn_all(store: Store, told: Sequence[tuple[int, str]], *, now: datetime) -> int:
    """`learn` for pairs of a person and an id, all at once; how many are new."""
    # An id is its own match key.
    rows = store.rows(
        f"""SELECT contact, value FROM contact_identities
            WHERE match_key IN ({members("keys")}) AND kind = 'user_id'""",
        {"keys": together({user_id for _, user_id in told})},
    )
    known: set[tuple[object, ...]] = {tuple(row) for row in rows}
    unknown = dict.fromkeys(pair for pair in told if pair not in known)
    if not unknown:
        return 0
    keys, at = {user_id: match_key(user_id) for _, user_id in unknown}, stored(now)
    is_new = store.execute_rows(
        """WITH new (contact, value, match_key, at) AS ({rows})
           INSERT INTO contact_identities (contact, kind, value, match_key, position, created_at)
           SELECT contacts.id, 'user_id', new.value, new.match_key, 0, new.at FROM new
           JOIN contacts ON contacts.id = new.contact WHERE contacts.erased_at IS NULL ON CONFLICT DO NOTHING""",
        [(contact, user_id, keys[user_id], at) for contact, user_id in unknown],
    )
    guard_entries.recognise(store, keys.values(), now=now)
    return is_new


def learn_beside(store: Store, number: str | None, user_id: str | None, *, now: datetime) -> None:
    """`learn` of an id that was told beside a number, for the one person who has that; a number that several
    share says of none of them whose the id is. Nothing where one of the two was not told."""
    owners = by_address(store, number) if number and user_id else []
    if user_id and len(owners) == 1:
        learn(store, owners[0], user_id, now=now)


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
    """The numbers, in E.164, that people known under `user_id` have or had, without those that they left
    and somebody else has now: what they say is not for the new owner."""
    rows = store.rows(
        """SELECT DISTINCT phones.value FROM contact_identities AS ids
           JOIN contact_identities AS phones ON phones.contact = ids.contact AND phones.kind = 'phone'
           WHERE ids.match_key = ? AND ids.kind = 'user_id'
             AND (phones.retired_at IS NULL OR NOT EXISTS (SELECT 1 FROM contact_identities AS others
                 WHERE others.match_key = phones.match_key AND others.kind = 'phone'
                   AND others.contact <> phones.contact AND others.retired_at IS NULL))
           ORDER BY phones.value""",
        (match_key(user_id),),
    )
    return [row["value"] for row in rows]
