"""People who moved to another number or user id, as WhatsApp tells it: what they are moves with them.

The old address is retired: nobody is written to under it on this person's account, and a message that
froze it is stopped at the claim (`no_address`), because the number may be a stranger's by now. What
was blocked stays blocked: a block stands on the old address for whoever has or had it, and the new
address gets one of its own, whether or not we know anybody there. Changes that come in another order than
they happened in end alike: whoever comes to an address goes on to where a later change, told before,
leads from it. Somebody who is stored with an old address afterwards keeps it, because the organiser's word is
newer; blocks on it go to the new one all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from invite_core.instants import read, stored
from invite_core.operators import Operator
from invite_core.people import block_rows, do_not_message, erased, guard_entries, left_addresses
from invite_core.people.acts import record
from invite_core.people.identity import Phone, match_key, parse_phone
from invite_core.people.standing_blocks import ALL, MARKETING
from invite_core.store import Store


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
    stay_erased(store, old, new, now=now)
    left_addresses.remember(store, old, new, at=stored(at), receipt=receipt)
    blocks = _carry_blocks(store, old, new, at=at, receipt=receipt, by=by, now=now)
    hop = {"old": match_key(old), "new": match_key(new), "at": stored(at)}
    moved = [row["contact"] for row in store.rows(_WHO_HAS_IT, hop)]
    for contact in moved:
        _move_on(store, contact, old, new, at=stored(at), by=by, now=now)
    # Whoever has it, or an address behind it: what the guard knows of the old one follows them.
    further = [step.address for step in left_addresses.onward(store, match_key(new)) if step.address]
    reached = erased.had(store, [match_key(each) for each in (new, *further)])
    guard_entries.recognise(store, sorted(reached), now=now)
    return Followed(tuple(moved), blocks)


def _move_on(store: Store, contact: int, old: str, new: str, *, at: str, by: Operator, now: datetime) -> None:
    """Let a person who has `old` have `new` since `at`, and whatever a later change leads to from there."""
    while True:
        value, kind = _as_kept(new)
        hop = {"old": match_key(old), "new": match_key(new), "value": value, "kind": kind, "at": at}
        _move(store, {**hop, "contact": contact, "now": stored(now)})
        detail = {"from": old, "to": value}
        record(store, "address changed", "contact", str(contact), detail=detail, by=by, now=now)
        # Always to a later change, so that it ends.
        later = left_addresses.next_after(store, match_key(new), at)
        if later is None or later.address is None:
            return
        old, new, at = new, later.address, later.at


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
           ON CONFLICT (contact, kind, value) DO UPDATE SET retired_at = NULL, created_at = excluded.created_at""",
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
    """Block `new`, and where people went from there, as `old` is blocked; of people who were erased the block is
    kept by keyed hash."""
    carried = 0
    for scope, source, since in _standing(store, match_key(old)):
        carried += do_not_message.block(
            store,
            address=new,
            scope=scope,
            reason=left_addresses.REASON,
            source=source,
            # The person was blocked when they came here; whatever was lifted here before was another's.
            at=max(at, read(since)),
            by=by,
            now=now,
            receipt=receipt,
        )
    return carried


def _standing(store: Store, key: str) -> Iterator[tuple[str, str, str]]:
    """Scope, source and moment of the last block of the match key, or of its hash, for each scope in which one
    stands."""
    for scope in (ALL, MARKETING):
        values = {"key": key, "hash": store.keyed_hash(key), "scope": scope}
        last = {
            act: max(store.value(sql, {**values, "act": act}) or "" for sql in _LAST)
            for act in ("block", "lift")
        }
        if last["block"] and last["block"] >= last["lift"]:
            yield scope, store.value(_SOURCE, {**values, "at": last["block"]}), last["block"]


# Each goes to the end of an index: somebody may have said stop ten thousand times.
_LAST = (
    "SELECT max(at) FROM do_not_message WHERE match_key = :key AND scope = :scope AND act = :act",
    "SELECT max(at) FROM do_not_message WHERE key_hash = :hash AND scope = :scope AND act = :act",
)
_SOURCE = """SELECT max(source) FROM do_not_message WHERE (match_key = :key OR key_hash = :hash)
    AND scope = :scope AND act = 'block' AND at = :at"""


def stay_erased(store: Store, old: str, new: str, *, now: datetime) -> None:
    """Let whoever was erased with `old` stay so under `new`, another address of theirs, and under wherever they
    went from there. Inside `Store.write`."""
    key, hashed = match_key(old), store.keyed_hash(match_key(old))
    rows = store.rows("SELECT DISTINCT name_hash FROM erased_addresses WHERE key_hash = ?", (hashed,))
    if not rows or erased.had(store, [key]):
        return
    further = left_addresses.onward(store, match_key(new))
    hashes = [store.keyed_hash(match_key(new)), *(step.hashed for step in further)]
    erased.remember(store, hashes, [row["name_hash"] for row in rows], at=stored(now))
    gone = {match_key(new), *(match_key(step.address) for step in further if step.address is not None)}
    alone = sorted(gone - erased.had(store, gone))
    block_rows.hide(store, alone)
    left_addresses.forget(store, alone)


def have_had(store: Store, person: int, *, at: str) -> None:
    """Let a person have had every address that is known for theirs and that nobody has or had, inside
    `Store.write`: those to which WhatsApp says that they went on, and those that one stop or text of theirs
    named beside another. What is known of them goes with the person when they are erased."""
    own = store.rows("SELECT DISTINCT match_key FROM contact_identities WHERE contact = ?", (person,))
    further = [step.address for row in own for step in left_addresses.onward(store, row["match_key"])]
    beside = [row["address"] for row in store.rows(_BESIDE, {"person": person})]
    for address in dict.fromkeys(filter(None, further + beside)):
        if not erased.had(store, [match_key(address)]):
            value, kind = _as_kept(address)
            store.insert(
                """INSERT INTO contact_identities (contact, kind, value, match_key, created_at, retired_at)
                   VALUES (:person, :kind, :value, :key, :at, :at)""",
                {"person": person, "kind": kind, "value": value, "key": match_key(address), "at": at},
            )


_BESIDE = """SELECT beside.address AS address FROM contact_identities AS own
    JOIN do_not_message AS stop ON stop.match_key = own.match_key
    JOIN do_not_message AS beside ON beside.receipt = stop.receipt AND beside.match_key <> stop.match_key
    WHERE own.contact = :person
    UNION SELECT beside.address FROM contact_identities AS own
    JOIN reply_addresses AS told ON told.match_key = own.match_key
    JOIN reply_addresses AS beside ON beside.reply = told.reply AND beside.match_key <> told.match_key
    WHERE own.contact = :person ORDER BY address"""
