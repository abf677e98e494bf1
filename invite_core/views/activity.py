"""The updates that came, the newest first: what each said, of whom, and what became of it."""

from dataclasses import dataclass

from invite_core.store import Row, Store
from invite_core.store.dialect import members, together

MOST_LISTED = 10_000
"""So many updates are listed, the newest; what came before stands with its message or its person."""

_LONGEST_BODY = 500


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One update of Meta's, as its receipt has it."""

    receipt: int
    """The receipt's id."""
    kind: str
    """`status`, `message`, `user_preferences`, `identity`, `errors`, or the name of another field."""
    status: str
    """What a status says, or Meta's word of a template or the account; '' where there is none."""
    outcome: str
    """`applied`, `stale`, `unmatched`, `ignored` or `quarantined`."""
    error_code: int | None
    """Why a message failed."""
    message: int | None
    """The message that it is about."""
    contact: int | None
    """The person that it is about, or who wrote."""
    name: str
    """Our name for the person, else the one they gave themselves, else their number, or ''."""
    reply: str
    """Of a message from a guest: `tap`, `text` or `media`; '' otherwise."""
    reply_status: str
    """What became of it: `answer`, `stop`, `possible_opt_out`, `unread` or `done`."""
    answer: str
    """What it was taken for: `yes`, `no`, `maybe`, `stop`, `none`, or ''."""
    text: str
    """What a guest wrote, or the beginning of what could not be understood."""
    note: str
    """What else is known of it."""
    provider_message_id: str | None
    """The id under which Meta knows the message."""
    seen: int
    """How often Meta sent it."""
    said_at: str | None
    """When Meta says that it happened, in stored form."""
    received_at: str
    """When it came, in stored form."""


def activity_count(store: Store) -> int:
    """How many updates are listed."""
    return int(
        store.value(
            "SELECT count(*) FROM (SELECT id FROM webhook_receipts ORDER BY id DESC LIMIT :most) AS listed",
            {"most": MOST_LISTED},
        )
    )


def activity_slice(store: Store, *, offset: int, limit: int) -> list[ActivityLine]:
    """Some of them, the newest first."""
    most = max(0, min(limit, MOST_LISTED - offset))
    with store.snapshot():
        rows = store.rows(f"{_LINES} ORDER BY receipts.id DESC", {"offset": offset, "limit": most})
        switched = _who_switched(store, [row["id"] for row in rows if row["kind"] == "user_preferences"])
    return [_line(row, switched.get(row["id"])) for row in rows]


def activity_position(store: Store, receipt: int) -> int | None:
    """How many came after that one, or None where it is not listed (any more)."""
    newer = store.value(
        "SELECT count(*) FROM (SELECT id FROM webhook_receipts WHERE id > :own LIMIT :most) AS newer",
        {"own": receipt, "most": MOST_LISTED},
    )
    is_there = store.value("SELECT 1 FROM webhook_receipts WHERE id = ?", (receipt,))
    return int(newer) if is_there and newer < MOST_LISTED else None


# A guest's message has a reply under Meta's id of it; the id of a status is that of our own message.
_LINES = """SELECT receipts.*, person.id AS contact, replies.kind AS reply, replies.status AS reply_status,
        replies.answer, replies.body AS text, coalesce(receipts.message, replies.message) AS about,
        coalesce(nullif(person.name, ''), nullif(replies.profile_name, ''), replies.address,
            messages.address) AS name
    FROM (SELECT id, kind, status, outcome, error_code, message, note, provider_message_id, seen, provider_at,
              received_at, body FROM webhook_receipts ORDER BY id DESC LIMIT :limit OFFSET :offset) AS receipts
    LEFT JOIN replies ON replies.provider_message_id = receipts.provider_message_id AND receipts.kind = 'message'
    LEFT JOIN invite_messages AS messages ON messages.id = coalesce(receipts.message, replies.message)
    LEFT JOIN contacts AS holder ON holder.id = coalesce(replies.contact, messages.contact)
    LEFT JOIN contacts AS person ON person.id = coalesce(holder.merged_into, holder.id)"""

_SWITCHED = """SELECT acts.receipt, min(person.id) AS contact, min(person.name) AS name,
        count(DISTINCT person.id) AS people, min(acts.address) AS address
    FROM do_not_message AS acts
    LEFT JOIN contact_identities AS own ON own.match_key = acts.match_key AND own.retired_at IS NULL
    LEFT JOIN contacts AS holder ON holder.id = own.contact
    LEFT JOIN contacts AS person ON person.id = coalesce(holder.merged_into, holder.id)
    WHERE acts.receipt IN ({receipts}) GROUP BY acts.receipt"""


def _who_switched(store: Store, receipts: list[int]) -> dict[int, Row]:
    """Of each choice that somebody made inside WhatsApp, who it was, as far as the list knows."""
    if not receipts:
        return {}
    rows = store.rows(_SWITCHED.format(receipts=members("receipts")), {"receipts": together(receipts)})
    return {row["receipt"]: row for row in rows}


def _line(row: Row, switched: Row | None) -> ActivityLine:
    contact, name = row["contact"], row["name"]
    if switched is not None:
        known = switched["people"] == 1
        contact = switched["contact"] if known else None
        name = (switched["name"] if known else "") or switched["address"]
    body = row["body"]
    return ActivityLine(
        receipt=row["id"],
        kind=row["kind"],
        status=row["status"] or "",
        outcome=row["outcome"],
        error_code=row["error_code"],
        message=row["about"],
        contact=contact,
        name=f"+{name}" if name and name.isascii() and name.isdecimal() else name or "",
        reply=row["reply"] or "",
        reply_status=row["reply_status"] or "",
        answer=row["answer"] or "",
        text=body[:_LONGEST_BODY].decode("utf-8", "replace") if body else row["text"] or "",
        note=row["note"],
        provider_message_id=row["provider_message_id"],
        seen=row["seen"],
        said_at=row["provider_at"],
        received_at=row["received_at"],
    )
