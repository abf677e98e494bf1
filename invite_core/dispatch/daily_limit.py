"""Meta's limit of people that an account may write to in 24 hours, and how many it has written to.

The window rolls; it counts each person once (Meta, messaging-limits). Whoever wrote to us within a day
would not count for Meta; they do here, because nothing is lost by waiting.
"""

import json
import re
from datetime import UTC, datetime, timedelta

from invite_core.instants import stored
from invite_core.invitations.account_facts import NUMBER
from invite_core.lifecycle.attempts import attempt_ids_from
from invite_core.provider.template_node import PhoneNumberNode
from invite_core.store import Store

WINDOW = timedelta(hours=24)

_PEOPLE_PER_DAY = {"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1_000, "TIER_2K": 2_000, "TIER_10K": 10_000,
                   "TIER_100K": 100_000}  # fmt: skip


def remember_number(store: Store, node: PhoneNumberNode, *, now: datetime) -> None:
    """Keep what Meta says of the sender's number: limit, throughput, quality and its digits. What webhooks
    say later changes single values of it (`account_facts.hear_of_number`)."""
    value = json.dumps(
        {
            "limit": node.whatsapp_business_manager_messaging_limit,
            "throughput": node.throughput.get("level"),
            "quality": node.quality_rating,
            "number": re.sub(r"[^0-9]", "", node.display_phone_number) or None,
        }
    )
    with store.write():
        store.execute(
            """INSERT INTO account_facts (name, value, at) VALUES (:name, :value, :at)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at""",
            {"name": NUMBER, "value": value, "at": stored(now)},
        )


def number_facts(store: Store) -> dict[str, str | None]:
    """What is known of the number: `limit`, `throughput`, `quality`, each None where it is not."""
    value = store.value("SELECT value FROM account_facts WHERE name = ?", (NUMBER,))
    known = json.loads(value) if value else {}
    return {name: known.get(name) for name in ("limit", "throughput", "quality")}


def people_per_day(tier: str | None) -> int | None:
    """How many people `tier` allows; None where there is no limit, or none is known."""
    return _PEOPLE_PER_DAY.get(tier or "")


def written_to(store: Store, *, now: datetime) -> int:
    """How many people have, or may have, been written to in the last 24 hours."""
    return int(
        store.value(
            """SELECT count(DISTINCT messages.match_key) FROM send_attempts AS attempts
               JOIN invite_messages AS messages ON messages.id = attempts.message
               WHERE attempts.id >= :since AND attempts.state <> 'cancelled'""",
            {"since": attempt_ids_from(now - WINDOW)},
        )
    )


def room_again(store: Store, limit: int, *, now: datetime) -> datetime | None:
    """When one more person may be written to within `limit`; None where that is now."""
    last = store.rows(
        """SELECT max(attempts.id) AS attempt FROM send_attempts AS attempts
           JOIN invite_messages AS messages ON messages.id = attempts.message
           WHERE attempts.id >= :since AND attempts.state <> 'cancelled'
           GROUP BY messages.match_key ORDER BY 1""",
        {"since": attempt_ids_from(now - WINDOW)},
    )
    if len(last) < limit:
        return None
    return datetime.fromtimestamp(int(last[len(last) - limit]["attempt"][:12], 16) / 1000, UTC) + WINDOW
