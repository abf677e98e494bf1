"""People who moved to another number or user id, as WhatsApp tells it: what they are moves with them.

The old address is retired: nobody is written to under it on this person's account, and a message that
froze it is stopped at the claim (`no_address`), because the number may be a stranger's by now. What
was blocked stays blocked: a block stands on the old address for whoever has or had it, and the new
address gets one of its own, whether or not we know anybody there.
"""

from dataclasses import dataclass
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import do_not_message, erased, guard_entries
from invite_core.people.acts import record
from invite_core.people.identity import Phone, match_key, parse_phone
from invite_core.store import Store

_REASON = "Blocked under the address before; WhatsApp says that it is this one now."


@dataclass(frozen=True, slots=True)
class Followed:
    """What a change of address changed."""

    contacts: tuple[int, ...]
    """The people who are reached under the new address now."""
    blocks: int
    """How many blocks were written for the new address."""


def follow(
    store: Store, *, old: str, new: str, at: datetime, receipt: int, by: Operator, now: datetime
) -> Followed:
    """Let everyone who has the address `old` have `new` instead; blocks on `old` then stand on both.

    Two numbers (E.164 or digits), or two user ids. `at` is when WhatsApp said so; a person who left
    `new` later than that has changed again since and keeps what they have. To be called inside
    `Store.write`.
    """
    if not match_key(new) or match_key(old) == match_key(new):
        return Followed((), 0)
    by.may_act("change an address")
    blocks = _carry_blocks(store, old, new, at=at, receipt=receipt, by=by, now=now)
    value, kind = _as_kept(new)
    values = {
        "old": match_key(old), "new": match_key(new), "value": value, "kind": kind,
        "at": stored(at), "now": stored(now),
    }  # fmt: skip
    moved = tuple(row["contact"] for row in store.rows(_WHO_HAS_IT, values))
    for contact in moved:
        _move(store, {**values, "contact": contact})
        detail = {"from": old, "to": value}
        record(store, "address changed", "contact", str(contact), detail=detail, by=by, now=now)
    guard_entries.recognise(store, [match_key(new)], now=now)
    return Followed(moved, blocks)


_WHO_HAS_IT = """SELECT DISTINCT own.contact FROM contact_identities AS own
    JOIN contacts ON contacts.id = own.contact AND contacts.erased_at IS NULL
    WHERE own.match_key = :old AND own.retired_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM contact_identities AS left_again
            WHERE left_again.contact = own.contact AND left_again.match_key = :new AND left_again.retired_at > :at)
    ORDER BY own.contact"""


def _move(store: Store, values: dict[str, object]) -> None:
    store.execute(
        """INSERT INTO contact_identities (contact, kind, value, match_key, position, created_at)
           SELECT :contact, :kind, :value, :new, min(position), :now FROM contact_identities
           WHERE contact = :contact AND match_key = :old AND retired_at IS NULL
           ON CONFLICT (contact, kind, value) DO UPDATE SET retired_at = NULL""",
        values,
    )
    store.execute(
        """UPDATE contact_identities SET retired_at = :at
           WHERE contact = :contact AND match_key = :old AND retired_at IS NULL""",
        values,
    )
    store.execute("UPDATE contacts SET changed_at = :now WHERE id = :contact", values)


def _as_kept(address: str) -> tuple[str, str]:
    """The address as identities hold it, and its kind. WhatsApp spells a number as nobody dials it."""
    if any(map(str.isalpha, address)):
        return address, "user_id"
    number = f"+{address.removeprefix('+')}"
    phone = parse_phone(number, None)
    return (phone.e164 if isinstance(phone, Phone) else number), "phone"


def _carry_blocks(
    store: Store, old: str, new: str, *, at: datetime, receipt: int, by: Operator, now: datetime
) -> int:
    """Block `new` as `old` is blocked; of people who were erased the block is kept by keyed hash, and they
    stay erased under the new address."""
    _stay_erased(store, old, new, now)
    carried = 0
    for row in store.rows(_STANDING, {"key": match_key(old), "hash": store.keyed_hash(match_key(old))}):
        carried += do_not_message.block(
            store,
            address=new,
            scope=row["scope"],
            reason=_REASON,
            source=row["source"],
            # The person was blocked when they came here; whatever was lifted here before was another's.
            at=at,
            by=by,
            now=now,
            receipt=receipt,
        )
    return carried


_STANDING = """SELECT stop.scope, max(stop.source) AS source FROM do_not_message AS stop
    WHERE (stop.match_key = :key OR stop.key_hash = :hash) AND stop.act = 'block'
        AND NOT EXISTS (SELECT 1 FROM do_not_message AS lifted
            WHERE (lifted.match_key = :key OR lifted.key_hash = :hash) AND lifted.scope = stop.scope
            AND lifted.act = 'lift' AND lifted.at > stop.at)
    GROUP BY stop.scope ORDER BY stop.scope"""


def _stay_erased(store: Store, old: str, new: str, now: datetime) -> None:
    rows = store.rows(
        "SELECT DISTINCT name_hash FROM erased_addresses WHERE key_hash = ?",
        (store.keyed_hash(match_key(old)),),
    )
    if rows and not erased.had(store, [match_key(old)]):
        names = [row["name_hash"] for row in rows]
        erased.remember(store, [store.keyed_hash(match_key(new))], names, at=stored(now))
