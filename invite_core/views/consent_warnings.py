"""How many people's consents are in doubt, before somebody writes to them. A doubt blocks nobody.

Each count is by doubt (`sender_not_named`, `old`), without those that are none; whoever is in doubt for both counts
in both. Without limits of the organiser's nobody is in doubt.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from invite_core.invitations import audience
from invite_core.people.consent_doubts import doubtful
from invite_core.store import Store


def doubts_among(store: Store, contacts: Collection[int], *, now: datetime) -> dict[str, int]:
    """The count among `contacts`."""
    wanted = set(contacts)
    found = (each for each in doubtful(store, now=now) if each["contact"] in wanted)
    return dict(Counter(doubt for each in found for doubt in each["doubts"]))


def doubts_of_audience(store: Store, expression: str, event: int, *, now: datetime) -> dict[str, int]:
    """The count among the people of an audience of `event`. Raises `AudienceFault`."""
    chosen = audience.condition(store, audience.parse(expression), event)
    rows = store.rows(
        f"""SELECT person.id FROM contacts AS person
            WHERE person.merged_into IS NULL AND person.erased_at IS NULL AND {chosen.sql}""",
        chosen.values,
    )
    return doubts_among(store, [row["id"] for row in rows], now=now)
