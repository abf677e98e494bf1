"""Where the file holds something about a person, table by table, and what of it a report tells.

Every column of every table stands here, or its table does in `impersonal_data`; a test compares both
with the schema, so that a new table cannot be forgotten.
"""

from dataclasses import dataclass, field

from invite_core.people.addressing import own_contacts

_OWN = own_contacts(":person")

_MESSAGES = f"(SELECT id FROM invite_messages WHERE contact IN {_OWN})"

_KEYS = f"(SELECT match_key FROM contact_identities WHERE contact IN {_OWN})"

_REPLIES = f"""(SELECT id FROM replies WHERE contact IN {_OWN} OR message IN {_MESSAGES} OR match_key IN {_KEYS}
    OR id IN (SELECT reply FROM reply_addresses WHERE match_key IN {_KEYS}))"""

_EVENT = "(SELECT events.name FROM events WHERE events.id = held.event)"


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds of a person."""

    title: str
    """As the person reads it."""
    rows: str
    """SQL condition for their rows; `:person` is bound to the person's id."""
    told: dict[str, str]
    """What is told, by column: the word for it."""
    apart: tuple[str, ...]
    """The other columns: ids and bookkeeping of this program, and what another column tells better."""
    read_as: dict[str, str] = field(default_factory=dict)
    """SQL for columns that are read better than by their own value."""


