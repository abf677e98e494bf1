"""What Meta last said of the account and the sender's number (`account_facts`).

A fact has the time at which it was said, so that what comes late undoes nothing newer.
"""

import json
from collections.abc import Mapping

from invite_core.store import Store

NUMBER = "phone_number"
"""The fact of the sender's number: `limit`, `throughput`, `quality`, and `number`, its digits. A fetch
writes it whole; a webhook changes one value of it, whose time is then beside it (`limit_at`)."""


def hear(store: Store, name: str, value: Mapping[str, object], *, at: str) -> bool:
    """Keep a fact that was said at `at` (stored form); False where a newer one is known.

    To be called inside `Store.write`.
    """
    return bool(
        store.execute(
            """INSERT INTO account_facts (name, value, at) VALUES (:name, :value, :at)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at
               WHERE account_facts.at <= excluded.at""",
            {"name": name, "value": json.dumps(dict(value)), "at": at},
        )
    )


def hear_of_number(store: Store, values: Mapping[str, str], *, at: str) -> bool:
    """Keep what was said of the sender's number at `at`; False where newer values are known.

    To be called inside `Store.write`.
    """
    row = store.row("SELECT value, at FROM account_facts WHERE name = ?", (NUMBER,))
    known: dict[str, object] = json.loads(row["value"]) if row else {}
    fetched_at = row["at"] if row else ""
    news = {name: value for name, value in values.items() if _known_at(known, name, fetched_at) <= at}
    if not news:
        return False
    new = {**known, **news, **{f"{name}_at": at for name in news}}
    store.execute(
        """INSERT INTO account_facts (name, value, at) VALUES (:name, :value, :at)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
        {"name": NUMBER, "value": json.dumps(new), "at": at},
    )
    return True


def _known_at(known: Mapping[str, object], name: str, fetched_at: str) -> str:
    if known.get(name) is None:
        return ""
    # Meta tells whole seconds, and a fetch has milliseconds.
    return str(known.get(f"{name}_at") or f"{fetched_at[:19]}.000Z")


def is_another_number(store: Store, digits: str | None) -> bool:
    """Whether `digits` are known to be of another number of the account than the sender's."""
    own = store.value("SELECT value ->> 'number' FROM account_facts WHERE name = ?", (NUMBER,))
    return bool(own and digits and own != digits)


def number_quality(store: Store) -> str | None:
    """What Meta last said of the number's quality, or None."""
    quality: str | None = store.value(
        "SELECT value ->> 'quality' FROM account_facts WHERE name = ?", (NUMBER,)
    )
    return quality
