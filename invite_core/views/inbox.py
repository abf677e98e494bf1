"""What guests wrote that waits for somebody to read it."""

from typing import Any

from invite_core.store import Store


def waiting(store: Store) -> list[dict[str, Any]]:
    """The lines of `inbox list`: unread texts and possible opt-outs, the newest first.

    `reply` is what `inbox done` takes; `status` is `unread` or `possible_opt_out`; `contact` and `name`
    are None where we do not know the sender, whose own `profile_name` and `phone` (or user id) are then
    all there is; `event` is the one that the text is likely about, or None; `text` may be empty where a
    picture came; `at` is when it was written.
    """
    return [{**dict(row), "phone": _written(row["phone"])} for row in store.rows(_WAITING)]


def waiting_count(store: Store) -> int:
    """How many lines `inbox list` has."""
    return int(store.value("SELECT count(*) FROM replies WHERE status IN ('unread', 'possible_opt_out')"))


def _written(address: str | None) -> str | None:
    # Meta tells a number in digits alone; everywhere else it is shown with its plus.
    return f"+{address}" if address and address.isdecimal() else address


_WAITING = """SELECT replies.id AS reply, replies.status, replies.kind,
        person.id AS contact, person.name, replies.profile_name, replies.address AS phone,
        replies.event, events.name AS event_name, replies.message, replies.body AS text, replies.given_at AS at
    FROM replies
    LEFT JOIN contacts AS holder ON holder.id = replies.contact
    LEFT JOIN contacts AS person ON person.id = coalesce(holder.merged_into, holder.id)
    LEFT JOIN events ON events.id = replies.event
    WHERE replies.status IN ('unread', 'possible_opt_out')
    ORDER BY replies.given_at DESC, replies.id DESC"""
