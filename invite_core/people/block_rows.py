"""The rows of the Do-Not-Message record: how one is asked for and written, for an address in clear or by its hash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from invite_core.instants import stored
from invite_core.people import erased, guard_entries
from invite_core.people.standing_blocks import ALL
from invite_core.people.standing_blocks import standing as stands
from invite_core.store import Store

OWN_CLOCK = ("organiser", "import")
"""Sources whose acts happen when they are recorded: after every lift on record, and a repeat says nothing new."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record keeps what is said of one address."""

    column: str
    """`match_key`; `key_hash` once the person is erased."""
    value: str
    """What stands in that column."""
    hashed: str
    """The keyed hash of the match key, for the guard."""
    written: str | None
    """The address as it was written; None where it is not to be kept."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act, as it is recorded of every address that it is about."""

    act: str
    """`block` or `lift`."""
    scope: str
    """`all` or `marketing`."""
    reason: str
    """Why."""
    source: str
    """How it came."""
    at: str
    """When it was given (stored form)."""
    by: str
    """The operator's name."""
    now: str
    """When it is recorded (stored form)."""
    contact: int | None = None
    """Whom the organiser meant."""
    receipt: int | None = None
    """The webhook that told it."""


def place_of(store: Store, key: str, written: str | None) -> Place:
    """Where the record keeps a match key, inside `Store.write`."""
    hashed = erased.hash_of(store, key)
    if hashed is not None:
        return by_hash(hashed)
    return Place("match_key", key, store.keyed_hash(key), written)


def by_hash(hashed: str) -> Place:
    """Where the record keeps an address of which only the hash may be known."""
    return Place("key_hash", hashed, hashed, None)


def write(store: Store, act: Act, place: Place) -> None:
    """Record an act of one address, in the file and in the guard."""
    kept_as: dict[str, object] = {"match_key": None, "key_hash": None, place.column: place.value}
    store.insert(
        """INSERT INTO do_not_message (act, scope, match_key, key_hash, address, contact, reason, source, at,
               receipt, recorded_at, recorded_by)
           VALUES (:act, :scope, :match_key, :key_hash, :address, :contact, :reason, :source, :at,
               :receipt, :now, :by)""",
        {
            "act": act.act,
            "scope": act.scope,
            **kept_as,
            "address": place.written,
            "contact": act.contact,
            "reason": act.reason.strip() if place.column == "match_key" else "",
            "source": act.source,
            "at": act.at,
            "receipt": act.receipt,
            "now": act.now,
            "by": act.by,
        },
    )
    guard_entries.keep(store, act.act, hashed=place.hashed, scope=act.scope, at=act.at)


def hide(store: Store, keys: Iterable[str]) -> None:
    """Keep every act on match keys that an erased person alone had by their hashes, without a word about them."""
    store.execute_many(
        """UPDATE do_not_message SET match_key = NULL, key_hash = :hash, address = NULL, contact = NULL, reason = ''
           WHERE match_key = :key""",
        [{"key": key, "hash": store.keyed_hash(key)} for key in keys],
    )


def stands_already(store: Store, act: Act, place: Place) -> bool:
    """Whether a block of the same address, scope and source stands, from the same time or later; of those with
    `OWN_CLOCK` from any time. An import has nothing to add to a block of any source."""
    since = "" if act.source in OWN_CLOCK else "AND same.at >= :at"
    source = "" if act.source == "import" else "AND same.source = :source"
    values = {"key": place.value, "scope": act.scope} | ({"source": act.source} if source else {})
    sql = f"""SELECT 1 FROM do_not_message AS same WHERE same.{place.column} = :key AND same.scope = :scope
              {source} {since} AND {stands("same", place.column)}"""
    return store.value(sql, values | ({"at": act.at} if since else {})) is not None


def latest_block(store: Store, column: str, value: str, scope: str) -> str | None:
    """The time of the latest block that stands there, or None."""
    at: str | None = store.value(
        f"""SELECT max(stop.at) FROM do_not_message AS stop
            WHERE stop.{column} = :key AND stop.scope = :scope AND {stands("stop", column)}""",
        {"key": value, "scope": scope},
    )
    return at


def counts_from(store: Store, act: Act, place: Place) -> str:
    """The time under which a block is recorded (`do_not_message` says why)."""
    lifted: str = (
        store.value(
            f"""SELECT max(at) FROM do_not_message
                WHERE {place.column} = :key AND scope = :scope AND act = 'lift'""",
            {"key": place.value, "scope": act.scope},
        )
        or ""
    )
    from_the_future = act.scope == ALL and lifted > act.now
    return max(act.at, lifted) if act.source in OWN_CLOCK or from_the_future else act.at


def second(moment: datetime) -> str:
    """The beginning of a moment's second (stored form)."""
    return stored(moment.replace(microsecond=0))
