"""Who was erased: known by keyed hashes alone, so that no import brings them back.

Several people may share a number. While somebody who was not erased has it, only the name that was erased
with it is refused; else whoever comes with that number.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.store import Store, fingerprint
from invite_core.store.dialect import members, together


class ErasedPerson(InviteError):
    """The person asked to be erased, and is not to be stored again."""


def anybody(store: Store) -> bool:
    """Whether anybody was erased from this file."""
    return store.value("SELECT 1 FROM erased_addresses LIMIT 1") is not None


def remember(store: Store, keys: Iterable[str], names: Iterable[str], *, at: str) -> None:
    """Keep the hashes of an erased person's match keys and name keys, inside `Store.write`."""
    store.execute_many(
        """INSERT INTO erased_addresses (key_hash, name_hash, at) VALUES (:key, :name, :at)
           ON CONFLICT DO NOTHING""",
        [{"key": key, "name": name, "at": at} for key in keys for name in names],
    )


def refused(store: Store, people: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `people` (a match key and a name key each) who were erased. Inside `Store.write`."""
    wanted = set(people)
    if not wanted or not anybody(store):
        return set()
    hashes = {key: store.keyed_hash(key) for key, _ in wanted}
    names: dict[str, set[str]] = {}
    for row in store.rows(
        f"SELECT key_hash, name_hash FROM erased_addresses WHERE key_hash IN ({members('hashes')})",
        {"hashes": together(list(hashes.values()))},
    ):
        names.setdefault(row["key_hash"], set()).add(row["name_hash"])
    erased = {key for key, hashed in hashes.items() if hashed in names}
    had_by_others = had(store, erased, now=True)
    return {
        (key, name)
        for key, name in wanted
        if key in erased
        and (key not in had_by_others or (name and store.keyed_hash(name) in names[hashes[key]]))
    }


def had(store: Store, keys: Collection[str], *, now: bool = False) -> set[str]:
    """Those of `keys` that somebody in the file has or had; with `now`, has still."""
    rows = store.rows(
        f"""SELECT DISTINCT match_key FROM contact_identities WHERE match_key IN ({members("keys")})
            {"AND retired_at IS NULL" if now else ""}""",
        {"keys": together(keys)},
    )
    return {row["match_key"] for row in rows}


def require_allowed(store: Store, name: str, keys: Collection[str]) -> None:
    """Raise `ErasedPerson` where somebody of that name key with one of these match keys was erased."""
    if refused(store, [(key, name) for key in keys]):
        raise ErasedPerson(
            "The person with this number asked to be erased, so it is not stored again.",
            "Invite them in another way, if they ask for it themselves.",
        )


def hash_of(store: Store, key: str) -> str | None:
    """The hash under which a match key is known if nobody in the file has it any more and an erased person
    had it, else None. Anywhere, a file opened for reading included."""
    if not anybody(store) or had(store, [key]):
        return None
    hashed = fingerprint(store.path, key)
    known = store.value("SELECT 1 FROM erased_addresses WHERE key_hash = ? LIMIT 1", (hashed,))
    return None if known is None else hashed


def before_erasure(store: Store, keys: Iterable[str], at: datetime) -> bool:
    """Whether what was written at `at` from one of these match keys is older than the erasure of everybody
    who had it, so that nobody is to read it any more."""
    if not anybody(store):
        return False
    hashes = [hashed for key in keys if (hashed := hash_of(store, key)) is not None]
    latest = store.value(
        f"SELECT max(at) FROM erased_addresses WHERE key_hash IN ({members('hashes')})",
        {"hashes": together(hashes)},
    )
    return latest is not None and stored(at) <= latest
