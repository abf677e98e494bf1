"""Do-Not-Message: who must never be messaged. Nothing here is ever changed or deleted.

A block is kept by the match key of a number, so it holds for everyone who has, or had, that number in
any spelling, and for wherever they went from there (`left_addresses`). It stands until a lift of the same
key and scope that is later by its own time. No act is from after the moment when it is recorded, and a
lift is kept at the beginning of its second: Meta tells whole seconds, so that a stop from the second of a
lift counts as the later one.

A stop that is first seen after a lift blocks, unless it was given before the lift and the lift is in the past
by our clock: a lift from the future was written by a clock that was ahead, nobody can say any more which of
the two came first, and the stop counts as given at the lift. The organiser's own blocks and
an import's come after every lift on record, because they happen when they are recorded.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from invite_core.errors import InviteError
from invite_core.instants import read, stored
from invite_core.operators import Operator
from invite_core.people import left_addresses, user_ids
from invite_core.people.acts import record
from invite_core.people.addressing import own_contacts
from invite_core.people.block_record import listing as listing
from invite_core.people.block_rows import (
    Act,
    by_hash,
    counts_from,
    latest_block,
    place_of,
    second,
    stands_already,
    write,
)
from invite_core.people.identity import match_key
from invite_core.people.standing_blocks import ALL, MARKETING
from invite_core.people.standing_blocks import BLOCKED as BLOCKED
from invite_core.people.standing_blocks import MARKETING_STOPPED as MARKETING_STOPPED
from invite_core.store import Store


class DoNotMessageFault(InviteError):
    """A block cannot be recorded, or not be lifted."""


def block(
    store: Store,
    *,
    address: str | None = None,
    contact: int | None = None,
    scope: str = ALL,
    reason: str,
    source: str,
    at: datetime,
    by: Operator,
    now: datetime,
    receipt: int | None = None,
) -> int:
    """Block an address (E.164, wa_id or user id), or every address a person has or had, and where they went from it.

    `at` is when the person said so, at most `now`; `receipt` the webhook that told it. Gives the number of rows
    recorded: a block is not repeated where one of the same key, scope and source stands from that
    time or later (or, for the organiser and imports, from any time). Raises `DoNotMessageFault` for a
    missing reason, or a person without any address.
    """
    by.may_act("put anyone on the Do-Not-Message list")
    if not reason.strip():
        raise DoNotMessageFault("A block needs a reason.", "Say why, for the record.")
    act = Act("block", scope, reason, source, stored(min(at, now)), by.name, stored(now), contact, receipt)
    with store.write():
        return sum(
            _block(store, act, key, written) for key, written in _addresses(store, address, contact).items()
        )


def _block(store: Store, act: Act, key: str, written: str) -> int:
    place = place_of(store, key, written)
    if stands_already(store, act, place):
        return 0
    write(store, replace(act, at=counts_from(store, act, place)), place)
    return 1 + _follow(store, act, key)


def _follow(store: Store, act: Act, key: str) -> int:
    """Record a block of the match key wherever people went from there; the number of rows recorded."""
    rows = 0
    for step in left_addresses.onward(store, key):
        went_to = step.address
        place = place_of(store, match_key(went_to), went_to) if went_to else by_hash(step.hashed)
        carried = replace(
            act,
            reason=left_addresses.REASON,
            at=min(max(act.at, step.at), act.now),
            receipt=act.receipt or step.receipt,
        )
        if not stands_already(store, carried, place):
            write(store, replace(carried, at=counts_from(store, carried, place)), place)
            rows += 1
    return rows


def lift(
    store: Store,
    *,
    address: str | None = None,
    contact: int | None = None,
    scope: str = ALL,
    reason: str,
    by: Operator,
    now: datetime,
) -> int:
    """Lift what stands on an address, or on every address of a person; gives the number of keys lifted.

    It holds for everyone who shares the number, under their user ids too, and is recorded with the
    operator's name. Raises `DoNotMessageFault` for a missing reason, where nothing is blocked, or for a
    stop that the person set inside WhatsApp.
    """
    by.may_act("lift a block")
    if not reason.strip():
        raise DoNotMessageFault("A lift needs a reason.", "Say why the person may be messaged again.")
    with store.write():
        addresses = _addresses(store, address, contact)
        # A stop blocks the number and the user id together, so they are lifted together.
        for user_id in user_ids.beside(store, address or ""):
            addresses[match_key(user_id)] = user_id
        standing = {key: at for key in addresses if (at := _standing_since(store, key, ALL)) is not None}
        stopped = any(_standing_since(store, key, MARKETING) is not None for key in addresses)
        if scope == MARKETING or (stopped and not standing):
            raise DoNotMessageFault(
                "This person stopped the messages inside WhatsApp.",
                "Only they can resume them, in WhatsApp; invite them in another way.",
            )
        if not standing:
            raise DoNotMessageFault("Nothing is blocked there.", "See `invite-tui dnm list`.")
        for key, blocked_at in standing.items():
            # A clock that was ahead when the block came must not make the lift void.
            at = second(max(now, read(blocked_at) + timedelta(seconds=1)))
            act = Act("lift", ALL, reason, "organiser", at, by.name, stored(now), contact)
            write(store, act, place_of(store, key, addresses[key]))
        kind, subject = ("address", next(iter(standing))) if contact is None else ("contact", str(contact))
        detail = {"addresses": [addresses[key] for key in standing]}
        record(store, "lift", kind, subject, reason=reason.strip(), detail=detail, by=by, now=now)
    return len(standing)


def resume(
    store: Store, *, address: str, at: datetime, by: Operator, now: datetime, receipt: int | None = None
) -> None:
    """Record that the person resumed messages inside WhatsApp at `at`, at most `now`: lifts the marketing
    stop only.

    Recorded even where nothing stands, because the stop that it answers may arrive after it.
    """
    by.may_act("resume messages")
    reason = "The person resumed messages in WhatsApp."
    resumed = second(min(at, now))
    act = Act("lift", MARKETING, reason, "user_preferences", resumed, by.name, stored(now), receipt=receipt)
    with store.write():
        for key, written in _addresses(store, address, None).items():
            place = place_of(store, key, written)
            known = store.value(
                f"""SELECT 1 FROM do_not_message WHERE {place.column} = :key AND scope = :scope AND act = 'lift'
                    AND at = :at""",
                {"key": place.value, "scope": MARKETING, "at": resumed},
            )
            if known is None:
                write(store, act, place)


def _standing_since(store: Store, key: str, scope: str) -> str | None:
    """The time of the latest block that stands on the key, or None."""
    place = place_of(store, key, None)
    return latest_block(store, place.column, place.value, scope)


def _addresses(store: Store, address: str | None, contact: int | None) -> dict[str, str]:
    """What is meant, as it was written, by match key."""
    if address is not None:
        key = match_key(address)
        if not key:
            raise DoNotMessageFault(f"“{address}” is no address.", "Give a phone number or a user id.")
        return {key: address.strip()}
    rows = store.rows(
        f"""SELECT match_key, value FROM contact_identities WHERE contact IN {own_contacts(":contact")}
            ORDER BY id DESC""",
        {"contact": contact},
    )
    if not rows:
        raise DoNotMessageFault(
            "This person has no number, so there is nothing to block.",
            "Nobody without a number is messaged; add the number first if there is one.",
        )
    return {row["match_key"]: row["value"] for row in rows}


def is_blocked(store: Store, address: str, *, scope: str = ALL) -> bool:
    """Whether a block of `scope` stands on the address, in any spelling of it; of people who were erased
    nothing is told."""
    return latest_block(store, "match_key", match_key(address), scope) is not None
