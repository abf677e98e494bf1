"""Rows that the tests of delivery put into the file: somebody invited, with an attempt on its way."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from invite_core.delivery.intake import apply_body
from invite_core.delivery.tally import Tally
from invite_core.instants import stored
from invite_core.people.identity import match_key
from invite_core.store import Row, Store

OWN_NUMBER = "106540352242922"
"""The phone number id of the sample bodies."""

ATTEMPT = "019ca8b3d80000000000000000000001"
"""The attempt that the sample bodies name."""

ANA = "+447700900101"
ANA_WA_ID = "447700900101"
ANA_USER_ID = "GB.13491208655302741918"

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
"""Half an hour after the sample bodies' messages were sent."""

_PAYLOADS = Path(__file__).parent / "payloads"


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, what she is invited to, and the message."""

    contact: int
    event: int
    run: int
    message: int


def payload(name: str) -> bytes:
    """The recorded body of that name."""
    return (_PAYLOADS / f"{name}.json").read_bytes()


def take(store: Store, body: bytes | str, *, waba_id: str = "", now: datetime = NOW) -> Tally:
    """Take in a body (bytes), or the recorded body of that name, in a transaction of its own."""
    raw = payload(body) if isinstance(body, str) else body
    with store.write():
        return apply_body(store, raw, phone_number_id=OWN_NUMBER, waba_id=waba_id, now=now)


def sent_later(name: str, seconds: int) -> bytes:
    """The recorded body of that name, sent by Meta so many seconds later (earlier if negative)."""
    document = json.loads(payload(name))
    document["entry"][0]["time"] += seconds
    return json.dumps(document).encode()


def add_template(store: Store, *, synced_at: str = "2026-03-01T11:00:00.000Z") -> None:
    """The template of `add_run` as Meta returned it an hour before the sample bodies."""
    with store.write():
        store.insert(
            """INSERT INTO templates (provider_template_id, name, language, status, category, parameter_format,
                   components, quality, synced_at)
               VALUES ('594425479261596', 'summer_party', 'en', 'APPROVED', 'MARKETING', 'POSITIONAL', '[]',
                   'GREEN', ?)""",
            (synced_at,),
        )


def add_run_of_template(store: Store, *, language: str = "en", status: str = "sending") -> int:
    """A run that has frozen a variant of the template of `add_template`."""
    run = add_run(store, add_event(store))
    with store.write():
        store.insert(
            """INSERT INTO run_variants (run, language, category, parameter_format, components, mapping, buttons,
                   quality) VALUES (?, ?, 'MARKETING', 'POSITIONAL', '[]', '{}', '{}', 'GREEN')""",
            (run, language),
        )
        store.execute("UPDATE invite_send_runs SET status = ? WHERE id = ?", (status, run))
    return run


def standing_of(store: Store, run: int) -> tuple[str, str | None, str]:
    """The run's status, why it is paused, and the sentence beside it."""
    row = store.row("SELECT status, paused_because, paused_detail FROM invite_send_runs WHERE id = ?", (run,))
    assert row is not None
    return row["status"], row["paused_because"], row["paused_detail"]


def add_contact(store: Store, name: str = "Ana", phone: str = ANA) -> int:
    """A person with one number."""
    at = stored(NOW)
    with store.write():
        contact = store.insert(
            "INSERT INTO contacts (name, name_key, created_at, changed_at) VALUES (?, ?, ?, ?)",
            (name, name.casefold(), at, at),
        )
        store.insert(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'phone', ?, ?, ?)""",
            (contact, phone, match_key(phone), at),
        )
    return contact


def add_event(store: Store, name: str = "Summer party") -> int:
    """An event in the summer."""
    at = stored(NOW)
    with store.write():
        return store.insert(
            """INSERT INTO events (name, name_key, starts_at, timezone, venue, created_at, changed_at)
               VALUES (?, ?, '2026-06-20T17:00:00.000Z', 'Europe/London', 'Garden', ?, ?)""",
            (name, name.casefold(), at, at),
        )


def add_run(store: Store, event: int) -> int:
    """A run that is sending."""
    at = stored(NOW)
    with store.write():
        return store.insert(
            """INSERT INTO invite_send_runs (event, purpose, occasion, template, language, audience,
                   facts_version, status, operator, created_at, changed_at)
               VALUES (?, 'invitation', 'invitation', 'summer_party', 'en', 'all', 1, 'sending', 'Rita', ?, ?)""",
            (event, at, at),
        )


def invite(
    store: Store,
    *,
    contact: int | None = None,
    event: int | None = None,
    attempt: str = ATTEMPT,
    provider_message_id: str | None = "wamid.ana",
    phone: str = ANA,
) -> Invited:
    """Somebody whose message is on its way: accepted with its id, or still `sending` without one."""
    contact = add_contact(store, phone=phone) if contact is None else contact
    event = add_event(store) if event is None else event
    run = add_run(store, event)
    state = "accepted" if provider_message_id else "sending"
    at = stored(NOW)
    with store.write():
        message = store.insert(
            """INSERT INTO invite_messages (run, event, purpose, occasion, contact, address, address_kind,
                   match_key, verdict, state, next_attempt_at, provider_message_id, slot_person, slot_address,
                   changed_at)
               VALUES (?, ?, 'invitation', 'invitation', ?, ?, 'phone', ?, 'eligible', ?, ?, ?, ?, ?, ?)""",
            (
                run,
                event,
                contact,
                phone,
                match_key(phone),
                state,
                at,
                provider_message_id,
                contact,
                phone,
                at,
            ),
        )
        store.execute("INSERT INTO run_counters (run, kind, name, n) VALUES (?, 'state', ?, 1)", (run, state))
        store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state, provider_message_id)
               VALUES (?, ?, 1, ?, ?, ?, ?)""",
            (attempt, message, OWN_NUMBER, at, state, provider_message_id),
        )
    return Invited(contact, event, run, message)


def message_row(store: Store, message: int) -> Row:
    """The message as it stands."""
    row = store.row("SELECT * FROM invite_messages WHERE id = ?", (message,))
    assert row is not None
    return row


def the_reply(store: Store) -> Row:
    """The only reply in the file."""
    rows = store.rows("SELECT * FROM replies")
    assert len(rows) == 1
    return rows[0]


def the_receipt(store: Store) -> Row:
    """The only receipt in the file."""
    rows = store.rows("SELECT * FROM webhook_receipts")
    assert len(rows) == 1
    return rows[0]
