"""What an organiser looks for about one person: addresses, consent with its evidence, blocks, messages, answers."""

from dataclasses import dataclass
from typing import Any

from invite_core.people import contacts
from invite_core.people.addressing import own_contacts
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """One person; every list is newest first unless it says otherwise."""

    facts: dict[str, Any]
    """The document of `contacts show`, `consents` among it."""
    addresses: list[dict[str, Any]]
    """Every address there is or was, the one that is written to first: `kind, value, usable, retired_at`."""
    blocks: list[dict[str, Any]]
    """Blocks and lifts on those addresses: `act, scope, address, reason, source, at, by`."""
    messages: list[dict[str, Any]]
    """Their messages: `message, run, event_name, purpose, state, changed_at`."""
    answers: list[dict[str, Any]]
    """What they answered: `event_name, answer, places, at, via`."""


def person_sheet(store: Store, contact: int) -> PersonSheet:
    """The sheet of a person; the id of one merged into another gives the other's. Raises `UnknownContact`."""
    with store.snapshot():
        person = store.value("SELECT coalesce(merged_into, id) FROM contacts WHERE id = ?", (contact,))
        person = contact if person is None else int(person)
        return PersonSheet(contacts.show(store, person), *(_rows(store, sql, person) for sql in _LISTS))


def _rows(store: Store, sql: str, person: int) -> list[dict[str, Any]]:
    return [dict(row) for row in store.rows(sql, {"person": person})]


_OWN = own_contacts(":person")

_LISTS = (
    f"""SELECT held.kind, held.value, held.usable, held.retired_at FROM contact_identities AS held
        WHERE held.contact IN {_OWN} AND (held.contact = :person OR NOT EXISTS (
            SELECT 1 FROM contact_identities AS mine WHERE mine.contact = :person
            AND mine.kind = held.kind AND mine.match_key = held.match_key))
        ORDER BY held.retired_at IS NOT NULL, held.usable DESC, held.kind, held.position, held.id""",
    f"""SELECT stop.act, stop.scope, stop.address, stop.reason, stop.source, stop.at, stop.recorded_by AS by
        FROM do_not_message AS stop WHERE stop.match_key IN (
            SELECT match_key FROM contact_identities WHERE contact IN {_OWN})
        ORDER BY stop.at DESC, stop.id DESC""",
    f"""SELECT messages.id AS message, messages.run, events.name AS event_name, messages.purpose,
            messages.state, messages.changed_at
        FROM invite_messages AS messages JOIN events ON events.id = messages.event
        WHERE messages.contact IN {_OWN} ORDER BY messages.id DESC""",
    f"""SELECT events.name AS event_name, replies.answer, replies.places, replies.given_at AS at,
            CASE replies.kind WHEN 'manual' THEN replies.body ELSE replies.kind END AS via
        FROM replies JOIN events ON events.id = replies.event
        WHERE replies.contact IN {_OWN} AND replies.status = 'answer'
        ORDER BY replies.given_at DESC, replies.id DESC""",
)