HELD: dict[str, Held] = {
    "contacts": Held(
        "Your entry",
        f"held.id IN {_OWN}",
        {
            "name": "name",
            "language": "language",
            "household": "household",
            "places": "seats",
            "attributes": "noted of you",
            "created_at": "here since",
            "changed_at": "last changed",
            "erased_at": "erased",
        },
        ("id", "name_key", "merged_into"),
    ),
    "contact_identities": Held(
        "Your numbers and WhatsApp ids",
        f"held.contact IN {_OWN}",
        {
            "kind": "kind",
            "value": "address",
            "created_at": "here since",
            "retired_at": "no longer used since",
        },
        ("id", "contact", "match_key", "usable", "position"),
    ),
    "address_changes": Held(
        "Addresses to which WhatsApp says that you moved",
        f"held.match_key IN {_KEYS}",
        {"address": "address", "at": "when"},
        ("id", "old_hash", "new_hash", "match_key", "receipt"),
    ),
    "contact_tags": Held(
        "Words under which we find you",
        f"held.contact IN {_OWN}",
        {"tag": "word"},
        ("contact",),
        {"tag": "(SELECT tags.name FROM tags WHERE tags.id = held.tag)"},
    ),
    "consents": Held(
        "Your consent",
        f"held.contact IN {_OWN}",
        {
            "act": "what",
            "scope": "for",
            "at": "when",
            "source": "how",
            "wording": "in these words",
            "evidence_ref": "where it is kept",
            "recorded_at": "written down",
            "recorded_by": "by",
        },
        ("id", "contact"),
    ),
    "do_not_message": Held(
        "Your wish not to be messaged",
        f"(held.contact IN {_OWN} OR held.match_key IN {_KEYS})",
        {
            "act": "what",
            "scope": "for",
            "address": "address",
            "reason": "why",
            "source": "how we know",
            "at": "when",
            "recorded_at": "written down",
            "recorded_by": "by",
        },
        ("id", "match_key", "key_hash", "contact", "receipt"),
    ),
    "invite_messages": Held(
        "Messages to you",
        f"held.contact IN {_OWN}",
        {
            "event": "event",
            "purpose": "for",
            "address": "to",
            "language": "language",
            "parameters": "words filled in",
            "household": "household",
            "places": "seats",
            "state": "where it stands",
            "block_reasons": "not sent because",
            "accepted_at": "taken by WhatsApp",
            "sent_at": "sent",
            "delivered_at": "delivered",
            "read_at": "read",
            "failed_at": "failed",
            "error_detail": "why it failed",
            "provider_message_id": "WhatsApp's id",
        },
        (
            *(
                "id",
                "run",
                "occasion",
                "contact",
                "address_kind",
                "match_key",
                "verdict",
                "held",
                "error_code",
            ),
            *("next_attempt_at", "slot_person", "slot_address", "changed_at"),
        ),
        {"event": _EVENT},
    ),
    "send_attempts": Held(
        "Each time a message was handed to WhatsApp",
        f"held.message IN {_MESSAGES}",
        {
            "claimed_at": "when",
            "state": "where it stands",
            "cause": "what happened",
            "error_detail": "why it failed",
            "wa_id": "WhatsApp's name for your number",
            "provider_message_id": "WhatsApp's id",
            "superseded_because": "given up because",
        },
        (
            *(
                "id",
                "message",
                "n",
                "phone_number_id",
                "outcome",
                "outcome_at",
                "held",
                "accepted_at",
                "sent_at",
            ),
            *("delivered_at", "read_at", "failed_at", "http_status", "error_code", "superseded_at"),
        ),
    ),
    "message_transitions": Held(
        "What became of the messages",
        f"held.message IN {_MESSAGES}",
        {"at": "when", "to_state": "what", "cause": "why", "provider_at": "at WhatsApp"},
        ("id", "message", "attempt", "from_state"),
    ),
    "alarms": Held(
        "What went wrong with a message",
        f"held.message IN {_MESSAGES}",
        {"at": "when", "detail": "what", "acknowledged_by": "seen by"},
        ("id", "kind", "message", "attempt", "acknowledged_at"),
    ),
    "webhook_receipts": Held(
        "What WhatsApp told us of you",
        f"""(held.message IN {_MESSAGES} OR held.provider_message_id IN (
            SELECT provider_message_id FROM replies WHERE id IN {_REPLIES}))""",
        {
            "received_at": "when",
            "kind": "kind",
            "status": "what",
            "provider_at": "at WhatsApp",
            "provider_message_id": "WhatsApp's id",
            "note": "note",
            "update_json": "kept as it came",
            "body": "kept as it came (odd)",
        },
        ("id", "key", "phone_number_id", "attempt", "error_code", "message", "outcome", "seen"),
        {"body": "CAST(held.body AS TEXT)"},
    ),
    "replies": Held(
        "What you wrote and answered",
        f"held.id IN {_REPLIES}",
        {
            "given_at": "when",
            "event": "event",
            "kind": "kind",
            "answer": "answer",
            "places": "seats",
            "body": "text",
            "address": "from",
            "profile_name": "your name on WhatsApp",
            "provider_message_id": "WhatsApp's id",
            "status": "dealt with as",
            "recorded_by": "written down by",
        },
        (
            *("id", "contact", "message", "match_key", "context_message_id"),
            *("recorded_at", "dealt_at", "dealt_by"),
        ),
        {"event": _EVENT},
    ),
    "reply_addresses": Held(
        "Addresses under which you wrote",
        f"(held.match_key IN {_KEYS} OR held.reply IN {_REPLIES})",
        {"address": "address"},
        ("reply", "match_key", "key_hash"),
    ),
    "invited_otherwise": Held(
        "Invited in another way",
        f"held.contact IN {_OWN}",
        {"event": "event", "via": "how", "at": "when", "recorded_by": "written down by"},
        ("contact",),
        {"event": _EVENT},
    ),
    "operator_acts": Held(
        "What we did about you",
        f"""((held.subject_kind = 'contact' AND held.subject IN (SELECT CAST(id AS TEXT) FROM contacts
                WHERE id IN {_OWN}))
            OR (held.subject_kind = 'address' AND held.subject IN {_KEYS})
            OR (held.subject_kind = 'message' AND held.subject IN (SELECT CAST(id AS TEXT) FROM invite_messages
                WHERE contact IN {_OWN}))
            OR (held.subject_kind = 'reply' AND held.subject IN (SELECT CAST(id AS TEXT) FROM replies
                WHERE id IN {_REPLIES})))""",
        {"at": "when", "act": "what", "reason": "why", "detail": "more", "by": "by"},
        ("id", "role", "subject_kind", "subject"),
    ),
}
"""The tables that know people, in the order in which a report tells of them."""
