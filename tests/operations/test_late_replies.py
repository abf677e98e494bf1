"""What an erased person wrote before the erasure, and comes after it, is read by nobody; their stop counts."""

import json
from base64 import b64encode
from datetime import datetime

import pytest

from invite_core.delivery.intake import apply_body
from invite_core.delivery.tally import Tally
from invite_core.operations import erasure
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_contact, a_phone, a_plan, a_run, an_event, later
from tests.invitations.outcomes import accept, claim

DIGITS = a_phone(1)[1:]
WAMID = "wamid." + b64encode(b"\x1d\x05" + DIGITS.encode()).decode()


def wrote(store: Store, text: str, at: datetime, *, quoting: str | None = None) -> Tally:
    message = {
        "from": DIGITS, "id": WAMID, "timestamp": str(int(at.timestamp())), "type": "text", "text": {"body": text},
        **({"context": {"id": quoting}} if quoting else {}),
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": SENDER_NUMBER},
        "contacts": [{"wa_id": DIGITS, "profile": {"name": "Ana Example"}}],
        "messages": [message],
    }
    entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
    with store.write():
        return apply_body(store, body, phone_number_id=SENDER_NUMBER, now=later(1000))


@pytest.fixture
def erased(store: Store) -> Store:
    """Ana was invited, and erased at `later(100)`."""
    ana = a_contact(store, "Ana Example", 1)
    for each in claim(store, a_run(store, a_plan(store, an_event(store))).id):
        accept(store, each.attempt)
    erasure.erase(store, ana, by=ORGANISER, now=later(100))
    return store


def test_a_text_from_before_the_erasure_is_not_kept(erased: Store) -> None:
    assert wrote(erased, "Is there parking?", NOW).ignored == 1
    assert erased.value("SELECT count(*) FROM replies") == 0
    assert erased.value("SELECT count(*) FROM webhook_receipts WHERE provider_message_id IS NOT NULL") == 0


def test_a_stop_from_before_the_erasure_is_a_block_by_hash(erased: Store) -> None:
    wrote(erased, "STOP", NOW)
    (row,) = erased.rows("SELECT match_key, key_hash, address FROM do_not_message")
    assert (row["match_key"], row["address"], row["key_hash"] is not None) == (None, None, True)
    assert erased.value("SELECT count(*) FROM replies") == 0


def test_what_somebody_with_the_number_writes_afterwards_waits_to_be_read(erased: Store) -> None:
    wrote(erased, "May I still come?", later(101))
    (row,) = erased.rows("SELECT contact, body, status FROM replies")
    assert (row["contact"], row["body"], row["status"]) == (None, "May I still come?", "unread")


def test_a_repetition_changes_nothing(erased: Store) -> None:
    wrote(erased, "Is there parking?", NOW)
    assert wrote(erased, "Is there parking?", NOW).repeated == 1
