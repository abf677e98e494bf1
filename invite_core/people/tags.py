"""Tags: words by which an audience is chosen."""

from collections.abc import Iterable
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.operators import Operator
from invite_core.people.acts import record
from invite_core.people.names import name_key, shown
from invite_core.store import Store


class TagFault(InviteError):
    """A tag cannot be used."""


def ensure(store: Store, names: Iterable[str]) -> dict[str, int]:
    """The ids of tags by case-folded name, new ones made. Inside `Store.write`; blank names are left out."""
    wanted: dict[str, str] = {}
    for name in names:
        if name_key(name):
            wanted.setdefault(name_key(name), shown(name))
    store.execute_many(
        "INSERT INTO tags (name, name_key) VALUES (:name, :key) ON CONFLICT (name_key) DO NOTHING",
        [{"name": name, "key": key} for key, name in wanted.items()],
    )
    return {row["name_key"]: row["id"] for row in store.rows("SELECT id, name_key FROM tags")}


def tag(store: Store, contacts: Iterable[int], name: str, *, by: Operator, now: datetime) -> int:
    """Give people a tag; gives how many did not have it. Raises `TagFault` for a blank name."""
    by.may_act("tag people")
    if not name_key(name):
        raise TagFault("A tag needs a name.", "Write a word.")
    with store.write():
        identifier = ensure(store, [name])[name_key(name)]
        changed = store.execute_many(
            "INSERT INTO contact_tags (contact, tag) VALUES (:contact, :tag) ON CONFLICT DO NOTHING",
            [{"contact": contact, "tag": identifier} for contact in contacts],
        )
        if changed:
            record(store, "tag people", "tag", shown(name), detail={"people": changed}, by=by, now=now)
    return changed


def listing(store: Store) -> list[dict[str, object]]:
    """Every tag that somebody has, by name: `name, people`."""
    rows = store.rows(
        """SELECT tags.name, count(*) AS people FROM tags
           JOIN contact_tags ON contact_tags.tag = tags.id
           JOIN contacts ON contacts.id = contact_tags.contact
           WHERE contacts.merged_into IS NULL AND contacts.erased_at IS NULL
           GROUP BY tags.id, tags.name, tags.name_key ORDER BY tags.name_key"""
    )
    return [dict(row) for row in rows]
