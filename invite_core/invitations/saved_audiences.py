"""Audience expressions that are kept under a name, for use as `@NAME`."""

import re
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations.audience import AudienceFault, parse
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.people.names import name_key
from invite_core.store import Store


def save(store: Store, name: str, expression: str, *, by: Operator, now: datetime) -> None:
    """Keep an expression under a name. Raises `AudienceFault` if either cannot be used."""
    by.may_act("save an audience")
    if not name or re.search(r"[\s:\"@]", name):
        raise AudienceFault(f"“{name}” cannot be the name of an audience.", "Use one word.")
    parse(expression)
    with store.write():
        store.execute(
            """INSERT INTO audiences (name, name_key, expression, saved_at, saved_by)
               VALUES (:name, :key, :expression, :at, :by)
               ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, expression = excluded.expression,
                   saved_at = excluded.saved_at, saved_by = excluded.saved_by""",
            {"name": name, "key": name_key(name), "expression": expression, "at": stored(now), "by": by.name},
        )
        detail = {"expression": expression}
        acts.record(store, "save audience", "audience", name, detail=detail, by=by, now=now)


def delete(store: Store, name: str, *, by: Operator, now: datetime) -> None:
    """Forget a saved audience; runs that were made with it keep their people.

    Raises `AudienceFault` where there is none of that name, or where another saved audience names it.
    """
    by.may_act("delete an audience")
    key = name_key(name)
    with store.write():
        saved = {name_key(str(each["name"])): each for each in listing(store)}
        if key not in saved:
            raise AudienceFault(f"There is no saved audience @{name}.", "See `invite-tui audience list`.")
        for other, each in saved.items():
            if other != key and _names(str(each["expression"]), key):
                raise AudienceFault(
                    f"The saved audience @{name} is part of @{each['name']}.",
                    f"Delete @{each['name']} first, or save it without @{name}.",
                )
        store.execute("DELETE FROM audiences WHERE name_key = ?", (key,))
        detail = {"expression": saved[key]["expression"]}
        acts.record(store, "delete audience", "audience", name, detail=detail, by=by, now=now)


def _names(expression: str, key: str) -> bool:
    return any(term.kind.startswith("@") and name_key(term.kind[1:]) == key for term in parse(expression))


def listing(store: Store) -> list[dict[str, object]]:
    """The saved audiences by name: `name, expression, saved_at, saved_by`."""
    rows = store.rows("SELECT name, expression, saved_at, saved_by FROM audiences ORDER BY name_key")
    return [dict(row) for row in rows]
