"""Do-Not-Message: who must never be messaged. Nothing here is ever changed or deleted.

A block is kept by the match key of a number, so it holds for everyone who has, or had, that number in
any spelling. It stands until a lift of the same key and scope that is later by its own time. No act is
from after the moment when it is recorded, and a lift is kept at the beginning of its second: Meta tells
whole seconds, so that a stop from the second of a lift counts as the later one.
"""

from datetime import datetime, timedelta

from invite_core.errors import InviteError
from invite_core.instants import read, stored
from invite_core.operators import Operator
from invite_core.people import erased, guard_entries, user_ids
from invite_core.people.acts import record
from invite_core.people.addressing import own_contacts
from invite_core.people.block_record import listing as listing
from invite_core.people.identity import match_key
from invite_core.people.standing_blocks import ALL, MARKETING
from invite_core.people.standing_blocks import BLOCKED as BLOCKED
from invite_core.people.standing_blocks import MARKETING_STOPPED as MARKETING_STOPPED
from invite_core.people.standing_blocks import standing as stands
from invite_core.store import Store

_OWN_CLOCK = ("organiser", "import")
"""Sources whose acts happen when they are recorded: after every lift on record, and a repeat says nothing new."""


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
    """Block an address (E.164, wa_id or user id), or every address a person has or had.

    `at` is when the person said so, at most `now`; `receipt` the webhook that told it. Gives the number of rows
    recorded: a block is not repeated where one of the same key, scope and source stands from that
    time or later (or, for the organiser and imports, from any time). Raises `DoNotMessageFault` for a
    missing reason, or a person without any address.
    """
    by.may_act("put anyone on the Do-Not-Message list")
    if not reason.strip():
        raise DoNotMessageFault("A block needs a reason.", "Say why, for the record.")
    entry = _entry(
        "block", scope, reason, source, stored(min(at, now)), by, now, contact=contact, receipt=receipt
    )
    with store.write():
        new = {
            key: written
            for key, written in _addresses(store, address, contact).items()
            if not _stands_already(store, {**entry, "key": key})
        }
        for key, written in new.items():
            lifted = _last_lift(store, key, scope) if source in _OWN_CLOCK else ""
            given = max(str(entry["at"]), lifted)
            _record(store, {**entry, "key": key, "address": written, "at": given})
    return len(new)


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
            at = _second(max(now, read(blocked_at) + timedelta(seconds=1)))
            entry = _entry("lift", ALL, reason, "organiser", at, by, now, contact=contact)
            _record(store, {**entry, "key": key, "address": addresses[key]})
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
    resumed = _second(min(at, now))
    entry = _entry("lift", MARKETING, reason, "user_preferences", resumed, by, now, receipt=receipt)
    with store.write():
        for key, written in _addresses(store, address, None).items():
            known = store.value(
                """SELECT 1 FROM do_not_message WHERE match_key = :key AND scope = :scope AND act = 'lift'
                   AND at = :at""",
                {"key": key, "scope": MARKETING, "at": resumed},
            )
            if known is None:
                _record(store, {**entry, "key": key, "address": written})


def _second(moment: datetime) -> str:
    return stored(moment.replace(microsecond=0))


def _entry(
    act: str,
    scope: str,
    reason: str,
    source: str,
    at: str,
    by: Operator,
    now: datetime,
    *,
    contact: int | None = None,
    receipt: int | None = None,
) -> dict[str, object]:
    return {
        "act": act,
        "scope": scope,
        "contact": contact,
        "reason": reason.strip(),
        "source": source,
        "at": at,
        "receipt": receipt,
        "now": stored(now),
        "by": by.name,
    }


def _record(store: Store, entry: dict[str, object]) -> None:
    column, key = _kept_as(store, str(entry["key"]))
    kept_as: dict[str, object] = {"match_key": None, "key_hash": None, column: key}
    if column == "key_hash":
        kept_as |= {"address": None, "reason": ""}
    store.insert(
        """INSERT INTO do_not_message (act, scope, match_key, key_hash, address, contact, reason, source, at,
               receipt, recorded_at, recorded_by)
           VALUES (:act, :scope, :match_key, :key_hash, :address, :contact, :reason, :source, :at,
               :receipt, :now, :by)""",
        {**entry, **kept_as},
    )
    kept = {name: str(entry[name]) for name in ("key", "scope", "at")}
    guard_entries.keep(store, str(entry["act"]), **kept)


def _stands_already(store: Store, entry: dict[str, object]) -> bool:
    since = "" if entry["source"] in _OWN_CLOCK else "AND same.at >= :at"
    values = {name: entry[name] for name in ("scope", "source", "at") if since or name != "at"}
    column, key = _kept_as(store, str(entry["key"]))
    sql = f"""SELECT 1 FROM do_not_message AS same WHERE same.{column} = :key AND same.scope = :scope
              AND same.source = :source {since} AND {stands("same", column)}"""
    return store.value(sql, {**values, "key": key}) is not None


def _kept_as(store: Store, key: str) -> tuple[str, str]:
    """The column in which the record knows an address, and its value there: the hash once the person is erased."""
    hashed = erased.hash_of(store, key)
    return ("match_key", key) if hashed is None else ("key_hash", hashed)


def _standing_since(store: Store, key: str, scope: str) -> str | None:
    """The time of the latest block that stands on the key, or None."""
    return _latest_block(store, *_kept_as(store, key), scope)


def _latest_block(store: Store, column: str, key: str, scope: str) -> str | None:
    at: str | None = store.value(
        f"""SELECT max(stop.at) FROM do_not_message AS stop
            WHERE stop.{column} = :key AND stop.scope = :scope AND {stands("stop", column)}""",
        {"key": key, "scope": scope},
    )
    return at


def _last_lift(store: Store, key: str, scope: str) -> str:
    """When the key was lifted last, perhaps by a clock that was ahead; '' where it never was."""
    column, kept = _kept_as(store, key)
    at: str | None = store.value(
        f"SELECT max(at) FROM do_not_message WHERE {column} = :key AND scope = :scope AND act = 'lift'",
        {"key": kept, "scope": scope},
    )
    return at or ""


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
    return _latest_block(store, "match_key", match_key(address), scope) is not None
