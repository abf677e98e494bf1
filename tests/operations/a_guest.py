"""Somebody of whom something stands in every table that knows people."""

from base64 import b64encode

from invite_core.delivery.inbox import done as dealt_with
from invite_core.invitations import otherwise
from invite_core.people import consent, do_not_message
from invite_core.people.identity import match_key
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, an_event, later

NUMBER = "+447700900777"
DIGITS = NUMBER[1:]
USER_ID = "GB.7771349"
NAME = "Zenobia Quill"
WAMID = "wamid." + b64encode(b"\x1d\x05\x18\x0c" + DIGITS.encode() + b"\x15\x02").decode()
REPLY_ID = "wamid." + b64encode(b"\x1d\x05\x18\x1b" + DIGITS.encode() + b"\x12").decode()


def a_guest(store: Store) -> int:
    """Somebody of whom something stands in every table that knows people."""
    guest = a_contact(
        store, NAME, NUMBER, household="violet-hall", tags=["violet-hall friends", "vip"],
        attributes={"note": "violet-hall"}, consented=False,
    )  # fmt: skip
    a_contact(store, "Bea Other", 2, tags=["vip"])
    consent.grant(
        store, guest, source="at the violet-hall", wording="violet-hall", evidence_ref="violet-hall",
        at=NOW, by=ORGANISER, now=NOW,
    )  # fmt: skip
    return guest


def everything_happens_to(store: Store, guest: int) -> int:
    """She is invited, fails, writes, is blocked, lifted and talked of; her message's id."""
    event = an_event(store)
    run = a_run(store, a_plan(store, event))
    message = int(store.value("SELECT id FROM invite_messages WHERE contact = ?", (guest,)))
    otherwise.record(store, event, guest, via="violet-hall", by=ORGANISER, now=NOW)
    moment = "2027-03-01T12:00:00.000Z"
    with store.write():
        store.execute(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'user_id', ?, ?, ?)""",
            (guest, USER_ID, USER_ID, moment),
        )
        store.execute(
            """INSERT INTO address_changes (old_hash, new_hash, match_key, address, at) VALUES ('1', '2', ?, ?, ?)""",
            (match_key(NUMBER), DIGITS, moment),
        )
        store.execute(
            """INSERT INTO send_attempts (id, message, n, phone_number_id, claimed_at, state, cause, error_detail,
                   wa_id, provider_message_id, superseded_at, superseded_because)
               VALUES ('a1', ?, 1, '1', ?, 'failed', 'violet-hall', ?, ?, ?, ?, 'violet-hall')""",
            (message, moment, f"no {DIGITS}", DIGITS, WAMID, moment),
        )
        store.execute(
            """UPDATE invite_messages SET state = 'failed', provider_message_id = ?, error_detail = ?
               WHERE id = ?""",
            (WAMID, f"no {DIGITS}", message),
        )
        store.execute(
            """INSERT INTO message_transitions (message, from_state, to_state, at, cause)
               VALUES (?, 'sending', 'failed', ?, ?)""",
            (message, moment, f"refused: {DIGITS} violet-hall"),
        )
        for n, (outcome, about) in enumerate(
            (("applied", message), ("unmatched", None), ("quarantined", None))
        ):
            store.execute(
                """INSERT INTO webhook_receipts (key, kind, provider_message_id, message, outcome, update_json,
                       body, received_at) VALUES (?, 'status', ?, ?, ?, ?, ?, ?)""",
                (
                    bytes([n]), WAMID if n < 2 else None, about, outcome,
                    f'{{"user_id": "{USER_ID}"}}' if outcome == "unmatched" else None,
                    f"odd {DIGITS}".encode() if outcome == "quarantined" else None, moment,
                ),
            )  # fmt: skip
        reply = store.insert(
            """INSERT INTO replies (kind, contact, event, message, address, match_key, profile_name, body,
                   given_at, provider_message_id, context_message_id, status, recorded_at, recorded_by)
               VALUES ('text', ?, ?, ?, ?, ?, ?, 'violet-hall', ?, ?, ?, 'unread', ?, 'listener')""",
            (guest, event.id, message, DIGITS, match_key(DIGITS), NAME, moment, REPLY_ID, WAMID, moment),
        )
        for address in (DIGITS, USER_ID):
            store.execute(
                "INSERT INTO reply_addresses (reply, match_key, key_hash, address) VALUES (?, ?, 'hash', ?)",
                (reply, match_key(address), address),
            )
        store.execute("UPDATE invite_send_runs SET paused_detail = ? WHERE id = ?", (f"no {DIGITS}", run.id))
    dealt_with(store, reply, by=ORGANISER, now=NOW)
    consent.revoke(store, guest, source="violet-hall", at=later(1), by=ORGANISER, now=later(1))
    do_not_message.block(
        store, contact=guest, reason="violet-hall", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    do_not_message.lift(store, contact=guest, reason=f"{NAME} asked", by=ORGANISER, now=later(2))
    do_not_message.block(
        store, address=NUMBER, reason="again, violet-hall", source="organiser", at=later(3), by=ORGANISER,
        now=later(3),
    )  # fmt: skip
    do_not_message.lift(store, address=NUMBER, reason="violet-hall", by=ORGANISER, now=later(4))
    do_not_message.block(
        store, address=NUMBER, reason="once more", source="organiser", at=later(5), by=ORGANISER, now=later(5)
    )
    return message
