"""What the guard file keeps of people: blocks, lifts and revocations, by keyed hash; and taking them up.

An older file that was put in place lacks what the organiser and the people themselves have said since.
What the guard gives back waits in `guard_remains` for the people whom it is about, because the older
file may not know them yet: every address that is added later is looked for there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from invite_core.instants import stored
from invite_core.people import left_addresses
from invite_core.people.addressing import own_contacts
from invite_core.store import Entry, Store

BY = "guard"
"""The name under which the record knows what the guard gave back."""

_REASON = "Kept by the guard file, or under the hash of an erased person's number."


def keep(store: Store, act: str, *, hashed: str, scope: str, at: str) -> None:
    """Keep a block or a lift (`act`) of a match key, which is given by its hash, inside `Store.write`."""
    store.guarded({"kind": act, "hash": hashed, "scope": scope, "at": at})


def keep_revocation(store: Store, contact: int, *, scope: str, at: str) -> None:
    """Keep that a person took their consent back, inside `Store.write`."""
    rows = store.rows(
        f"SELECT DISTINCT match_key FROM contact_identities WHERE contact IN {own_contacts(':contact')}",
        {"contact": contact},
    )
    name = store.value("SELECT name_key FROM contacts WHERE id = ?", (contact,))
    keys = [store.keyed_hash(row["match_key"]) for row in rows]
    store.guarded(
        {"kind": "revoke", "hashes": keys, "name": store.keyed_hash(str(name)), "scope": scope, "at": at}
    )


def keep_everything(store: Store) -> None:
    """Keep every block, lift and revocation of this file, for a guard that is begun anew."""
    for row in store.rows("SELECT act, match_key, scope, at FROM do_not_message WHERE match_key IS NOT NULL"):
        hashed = store.keyed_hash(row["match_key"])
        keep(store, row["act"], hashed=hashed, scope=row["scope"], at=row["at"])
    for row in store.rows("SELECT contact, scope, at FROM consents WHERE act = 'revoke'"):
        keep_revocation(store, row["contact"], scope=row["scope"], at=row["at"])


def take_up(store: Store, entries: Sequence[Entry], *, now: datetime) -> None:
    """Take in the guard's entries about people. A lift lifts nothing that this file itself holds: it only
    keeps a block that it followed from coming back."""
    lifts = [entry for entry in entries if entry["kind"] == "lift"]
    remains = [
        {"kind": "block", "hash": entry["hash"], "name": "", "scope": entry["scope"], "at": entry["at"]}
        for entry in entries
        if entry["kind"] == "block" and not any(_lifts(lift, entry) for lift in lifts)
    ]
    remains += [
        {"kind": "revoke", "hash": hashed, **{name: entry[name] for name in ("name", "scope", "at")}}
        for entry in entries
        if entry["kind"] == "revoke"
        for hashed in entry["hashes"]
    ]
    store.execute_many(
        """INSERT INTO guard_remains (kind, key_hash, name_hash, scope, at)
           VALUES (:kind, :hash, :name, :scope, :at)""",
        remains,
    )
    left_addresses.take_up(store, entries)
    keys = store.rows("SELECT DISTINCT match_key FROM contact_identities")
    recognise(store, [row["match_key"] for row in keys], now=now)


def _lifts(lift: Entry, block: Entry) -> bool:
    same = (lift["hash"], lift["scope"]) == (block["hash"], block["scope"])
    return bool(same and lift["at"] > block["at"])


# From hash to hash through the index, and to the last act of each: somebody may have said stop ten thousand times.
_HASHED_BLOCKS = """WITH RECURSIVE hashes (key_hash) AS (
    SELECT min(key_hash) FROM do_not_message WHERE key_hash IS NOT NULL
    UNION ALL SELECT (SELECT min(stop.key_hash) FROM do_not_message AS stop WHERE stop.key_hash > hashes.key_hash)
        FROM hashes WHERE hashes.key_hash IS NOT NULL),
last_acts AS (SELECT key_hash, scope,
    (SELECT max(stop.at) FROM do_not_message AS stop WHERE stop.key_hash = hashes.key_hash
        AND stop.scope = scopes.scope AND stop.act = 'block') AS at,
    (SELECT max(lifted.at) FROM do_not_message AS lifted WHERE lifted.key_hash = hashes.key_hash
        AND lifted.scope = scopes.scope AND lifted.act = 'lift') AS lifted_at
    FROM hashes CROSS JOIN (SELECT 'all' AS scope UNION ALL SELECT 'marketing') AS scopes
    WHERE key_hash IS NOT NULL)
SELECT 'block' AS kind, key_hash, '' AS name_hash, scope, at FROM last_acts
WHERE at IS NOT NULL AND (lifted_at IS NULL OR lifted_at <= at)"""


def recognise(store: Store, keys: Iterable[str], *, now: datetime) -> None:
    """Apply what waits for the people who have these match keys, or came to them from others, inside
    `Store.write`: what the guard gave back, the blocks of erased people whose number is somebody's again, and
    where people went who were blocked."""
    waiting = [
        *store.rows(
            "SELECT * FROM guard_remains WHERE kind IN ('block', 'revoke') AND message IS NULL ORDER BY id"
        ),
        *store.rows(_HASHED_BLOCKS),
    ]
    gone_to = left_addresses.hashed_only(store)
    if not waiting and not gone_to:
        return
    known = {store.keyed_hash(key): key for key in keys}
    for row in waiting:
        further = left_addresses.onward_of_hash(store, row["key_hash"])
        for hashed, since in [(row["key_hash"], ""), *((step.hashed, step.at) for step in further)]:
            key = known.get(hashed)
            at = max(row["at"], since) if row["kind"] == "block" else row["at"]
            values = {"key": key, "scope": row["scope"], "at": at, "now": stored(now), "by": BY}
            if key is not None and row["kind"] == "block":
                _block(store, values)
            elif key is not None:
                _revoke(store, values, row["name_hash"])
    for hashed in gone_to & known.keys():
        left_addresses.recognise(store, hashed, known[hashed])


def _block(store: Store, values: dict[str, object]) -> None:
    store.execute(
        """INSERT INTO do_not_message (act, scope, match_key, address, reason, source, at, recorded_at, recorded_by)
           SELECT 'block', :scope, :key, (SELECT min(value) FROM contact_identities WHERE match_key = :key),
               :reason, 'guard', :at, :now, :by
           WHERE NOT EXISTS (SELECT 1 FROM do_not_message WHERE match_key = :key AND scope = :scope
               AND act = 'block' AND at = :at)""",
        {**values, "reason": _REASON},
    )


def _revoke(store: Store, values: dict[str, object], name_hash: str) -> None:
    """Several people may share the number: whoever bears the name is meant, or all where nobody does."""
    rows = store.rows(
        """SELECT DISTINCT contacts.id, contacts.name_key FROM contacts
           JOIN contact_identities AS own ON own.contact = contacts.id
           WHERE own.match_key = ? AND contacts.erased_at IS NULL""",
        (values["key"],),
    )
    named = [row["id"] for row in rows if store.keyed_hash(row["name_key"]) == name_hash]
    store.execute_many(
        """INSERT INTO consents (contact, act, scope, at, source, wording, recorded_at, recorded_by)
           SELECT :contact, 'revoke', :scope, :at, 'guard file', :wording, :now, :by
           WHERE NOT EXISTS (SELECT 1 FROM consents WHERE contact = :contact AND act = 'revoke'
               AND scope = :scope AND at = :at)""",
        [
            {**values, "wording": _REASON, "contact": contact}
            for contact in named or [row["id"] for row in rows]
        ],
    )
