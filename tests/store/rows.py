"""Rows that the store's tests put into an empty file, with no more in them than the schema asks for."""

from invite_core.store import Store

MOMENT = "2026-11-25T08:30:00.000Z"


def add_contact(store: Store, name: str = "Ana") -> int:
    """A person; gives the id."""
    return store.insert(
        "INSERT INTO contacts (name, created_at, changed_at) VALUES (:name, :at, :at)",
        {"name": name, "at": MOMENT},
    )


def add_event(store: Store, name: str = "Party") -> int:
    """An event; gives the id."""
    return store.insert(
        "INSERT INTO events (name, name_key, starts_at, timezone, venue, created_at, changed_at) "
        "VALUES (:name, :name, :at, 'Europe/Lisbon', 'Hall', :at, :at)",
        {"name": name, "at": MOMENT},
    )


def add_run(store: Store, event: int, purpose: str = "invitation", occasion: str = "invitation") -> int:
    """A draft run; gives the id."""
    return store.insert(
        "INSERT INTO invite_send_runs (event, purpose, occasion, template, language, audience, "
        "facts_version, status, operator, created_at, changed_at) "
        "VALUES (:event, :purpose, :occasion, 'invite', 'auto', 'all', 1, 'draft', 'Mia', :at, :at)",
        {"event": event, "purpose": purpose, "occasion": occasion, "at": MOMENT},
    )


def add_message(
    store: Store,
    run: int,
    contact: int,
    *,
    slot_person: int | None = None,
    slot_address: str | None = None,
) -> int:
    """A queued message of `run`, with the slots given; gives the id."""
    return store.insert(
        "INSERT INTO invite_messages (run, event, purpose, occasion, contact, verdict, state, "
        "next_attempt_at, slot_person, slot_address, changed_at) "
        "SELECT id, event, purpose, occasion, :contact, 'eligible', 'queued', :at, :person, :address, :at "
        "FROM invite_send_runs WHERE id = :run",
        {"run": run, "contact": contact, "person": slot_person, "address": slot_address, "at": MOMENT},
    )


def add_attempt(
    store: Store,
    message: int,
    *,
    attempt: str = "a1",
    provider_message_id: str | None = None,
    sender: str = "1000",
    superseded: bool = False,
) -> None:
    """An attempt at `message`, open unless `superseded`."""
    store.execute(
        "INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state, "
        "provider_message_id, superseded_at) "
        "VALUES (:id, :message, 1, :sender, :at, 'sending', :provider, :superseded)",
        {
            "id": attempt,
            "message": message,
            "sender": sender,
            "at": MOMENT,
            "provider": provider_message_id,
            "superseded": MOMENT if superseded else None,
        },
    )


def add_receipt(store: Store, key: bytes) -> int:
    """A receipt of an update; gives the id."""
    return store.insert(
        "INSERT INTO webhook_receipts (key, kind, outcome, received_at) "
        "VALUES (:key, 'status', 'ignored', :at)",
        {"key": key, "at": MOMENT},
    )


def add_block(store: Store, match_key: str = "351910000001") -> int:
    """A Do-Not-Message row; gives the id."""
    return store.insert(
        "INSERT INTO do_not_message (act, scope, match_key, address, reason, source, at, recorded_at, "
        "recorded_by) VALUES ('block', 'all', :key, :key, 'asked', 'organiser', :at, :at, 'Mia')",
        {"key": match_key, "at": MOMENT},
    )


def add_consent(store: Store, contact: int, act: str = "revoke") -> int:
    """A consent row; gives the id."""
    return store.insert(
        "INSERT INTO consents (contact, act, at, source, recorded_at, recorded_by) "
        "VALUES (:contact, :act, :at, 'paper form', :at, 'Mia')",
        {"contact": contact, "act": act, "at": MOMENT},
    )
