"""Where people went from the addresses that they left, as WhatsApp told it: a block follows them there, whenever
it comes.

WhatsApp tells every change once, in no order, and of people whom nobody here knows yet; so each is kept. The
address that was left is kept by its keyed hash alone, the new one in clear until the person is erased, or until
changes that come late are over and nobody here has or had it: its hash is enough for a block to follow. Blocks
follow every change ever told, whatever its time, so that each order of changes and blocks ends alike: a
block too many, on a number that has gone to somebody else since, can be lifted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invite_core.people import erased
from invite_core.people.identity import match_key
from invite_core.store import Entry, Store

REASON = "Blocked under the address before; WhatsApp says that it is this one now."


@dataclass(frozen=True, slots=True)
class Onward:
    """An address to which somebody went."""

    hashed: str
    """The keyed hash of its match key."""
    address: str | None
    """The address as WhatsApp spells it; None where only the hash is kept."""
    at: str
    """When they came to it (stored form)."""
    receipt: int | None
    """The webhook that told it."""


def remember(store: Store, old: str, new: str, *, at: str, receipt: int) -> None:
    """Keep that whoever had the address `old` has `new` since `at`, inside `Store.write`, here and in the guard."""
    key = match_key(new)
    hashes = {"old": store.keyed_hash(match_key(old)), "new": store.keyed_hash(key)}
    known = erased.hash_of(store, key) is None
    values = {"key": key if known else None, "address": new if known else None, "receipt": receipt}
    if _insert(store, {**hashes, **values, "at": at}):
        store.guarded({"kind": "move", **hashes, "at": at})


def _insert(store: Store, values: Mapping[str, object]) -> bool:
    changed = store.execute(
        """INSERT INTO address_changes (old_hash, new_hash, match_key, address, at, receipt)
           VALUES (:old, :new, :key, :address, :at, :receipt) ON CONFLICT DO NOTHING""",
        values,
    )
    return changed > 0


def take_up(store: Store, entries: Sequence[Entry]) -> None:
    """Take in the changes that the guard kept, by their hashes."""
    for entry in entries:
        if entry["kind"] == "move":
            values = {name: entry[name] for name in ("old", "new", "at")}
            _insert(store, {**values, "key": None, "address": None, "receipt": None})


def onward(store: Store, key: str) -> list[Onward]:
    """Every address to which anybody went who had the match key, the nearest first; each once, however the
    changes go in circles. Inside `Store.write`."""
    return onward_of_hash(store, store.keyed_hash(key))


def any_change(store: Store) -> bool:
    """Whether any change of an address was ever told."""
    return store.value("SELECT 1 FROM address_changes LIMIT 1") is not None


def onward_of_hash(store: Store, start: str) -> list[Onward]:
    """The same for the keyed hash of a match key."""
    if not any_change(store):
        return []
    found: dict[str, Onward] = {}
    left = [(start, "")]
    for hashed, since in left:
        for row in store.rows(_FROM, {"old": hashed}):
            if row["new_hash"] in found or row["new_hash"] == start:
                continue
            at = max(since, row["at"])
            found[row["new_hash"]] = Onward(row["new_hash"], row["address"], at, row["receipt"])
            left.append((row["new_hash"], at))
    return list(found.values())


_FROM = (
    "SELECT new_hash, address, at, receipt FROM address_changes WHERE old_hash = :old ORDER BY at DESC, id"
)


def next_after(store: Store, key: str, at: str) -> Onward | None:
    """Where somebody went who had come to the match key at `at` (stored form): the first change out of it that
    is later. None where none is known, or only the hash of it. Inside `Store.write`."""
    row = store.row(
        """SELECT new_hash, address, at, receipt FROM address_changes
           WHERE old_hash = :old AND at > :at AND address IS NOT NULL ORDER BY at, id LIMIT 1""",
        {"old": store.keyed_hash(key), "at": at},
    )
    return None if row is None else Onward(row["new_hash"], row["address"], row["at"], row["receipt"])


def hashed_only(store: Store) -> set[str]:
    """The hashes of new addresses that are kept by their hash alone."""
    rows = store.rows("SELECT DISTINCT new_hash FROM address_changes WHERE match_key IS NULL")
    return {row["new_hash"] for row in rows}


def recognise(store: Store, hashed: str, key: str) -> None:
    """Keep an address in clear again that somebody in the file has, so that a block that comes later finds them."""
    store.execute(
        """UPDATE address_changes SET match_key = :key, address = held.value
           FROM (SELECT min(value) AS value FROM contact_identities WHERE match_key = :key) AS held
           WHERE new_hash = :hash AND address_changes.match_key IS NULL AND held.value IS NOT NULL""",
        {"hash": hashed, "key": key},
    )


def forget(store: Store, keys: Sequence[str]) -> None:
    """Keep match keys that an erased person alone had by their hashes alone, inside `Store.write`."""
    store.execute_many(
        "UPDATE address_changes SET match_key = NULL, address = NULL WHERE match_key = :key",
        [{"key": key} for key in keys],
    )


def prune(store: Store, *, before: str, most: int) -> int:
    """Keep at most so many of the new addresses that nobody here has or had, told before that moment (stored form),
    by their hashes alone from now on, inside `Store.write`; how many. Whoever is stored with one later is recognised
    by it."""
    return store.execute(
        """UPDATE address_changes SET match_key = NULL, address = NULL
           WHERE id IN (SELECT told.id FROM address_changes AS told
               WHERE told.match_key IS NOT NULL AND told.at < :before AND NOT EXISTS (
                   SELECT 1 FROM contact_identities AS known WHERE known.match_key = told.match_key)
               ORDER BY told.at LIMIT :most)""",
        {"before": before, "most": most},
    )
