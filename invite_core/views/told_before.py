"""Who may already have read the facts of an event: to whom a change has to be told."""

from typing import Any

from invite_core.invitations.audience import WAS_DELIVERED
from invite_core.invitations.verdicts import MAY_HAVE_GOT_IT
from invite_core.store import Store


def told_before(store: Store, event: int) -> list[dict[str, Any]]:
    """Everyone who got, or may have got, an invitation or an update of the event, each once:
    `contact, name, phone, state` of their newest such message. They are the audience of an `update`
    or a `cancellation`."""
    rows = store.rows(
        f"""SELECT contact, name, phone, state FROM (
                SELECT person.id AS contact, person.name, messages.address AS phone, messages.state,
                    row_number() OVER (PARTITION BY person.id ORDER BY messages.id DESC) AS newest
                FROM invite_messages AS messages JOIN contacts AS own ON own.id = messages.contact
                JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id)
                WHERE messages.event = :event AND messages.purpose IN ('invitation', 'update')
                    AND (messages.state IN {MAY_HAVE_GOT_IT} OR {WAS_DELIVERED})) AS told
            WHERE newest = 1 ORDER BY contact""",
        {"event": event},
    )
    return [dict(row) for row in rows]
